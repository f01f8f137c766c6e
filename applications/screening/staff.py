"""The decisions of the screening: what each asks, says and does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from applications.applying.eligibility import check_submission
from applications.calls import eligibility
from applications.calls.eligibility import Check
from applications.enums import ApplicationStatus
from applications.form.asked import asked_of
from applications.models import Application, Call, Submission
from applications.screening import actions
from core.known_types import known_as
from core.staff.admin import Decision, DecisionForm, OptionalReasonForm, ReasonForm, Scope
from core.staff.inputs import BrusselsTimeField

CLARIFICATION_DAYS = 7  # A default of ours: to confirm.


class VerdictForm(DecisionForm[Application]):
    """Asks for a word more while the call is open: a verdict then takes something from the applicant."""

    ends_changes = forms.BooleanField(
        label=_("The applicant can no longer change the application"),
        help_text=_(
            "The call is still open. If you wait until it has closed, the applicant can make "
            "changes until then."
        ),
        error_messages={"required": _("Tick this, or wait until the call has closed.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not Call.objects.open(timezone.now()).filter(applications__in=self.targets).exists():
            del self.fields["ends_changes"]


class IneligibleForm(VerdictForm, ReasonForm[Application]):
    """The reason is for the applicant."""


class EligibleForm(VerdictForm, OptionalReasonForm[Application]):
    """A verdict against the automatic checks needs a reason, and its own page: several share none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(self.targets) > 1:
            del self.fields["reason"]

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason and any(row.doubts for row in checked(self.targets)):
            raise ValidationError(_("Not every automatic check is met. Say why the application is eligible."))
        return reason


class ReturnForm(DecisionForm[Application]):
    sections = forms.MultipleChoiceField(
        label=_("Sections that can be changed"),
        widget=forms.CheckboxSelectMultiple,
    )
    question = forms.CharField(
        label=_("Question"),
        help_text=_("Sent to the applicant; kept in the history."),
        max_length=4000,
        widget=forms.Textarea,
    )
    due_at = BrusselsTimeField(label=_("Answer by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form = asked_of(self.targets[0])
        offered = known_as(self.fields["sections"], forms.MultipleChoiceField)
        offered.choices = [(section.slug, section.title) for section in form]
        day = timezone.localdate() + timedelta(days=CLARIFICATION_DAYS)
        self.fields["due_at"].initial = timezone.make_aware(datetime.combine(day, time(17)))


class Checked(NamedTuple):
    """An application with its automatic checks, and those of them that do not agree."""

    application: Application
    checks: list[Check]
    doubts: list[Check]


def checked(targets: Sequence[Application]) -> list[Checked]:
    versions = Submission.objects.latest_versions().filter(application__in=targets)
    snapshots = dict(versions.values_list("application", "snapshot"))
    checks = [(row, check_submission(snapshots[row.pk])) for row in targets]
    return [Checked(row, found, eligibility.doubts(found)) for row, found in checks]


def show_checks(request: HttpRequest, targets: Sequence[Application]) -> dict[str, Any]:
    return {"checked": checked(targets)}


def has_status(*statuses: str) -> Callable[[Application], bool]:
    return lambda application: application.status in statuses


def can_move(to: str) -> Callable[[Application], bool]:
    return lambda application: application.can_move(to)


VERDICTS = [
    Decision(
        name="eligible",
        label=_("Declare eligible"),
        action=actions.declare_eligible,
        permission="applications.screen_application",
        target="application_id",
        form=EligibleForm,
        scope=Scope.EACH,
        is_possible=has_status(ApplicationStatus.SUBMITTED),
        explain=_("The application takes part in the selection and can be assigned to reviewers."),
        preview="admin/applications/_checked.html",
        preview_context=show_checks,
        done=_("Declared eligible."),
        icon="check_circle",
    ),
    Decision(
        name="ineligible",
        label=_("Declare not eligible"),
        action=actions.declare_ineligible,
        permission="applications.screen_application",
        target="application_id",
        form=IneligibleForm,
        is_possible=can_move(ApplicationStatus.INELIGIBLE),
        explain=_(
            "A letter with your reason is prepared for the applicant. It is held until you "
            "press “Send letter”, and is not sent if you undo the verdict first."
        ),
        preview="admin/applications/_checked.html",
        preview_context=show_checks,
        done=_("Declared not eligible. The letter is held."),
        icon="block",
        variant=ActionVariant.DANGER,
    ),
    Decision(
        name="release-letter",
        label=_("Send letter"),
        action=actions.release_verdict,
        permission="applications.screen_application",
        target="application_id",
        scope=Scope.EACH,
        is_possible=has_status(ApplicationStatus.INELIGIBLE),
        explain=_("The verdict letter will be sent now."),
        done=_("The letter is on its way."),
        icon="send",
    ),
    Decision(
        name="return",
        label=_("Request clarification"),
        action=actions.return_for_clarification,
        permission="applications.screen_application",
        target="application_id",
        form=ReturnForm,
        is_possible=can_move(ApplicationStatus.RETURNED),
        explain=_(
            "The applicant will get your question at once and can change the sections you tick "
            "until the deadline you set, even after the call closes. The answer becomes a new "
            "version."
        ),
        done=_("Request for clarification sent."),
        icon="help",
    ),
    Decision(
        name="close-question",
        label=_("Continue without an answer"),
        action=actions.close_clarification,
        permission="applications.screen_application",
        target="application_id",
        form=ReasonForm,
        is_possible=has_status(ApplicationStatus.RETURNED),
        explain=_("The request for clarification is closed. The last version counts."),
        icon="redo",
    ),
]
# After what follows from a verdict.
WAY_BACK = [
    Decision(
        name="take-back",
        label=_("Undo verdict"),
        action=actions.take_back_verdict,
        permission="applications.screen_application",
        target="application_id",
        form=ReasonForm,
        is_possible=has_status(ApplicationStatus.ELIGIBLE, ApplicationStatus.INELIGIBLE),
        explain=_("The application will await a verdict again. Its reviews do not change."),
        icon="undo",
        variant=ActionVariant.DEFAULT,
    ),
]
