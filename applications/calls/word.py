"""The questions of a call as a Word file, with boxes for the answers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.form.asked import asked_in
from applications.models import Call
from core.questionnaires import word


def of_questions(call: Call, *, language: str) -> bytes:
    """Return the Word file of all questions of a call."""
    with override(language):
        title, subtitle = _("Questions of the application form"), str(call.title)
    return word.of_questions(asked_in(call), title=title, subtitle=subtitle, language=language)
