"""Files of an application: stored when chosen, removed only on request, kept for old versions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.applying.actions.drafts import lock_application
from applications.applying.clarified import Clarified
from applications.applying.rules import clarified, keep_worked_out, part_of, require_editable
from applications.exceptions import NotEditable
from applications.form import answers
from applications.form.asked import asked_of
from applications.models import Application, Document
from applications.models.documents import DOCUMENTS
from core.accounts.models import User
from core.phrases import StrOrPromise
from core.sections.kinds.files import Files, accepted, check_room
from core.sections.questions import Question
from core.uploads import CheckedUpload, check_upload, check_wanted

NO_SUCH_QUESTION = _("The form no longer asks for these files.")
NOT_IN_ANSWER = _("We have not asked about these files, so they cannot be changed now.")
NOT_ASKED = _(
    "These files are not needed for your saved answers. If you have just changed an answer, "
    "save the section and choose the file again."
)
TOO_MUCH = _(
    "Your documents can take up to %(most)s in total. You have already used %(used)s. Remove a "
    "document to make room."
)
TOO_MUCH_KEPT = _(
    "This application uses %(used)s of %(most)s. Documents that you removed count for %(days)s "
    "days, and documents in submitted versions count for as long as the version is kept. Write "
    "to us if you need more room."
)
TOO_MUCH_OF_PERSON = _(
    "You have uploaded %(used)s across all your applications. The limit is %(most)s. Removed "
    "documents count for %(days)s days. Ask somebody else who works on the application to "
    "upload this file, or write to us."
)


def add(
    *,
    application_id: int,
    by: User,
    file: File,
    question: str = DOCUMENTS,
    kind: str = "",
    opened_at: datetime | None = None,
) -> Document:
    """Store a file with the application at once.

    Args:
        application_id: the application.
        by: a member who may edit.
        file: an upload.
        question: the name of the question that it answers.
        kind: a `DocumentKind`; of documents only.
        opened_at: when the form was opened, from a value that we signed.

    Raises:
        Application.DoesNotExist: the person is no member.
        NotEditable: the person may not edit, or not now, or is not asked for such files.
        ValidationError: the file is refused, or there is no room; in words for the person who chose it.
    """
    # Parsed before the transaction: nobody waits for a lock while a large file is read.
    before = Application.including_tests.for_member(by).select_related("call").get(pk=application_id)
    checked = check_upload(file, allowed=accepted(_asked(before, question, opened_at)), by=by)
    with transaction.atomic():
        application = lock_application(by, pk=application_id)
        keep_worked_out(before, application)
        asked = _asked(application, question, opened_at)
        check_wanted(checked, accepted(asked))
        _check_room(application, asked, checked, by)
        document = Document(
            application=application, question=question, kind=kind, uploaded_by=by, **checked._asdict()
        )
        document.file.save(checked.name, file, save=False)
        document.save()
        _raise_revision(application, by)
    return document


@transaction.atomic
def remove(*, application_id: int, by: User, public_id: UUID, opened_at: datetime | None = None) -> None:
    """Take a file out of the working copy; versions that list it keep it.

    Raises:
        Application.DoesNotExist: the person is no member.
        Document.DoesNotExist: the application has no such file.
        NotEditable: the person may not edit, or not now.
    """
    application = lock_application(by, pk=application_id)
    document = application.documents.get(public_id=public_id)
    _require_editable(application, document.question, opened_at)
    if document.removed_at is None:
        document.removed_at = timezone.now()
        document.save(update_fields=["removed_at"])
        _raise_revision(application, by)


def why_not_changed(application: Application, question: str, answer: Clarified | None) -> StrOrPromise | None:
    """Return that an answer to staff leaves the files of a question as they were submitted; None if not.

    Args:
        application: one whose section with this question may be changed.
        question: its name.
        answer: what answers staff, if they have asked.
    """
    section = asked_of(application).section_of(question)
    is_left = section is not None and part_of(section, answer).question(question) is None
    return NOT_IN_ANSWER if is_left else None


def why_not_asked(application: Application, question: str, answer: Clarified | None) -> StrOrPromise | None:
    """Return that other answers hide a question; None if it is asked now."""
    if answer:
        is_asked = question in answer.asked.questions
    else:
        is_asked = answers.asked_now(application).question(question) is not None
    return None if is_asked else NOT_ASKED


def _require_editable(application: Application, name: str, opened_at: datetime | None) -> Clarified | None:
    """Return what answers staff, if they have asked; refuse what may not be changed now."""
    section = asked_of(application).section_of(name)
    clarification = require_editable(
        application, section, role=application.role, at=timezone.now(), opened_at=opened_at
    )
    answer = clarified(application, clarification)
    if reason := why_not_changed(application, name, answer):
        raise NotEditable(reason)
    return answer


def _asked(application: Application, name: str, opened_at: datetime | None) -> Question:
    """Return a question for files that is asked now, and that the person may answer."""
    answer = _require_editable(application, name, opened_at)
    question = asked_of(application).question(name)
    if question is None or not isinstance(question.kind, Files):
        raise NotEditable(NO_SUCH_QUESTION)
    if reason := why_not_asked(application, name, answer):
        raise NotEditable(reason)
    return question


def _check_room(application: Application, question: Question, checked: CheckedUpload, by: User) -> None:
    """Refuse what does not fit beside what is listed, and beside what lies on the disk."""
    # One who uploads to two applications at once waits here; the application is locked already.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    taken = Document.objects.room_taken(application, question.name, by, checked.sha256)
    if taken["alike"]:
        raise ValidationError(_("You have already uploaded this file."), code="twice")
    check_room(question, taken["here"])
    total, kept = settings.UPLOAD_TOTAL_MAX_BYTES, settings.UPLOAD_KEPT_TIMES_TOTAL
    _check_sum(taken["present"], checked, total, TOO_MUCH, "too_much")
    _check_sum(taken["kept"], checked, kept * total, TOO_MUCH_KEPT, "too_much_kept")
    of_person = settings.UPLOAD_PERSON_MAX_BYTES
    _check_sum(taken["of_person"], checked, of_person, TOO_MUCH_OF_PERSON, "too_much_of_person")


def _check_sum(used: int, checked: CheckedUpload, most: int, text: StrOrPromise, code: str) -> None:
    if used + checked.size > most:
        params = {
            "most": filesizeformat(most),
            "used": filesizeformat(used),
            "days": settings.REMOVED_DOCUMENTS_KEPT_DAYS,
        }
        raise ValidationError(str(text), code=code, params=params)


def _raise_revision(application: Application, by: User) -> None:
    Application.objects.filter(pk=application.pk).update(
        revision=F("revision") + 1, changed_at=timezone.now(), changed_by=by
    )
