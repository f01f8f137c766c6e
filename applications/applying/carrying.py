"""What becomes of applications when the form of their call changes: drafts go on with the new version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Count, F, Func, QuerySet, TextField
from django.db.models.functions import Coalesce

from applications.applying import emails
from applications.applying.actions import trying_out
from applications.enums import ApplicationStatus
from applications.form.core_questions import CORE, DOCUMENTS, RULES
from applications.models import Application, Call
from core.accounts.models import User
from core.questionnaires.changes import Change, changes
from core.questionnaires.content import content_of
from core.questionnaires.enums import FormPurpose
from core.questionnaires.loading import question_of
from core.questionnaires.models import Form, FormQuestion, FormVersion
from core.questionnaires.purposes import Purpose, Usage
from core.sections.questions import Question


def usage(form: Form) -> Usage:
    """Return how many applications answer each question of a form; four queries."""
    of_form = Application.objects.filter(form_version__form=form)
    drafts = of_form.filter(status=ApplicationStatus.DRAFT)
    submitted = of_form.exclude(status__in=[ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN])
    counts = drafts.count(), submitted.count()
    # What the portal needs lies in columns of its own: whoever is asked, has an answer or none yet.
    in_drafts, in_submissions = (dict.fromkeys((question.name for question in CORE), n) for n in counts)
    return Usage(*counts, in_drafts | _answered(drafts), in_submissions | _answered(submitted))


def _answered(rows: QuerySet) -> dict[str, int]:
    keys = Func(F("answers"), function="jsonb_object_keys", output_field=TextField(), set_returning=True)
    counted = rows.order_by().annotate(key=keys).values("key").annotate(count=Count("pk"))
    return dict(counted.values_list("key", "count"))


def carry(version: FormVersion, *, tells: bool) -> None:
    """Let the drafts of a call go on with a version that was just published; what was submitted stays.

    Args:
        version: of the call's form.
        tells: write to the lead of each draft.
    """
    # Whoever starts an application has locked the call: it is here already, or begins with the new version.
    call = Call.objects.select_for_update(no_key=True).filter(form=version.form).first()
    if call is None:
        return
    drafts = Application.objects.filter(call=call, status=ApplicationStatus.DRAFT)
    drafts = drafts.exclude(form_version=version)
    keys = list(drafts.values_list("pk", flat=True))
    drafts.update(carried_from=Coalesce(F("carried_from"), F("form_version")), form_version=version)
    if tells:
        for application in Application.objects.filter(pk__in=keys).select_related("call"):
            emails.form_changed(application, version)


def news_of(application: Application) -> list[Change]:
    """Return what is asked otherwise since its people last looked; in words for them."""
    if application.carried_from_id is None:
        return []
    before, now = application.carried_from, application.form_version
    found = changes(content_of(before), content_of(now))
    return [change for change in found if change.is_for_applicants]


def no_longer_asked(application: Application, asked: Iterable[Question]) -> dict[str, Question]:
    """Return the questions that the application still answers although nobody asks them any more.

    Each as it was asked last, by its name.
    """
    keys = application.answers.keys() - {question.name for question in asked}
    if not keys:
        return {}
    rows = FormQuestion.objects.filter(version__form=application.form_version.form_id)
    rows = rows.order_by("version__number").prefetch_related("columns")
    asked_once = rows.filter(key__in=keys, rows=None, is_core=False)
    found = {row.key: question_of(row, row.columns.all(), APPLICATION) for row in asked_once}
    return {key: found[key] for key in sorted(keys & found.keys())}


def became_required(application: Application) -> list[Change]:
    """Return what needs an answer by now and did not when the application was submitted; for staff."""
    version = application.call.form.published_version
    if version.pk == application.form_version_id:
        return []
    found = changes(content_of(application.form_version), content_of(version))
    return [change for change in found if change.became_required]


class ApplicationTests:
    """Staff try out a form in test applications."""

    def start(self, version: FormVersion, *, by: User) -> str:
        return trying_out.start_test(version, by=by).get_absolute_url()

    def count(self, version: FormVersion) -> int:
        return trying_out.tests_of(version).count()

    def delete(self, version: FormVersion, *, by: User) -> int:
        return trying_out.delete_tests(version, by=by)


PAGES = frozenset({DOCUMENTS})
RESERVED = frozenset({"check", "form", "versions", "letter", "history", "withdraw", "people", "partners"})
_core: Mapping[str, Question] = {question.name: question for question in CORE}
APPLICATION = Purpose(
    FormPurpose.APPLICATION,
    _core,
    usage,
    carry,
    ApplicationTests(),
    rules=RULES,
    pages=PAGES,
    reserved=RESERVED,
)
