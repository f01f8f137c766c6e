"""The PDF of all questions of a call."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.form.asked import asked_in
from applications.models import Call
from applications.typst import compiled_or_failed
from core.phrases import labelled
from core.sections.condition_words import when_asked
from core.sections.questions import Question, Questionnaire


def of_questions(call: Call, *, language: str) -> bytes:
    """Return the PDF of all questions of a call.

    Raises:
        PdfFailed: it could not be made.
    """
    with override(language):
        form = asked_in(call)
        data = {
            "language": language,
            "title": _("Questions of the application form"),
            "subtitle": str(call.title),
            "footer": "IMPACT",
            "sections": [
                {
                    "title": str(section.title),
                    "intro": str(section.intro),
                    "questions": [_question_data(question, form) for question in section.questions],
                }
                for section in form
            ],
        }
    return compiled_or_failed("questions.typ", data, timezone.now())


def _question_data(question: Question, form: Questionnaire) -> dict[str, Any]:
    hints = when_asked(question, form)
    hints += [str(hint) for hint in (question.help_text, question.hint) if hint]
    if example := str(question.example):
        hints.append(labelled(_("Example of a good answer"), example))
    offers = question.kind.offers(question)
    hints += [f"{labelled(offer.of or _('Options'), '; '.join(offer.terms))}." for offer in offers]
    return {
        "label": str(question.label),
        "optional": "" if question.is_required else _("optional"),
        "hints": hints,
        "columns": [str(column.label) for column in question.columns],
    }
