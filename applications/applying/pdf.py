"""The PDFs of a version, of a call's questions and of a letter."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.dates import format_datetime
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.applying import reading
from applications.applying.snapshots import Snapshot
from applications.exceptions import PdfFailed
from applications.form.offers import Offer, offers
from applications.form.sections import SECTIONS, Kind, Question
from applications.models import Application, Call, Submission, SubmissionPdf
from core.mail.models import Message
from core.typesetting import compiled

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent.parent / "typst"


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
    if made := SubmissionPdf.objects.filter(submission=submission).first():
        return made
    if not (even_if_it_failed or Submission.objects.due_for_pdf(timezone.now()).contains(submission)):
        raise PdfFailed
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


def of_submission(submission: Submission) -> bytes:
    """Return the PDF of a version in the language of the application."""
    snapshot = submission.snapshot
    language = snapshot["language"] if snapshot["language"] in ("en", "fr") else "en"
    with override(language):
        data = _submission_data(submission, snapshot, language)
    return compiled(TEMPLATES / "submission.typ", data, submission.submitted_at)


def of_questions(call: Call, *, language: str) -> bytes:
    """Return the PDF of all questions of a call.

    Raises:
        PdfFailed: it could not be made.
    """
    with override(language):
        offered = offers()
        data = {
            "language": language,
            "title": _("Questions of the application form"),
            "subtitle": call.title,
            "footer": "IMPACT",
            "sections": [
                {
                    "title": str(section.title),
                    "intro": str(section.intro),
                    "questions": [_question_data(q, offered.get(q.name, ())) for q in section.questions],
                }
                for section in SECTIONS
            ],
        }
    return _compiled_or_failed("questions.typ", data, timezone.now())


def of_letter(letter: Message, application: Application) -> bytes:
    """Return the PDF of a letter that was sent, word for word.

    Raises:
        PdfFailed: it could not be made.
    """
    with override(letter.language):
        data = {
            "language": letter.language,
            "title": letter.subject,
            "subtitle": application.call.title,
            "footer": application.reference,
            "paragraphs": letter.body.strip().split("\n\n"),
        }
    return _compiled_or_failed("letter.typ", data, letter.not_before)


def _compiled_or_failed(template: str, data: dict[str, Any], at: datetime) -> bytes:
    try:
        return compiled(TEMPLATES / template, data, at)
    except Exception as error:  # whatever broke, who asked for it has the page
        logger.exception("A PDF of %s could not be made", template)
        raise PdfFailed from error


def _question_data(question: Question, offered: Sequence[Offer]) -> dict[str, Any]:
    hints = [str(question.help_text)] if question.help_text else []
    if question.kind is Kind.TEXT and question.limit:
        hints.append(_("Up to %(limit)s characters.") % {"limit": question.limit})
    hints += [f"{offer.of or _('To choose from')}: {'; '.join(offer.terms)}." for offer in offered]
    return {
        "label": str(question.label),
        "optional": "" if question.is_required else _("optional"),
        "hints": hints,
        "columns": [str(column.label) for column in question.columns],
    }


def _submission_data(submission: Submission, snapshot: Snapshot, language: str) -> dict[str, Any]:
    local = timezone.localtime(submission.submitted_at)
    when = format_datetime(local, "d MMMM y, HH:mm:ss zzzz", locale=language)
    return {
        "language": language,
        "title": snapshot["sections"][0]["questions"][0]["value"],
        "subtitle": snapshot["call"]["title"][language],
        "footer": f"{snapshot['reference']} · v{submission.number}",
        "facts": [
            [_("Reference"), snapshot["reference"]],
            [_("Version"), str(submission.number)],
            [_("Submitted"), when],
            ["SHA-256", submission.sha256],
        ],
        "sections": reading.sections(snapshot, language),
    }
