"""The answers of the working copy: where they are kept, and how they are read and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone

from applications.form.asked import asked_of
from applications.form.core_questions import CORE, DOCUMENTS, PARTNERS
from applications.form.partners import PartnersPlace
from applications.models import Application, Document, Partner, SupportNeed
from applications.querysets import ApplicationQuerySet
from core.accounts.models import User
from core.questionnaires import carrying
from core.sections import kinds
from core.sections.conditions import as_asked, given, has_conditions, is_judged
from core.sections.kinds.base import Labels, in_both
from core.sections.kinds.telling import Told
from core.sections.places import Loaded
from core.sections.questions import Answers, Question, Questionnaire, Section, questions_of
from core.sections.stores import RowsPlace, Store


class DocumentsPlace:
    """Files: stored the moment they are chosen, an answer as long as nobody has removed them."""

    def load(self, rows: Loaded, question: Question) -> Loaded:
        return rows

    def related(self, question: Question) -> Sequence[str]:
        return ["documents"]

    def value(self, row: Application, question: Question) -> list[dict[str, Any]]:
        return [_in_version(document) for document in _present(row) if document.question == question.name]

    def write(self, row: Application, question: Question, cells: Answers) -> list[str]:
        return []

    def forget(self, row: Application, question: Question) -> list[str]:
        row.documents.present().of_question(question.name).update(removed_at=timezone.now())
        return []


STORE = Store(
    Application,
    {
        "partners": PartnersPlace(Partner, "application", key="public_id", order="position"),
        "needs": RowsPlace(SupportNeed, "application"),
        DOCUMENTS: DocumentsPlace(),
    },
    free="answers",
    by_kind={kinds.FILES.code: DocumentsPlace()},
)


def with_codes(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """Load with the applications, in the same query, the codes that `read` needs."""
    return STORE.load(rows, CORE)


def with_answers(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """Load with the applications all that `read`, and a version, need."""
    return with_codes(rows).prefetch_related(*STORE.related(CORE))


def load(application: Application, sections: Iterable[Section]) -> None:
    """Load with an application the rows that `read` needs for some sections, unless they are there."""
    prefetch_related_objects([application], *STORE.related(questions_of(sections)))


def read(application: Application, sections: Iterable[Section] | None = None) -> Answers:
    """Return the cells of the sections, or of the whole form; missing answers are "", None, False or []."""
    return STORE.cells(application, questions_of(asked_of(application) if sections is None else sections))


def asked_now(application: Application) -> Questionnaire:
    """Return the form with what is asked in view of all answers: what is submitted, complete and counted."""
    form = asked_of(application)
    if not any(map(has_conditions, form)):
        return form
    load(application, form)
    return as_asked(form, read(application))


def read_asked(application: Application) -> Answers:
    """Return the cells of what is asked in view of all answers, with what is worked out of them."""
    form = asked_of(application)
    load(application, form)
    return given(form, read(application))


def kept(application: Application, questions: Iterable[Question]) -> Answers:
    """Return the answers to some questions as they are kept, by their names."""
    return {question.name: STORE.value(application, question) for question in questions}


def values(application: Application, form: Questionnaire) -> Answers:
    """Return the answers of a form as they are asked now, with those that it works out of the others."""
    found = kept(application, form.questions)
    judged = [question for question in form.questions if is_judged(question)]
    if not judged:
        return found
    cells = read_asked(application)
    return found | {question.name: question.kind.value(question, cells) for question in judged}


def partner_cell(public_id: UUID) -> str:
    return PARTNERS.cell(public_id.hex)


def write(application: Application, values: Answers, *, by: User, form: Questionnaire | None = None) -> None:
    """Write cells of a locked application and raise its revision; nothing else is touched.

    Args:
        application: locked.
        values: by cell.
        by: who wrote them.
        form: in which they were asked; what is asked now unless given.
    """
    columns = STORE.write(application, (form or asked_of(application)).questions, values)
    _save(application, values, columns, by=by)


def files(application: Application, question: Question) -> list[dict[str, Any]]:
    """Return the files of a question as they are stored now."""
    present = application.documents.present().of_question(question.name)
    return [_in_version(document) for document in present]


def no_longer_asked(application: Application) -> dict[str, Question]:
    """Return the questions that are still answered although nobody asks them any more, by their names."""
    with_files = {document.question for document in _present(application)} - {DOCUMENTS}
    return carrying.no_longer_asked(application, asked_of(application).questions, also=with_files)


def told(application: Application, question: Question) -> Told:
    """Return an answer as people read it, with the files in it; of a question that may not be asked now."""
    kind, value = question.kind, STORE.value(application, question)
    lines = kind.lines(question, value, Labels(kind.regions(question, value)))
    return Told(items=lines, files=[*kind.files(value)])


def forget(application: Application, question: Question, *, by: User) -> None:
    """Remove the answer to a question of the form's own from a locked application."""
    _save(application, [question.name], STORE.forget(application, question), by=by)


def _save(application: Application, cells: Iterable[str], columns: Iterable[str], *, by: User) -> None:
    """Save the columns that were written, and say who wrote the cells."""
    application.writers = application.writers | dict.fromkeys(cells, by.pk)
    application.revision += 1
    application.changed_by, application.changed_at = by, timezone.now()
    application.save(update_fields=["revision", "changed_at", "changed_by", "writers", *columns])


def _present(application: Application) -> Iterator[Document]:
    return (document for document in application.documents.all() if not document.removed_at)


def _in_version(document: Document) -> dict[str, Any]:
    named = {"code": document.kind} | in_both(document.get_kind_display())
    return ({"kind": named} if document.kind else {}) | {
        "id": str(document.public_id),
        "name": document.name,
        "content_type": document.content_type,
        "size": document.size,
        "sha256": document.sha256,
    }
