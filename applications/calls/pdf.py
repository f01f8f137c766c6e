"""The PDF of all questions of a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.form.offers import Offer, offers
from applications.form.sections import SECTIONS, Kind, Question
from applications.models import Call
from applications.typst import compiled_or_failed


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
            "subtitle": str(call.title),
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
    return compiled_or_failed("questions.typ", data, timezone.now())


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
