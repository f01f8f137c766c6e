"""What becomes of applications when the form of their call changes: drafts go on with the new version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, QuerySet

from applications.applying import emails
from applications.applying.actions.trying_out import TESTS_OF_CALLS
from applications.applying.clarified import Clarified
from applications.enums import ApplicationStatus
from applications.form.answers import STORE
from applications.form.core_questions import CORE, DOCUMENTS, RULES
from applications.models import Application, Call, Document
from core.questionnaires import carrying
from core.questionnaires.carrying import move_to, usage_of, values_in
from core.questionnaires.changes import Change
from core.questionnaires.enums import FormPurpose
from core.questionnaires.loading import questionnaire
from core.questionnaires.models import Form, FormVersion
from core.questionnaires.purposes import Criteria, Purpose, Usage
from core.sections.conditions import Asked
from core.sections.questions import Answers, Question


def usage(form: Form) -> Usage:
    """Return how many applications answer each question of a form; six queries."""
    drafts, submitted = _drafts_and_submitted(form)
    known = usage_of(drafts, submitted, APPLICATION)
    return replace(
        known,
        in_drafts={**known.in_drafts, **_with_files(drafts)},
        in_submissions={**known.in_submissions, **_with_files(submitted)},
    )


def _with_files(applications: QuerySet) -> dict[str, int]:
    """Return how many applications have files of each question of the form's own."""
    files = Document.objects.present().filter(application__in=applications.order_by().values("pk"))
    counted = files.exclude(question=DOCUMENTS).order_by().values("question")
    found = counted.annotate(count=Count("application", distinct=True))
    return dict(found.values_list("question", "count"))


def written(form: Form, questions: Sequence[Question]) -> tuple[Iterator[Answers], Iterator[Answers]]:
    """Return what the drafts, and what the submitted applications, answer to some questions of a form."""
    drafts, submitted = _drafts_and_submitted(form)
    return values_in(drafts, questions, STORE), values_in(submitted, questions, STORE)


def _drafts_and_submitted(form: Form) -> tuple[QuerySet[Application], QuerySet[Application]]:
    of_form = Application.objects.filter(form_version__form=form)
    drafts = of_form.filter(status=ApplicationStatus.DRAFT)
    submitted = of_form.exclude(status__in=[ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN])
    return drafts, submitted


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
    keys = list(drafts.exclude(form_version=version).values_list("pk", flat=True))
    move_to(version, drafts)
    if tells:
        for application in Application.objects.filter(pk__in=keys).select_related("call"):
            emails.form_changed(application, version)


def became_required(application: Application) -> list[Change]:
    """Return what needs an answer by now, did not at submission, and has none; for staff."""
    now = application.call.form.published_version

    def asked() -> Asked:
        submitted = application.submissions.latest("number").snapshot
        return Clarified(questionnaire(now.pk), submitted, {}, frozenset()).asked

    return carrying.became_required(application.form_version, now, asked)


def addresses() -> dict[str, Form]:
    """Return the forms of calls by the addresses of these."""
    return {call.slug: call.form for call in Call.objects.select_related("form").order_by("number")}


def call_of(form: Form) -> Call | None:
    """Return the call that asks a form; None for one that new calls begin with."""
    try:
        call: Call = form.call
    except ObjectDoesNotExist:
        return None
    return call


def criteria_of(form: Form) -> Criteria:
    call = call_of(form)
    return [(row.code, str(row.title)) for row in call.criteria.all()] if call else None


PAGES = frozenset({DOCUMENTS})
RESERVED = frozenset({"check", "form", "versions", "letter", "history", "withdraw", "people", "partners"})
_core: Mapping[str, Question] = {question.name: question for question in CORE}
APPLICATION = Purpose(
    FormPurpose.APPLICATION,
    _core,
    usage,
    written,
    carry,
    TESTS_OF_CALLS,
    addresses,
    rules=RULES,
    pages=PAGES,
    reserved=RESERVED,
    criteria_of=criteria_of,
)
