"""The buttons of the expert pool."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from core.decisions import use_theme_widget
from core.reference.enums import CefrLevel
from core.staff.admin import Decision, DecisionForm, OptionalReasonForm, ReasonForm, Scope
from experts import actions
from experts.enums import ExpertStatus
from experts.exceptions import IncompleteProfile, NotNow
from experts.models import Expert

VET = "experts.vet_expert"
REFUSALS = (IncompleteProfile, NotNow)

# Both lead to "approved"; which verb is meant depends on where the profile stands.
TO_APPROVE = frozenset({ExpertStatus.SUBMITTED, ExpertStatus.DECLINED})


def _may_approve(expert: Expert) -> bool:
    return expert.status in TO_APPROVE


class WritingForm(DecisionForm):
    """A level for each language of the profile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (expert,) = self.targets
        known = dict(expert.written_languages.values_list("language_id", "level"))
        self._languages = {f"written_{row.language_id}": row.language for row in expert.languages.all()}
        for name, language in self._languages.items():
            field = forms.ChoiceField(
                label=str(language),
                choices=[("", _("Not recorded")), *CefrLevel.choices],
                initial=known.get(language.pk, ""),
                required=False,
            )
            use_theme_widget(field)
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        return {"levels": {language.pk: answers.get(name, "") for name, language in self._languages.items()}}


DECISIONS = [
    Decision(
        name="approve",
        label=_("Approve"),
        action=actions.approve,
        target="expert_id",
        permission=VET,
        form=OptionalReasonForm,
        scope=Scope.EACH,
        is_possible=_may_approve,
        explain=_("The expert joins the pool, can be proposed to regions and will be told by e-mail."),
        done=_("Profile approved. E-mail queued."),
        refusals=REFUSALS,
        icon="check_circle",
    ),
    Decision(
        name="ask",
        label=_("Request more information"),
        action=actions.ask_for_more,
        target="expert_id",
        permission=VET,
        form=ReasonForm,
        is_possible=lambda expert: expert.status == ExpertStatus.SUBMITTED,
        explain=_(
            "The profile will be returned to the expert with your message, to be "
            "completed and submitted again."
        ),
        done=_("Profile returned to the expert. E-mail queued."),
        refusals=REFUSALS,
        icon="help",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="decline",
        label=_("Decline"),
        action=actions.decline,
        target="expert_id",
        permission=VET,
        form=ReasonForm,
        is_possible=lambda expert: expert.can_move(ExpertStatus.DECLINED),
        explain=_(
            "The expert will not be proposed to regions and will receive your reason by "
            "e-mail. Existing matches continue."
        ),
        done=_("Profile declined. E-mail queued."),
        icon="cancel",
        variant=ActionVariant.DANGER,
    ),
    Decision(
        name="pause",
        label=_("Pause"),
        action=actions.pause,
        target="expert_id",
        permission=VET,
        form=ReasonForm,
        is_possible=lambda expert: expert.can_move(ExpertStatus.PAUSED),
        explain=_(
            "The expert will not be proposed to new regions until staff resume the "
            "profile. Existing matches continue."
        ),
        done=_("Profile paused. E-mail queued."),
        icon="pause_circle",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="resume",
        label=_("Resume"),
        action=actions.resume,
        target="expert_id",
        permission=VET,
        form=OptionalReasonForm,
        is_possible=lambda expert: expert.status == ExpertStatus.PAUSED,
        explain=_("The expert can be proposed to regions again and will be told by e-mail."),
        done=_("Profile resumed. E-mail queued."),
        refusals=REFUSALS,
        icon="play_circle",
    ),
    Decision(
        name="seen",
        label=_("Mark changes as seen"),
        action=actions.mark_seen,
        target="expert_id",
        permission=VET,
        scope=Scope.EACH,
        is_possible=lambda expert: expert.is_changed_since_seen,
        explain=_("For all staff, the profile will no longer be listed as changed."),
        done=_("Changes marked as seen."),
        icon="visibility",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="writing",
        label=_("Record written languages"),
        action=actions.record_writing,
        target="expert_id",
        permission=VET,
        form=WritingForm,
        is_possible=lambda expert: expert.is_in_pool,
        explain=_(
            "How well the expert writes each language in their profile, judging by texts you "
            "have read. Match runs use this if a rule requires the lead to write a working "
            "language. Experts see it in the copy of their data."
        ),
        done=_("Saved. Future match runs will use this."),
        refusals=REFUSALS,
        icon="edit_note",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="erase",
        label=_("Delete personal data"),
        action=actions.erase,
        target="expert_id",
        permission=VET,
        form=ReasonForm,
        is_possible=lambda expert: bool(expert.erasure_asked_at and not expert.erased_at),
        explain=_(
            "The expert asked for this, and a region has worked with the profile. The name, "
            "texts, CV and all versions will be permanently deleted. Matches will be kept "
            "without a name. First check whether the rules on accounting for public money "
            "allow this."
        ),
        done=_("Personal data deleted."),
        refusals=REFUSALS,
        icon="delete_forever",
        variant=ActionVariant.DANGER,
    ),
]
