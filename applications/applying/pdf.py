"""The PDFs of a version and of a letter."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from babel.dates import format_datetime
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.applying import snapshots
from applications.applying.snapshots import Snapshot
from applications.exceptions import PdfFailed
from applications.models import Application, Submission, SubmissionPdf
from applications.typst import TEMPLATES, compiled_or_failed
from core.mail.models import Message
from core.sections import reading
from core.typesetting import compiled

logger = logging.getLogger(__name__)


def ensure(submission: Submission, *, even_if_it_failed: bool = False) -> SubmissionPdf:
    """Return the PDF of a version, made now if nobody has yet; two at once make one.

    Args:
        submission: loaded with its `pdf`, else this asks for it.
        even_if_it_failed: try again now, and not only when the time has come: for staff.

    Raises:
        PdfFailed: it could not be made; why is on record.
    """
    if hasattr(submission, "pdf"):
        return submission.pdf
    if not (even_if_it_failed or Submission.objects.due_for_pdf(timezone.now()).contains(submission)):
        return _made_meanwhile(submission)
    try:
        content = of_submission(submission)
    except Exception as error:  # whatever broke, others must not wait for it, and staff must learn of it
        logger.exception("The PDF of %s could not be made", submission)
        submission.pdf_failures.create(error=f"{type(error).__name__}: {error}"[:2000])
        raise PdfFailed from error
    with transaction.atomic():
        Submission.objects.select_for_update(no_key=True).only("pk").get(pk=submission.pk)
        made = SubmissionPdf.objects.filter(submission=submission).first()
        if made:
            return made
        made = SubmissionPdf(submission=submission, sha256=hashlib.sha256(content).hexdigest())
        made.file.save("", ContentFile(content), save=False)
        made.save()
    return made


def _made_meanwhile(submission: Submission) -> SubmissionPdf:
    """Return what another reader, or the worker, has made since the version was loaded."""
    made = SubmissionPdf.objects.filter(submission=submission).first()
    if made is None:
        raise PdfFailed
    return made


def of_submission(submission: Submission) -> bytes:
    """Return the PDF of a version in the language of the application."""
    snapshot = submission.snapshot
    language = reading.spoken_in(snapshot, snapshot["language"])
    with override(language):
        data = _submission_data(submission, snapshot, language)
    return compiled(TEMPLATES / "submission.typ", data, submission.submitted_at)


def of_draft(snapshot: Snapshot, *, language: str, state: str) -> bytes:
    """Return the PDF of answers that were not submitted.

    Args:
        snapshot: of what would be submitted.
        language: in which it is read.
        state: what it is, such as a draft, in that language.

    Raises:
        PdfFailed: it could not be made.
    """
    now = timezone.now()
    with override(language):
        when = format_datetime(timezone.localtime(now), "d MMMM y, HH:mm zzzz", locale=language)
        data = _data(snapshot, language) | {
            "footer": f"{snapshot['reference']} · {state}",
            "facts": [
                [_("Reference"), snapshot["reference"]],
                [_("Status"), state],
                [_("Printed"), when],
            ],
        }
    return compiled_or_failed("submission.typ", data, now)


def of_letter(letter: Message, application: Application) -> bytes:
    """Return the PDF of a letter that was sent, word for word.

    Raises:
        PdfFailed: it could not be made.
    """
    with override(letter.language):
        data = {
            "language": letter.language,
            "title": letter.subject,
            "subtitle": str(application.call.title),
            "footer": application.reference,
            "paragraphs": letter.body.strip().split("\n\n"),
        }
    return compiled_or_failed("letter.typ", data, letter.not_before)


def _submission_data(submission: Submission, snapshot: Snapshot, language: str) -> dict[str, Any]:
    local = timezone.localtime(submission.submitted_at)
    when = format_datetime(local, "d MMMM y, HH:mm:ss zzzz", locale=language)
    return {
        **_data(snapshot, language),
        "footer": f"{snapshot['reference']} · v{submission.number}",
        "facts": [
            [_("Reference"), snapshot["reference"]],
            [_("Version"), str(submission.number)],
            [_("Submitted"), when],
            ["SHA-256", submission.sha256],
        ],
    }


def _data(snapshot: Snapshot, language: str) -> dict[str, Any]:
    return {
        "language": language,
        "title": snapshots.value(snapshot, "title") or _("Your application"),
        "subtitle": snapshot["call"]["title"][language],
        "sections": reading.sections(snapshot, language),
    }
