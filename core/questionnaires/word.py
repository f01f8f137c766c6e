"""The questions of a form as a Word file, with boxes for the answers: what people circulate."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.sections.condition_words import when_asked
from core.sections.questions import Question, Questionnaire
from core.word_files import WordFile


def of_questions(form: Questionnaire, *, title: str, subtitle: str, language: str) -> bytes:
    """Return the Word file of all questions of a form."""
    with override(language):
        file = WordFile(title, subtitle=subtitle, language=language)
        for section in form:
            file.heading(str(section.title), level=1)
            file.paragraphs(str(section.intro))
            for question in section.questions:
                _add(file, question, form)
        return file.content()


def _add(file: WordFile, question: Question, form: Questionnaire) -> None:
    label = str(question.label)
    file.heading(label if question.is_required else f"{label} ({_('optional')})", level=2)
    for when in when_asked(question, form):
        file.hint(when)
    file.paragraphs(str(question.help_text))
    if example := str(question.example):
        file.hint(_("Example of a good answer"))
        file.paragraphs(example)
    if question.hint:
        file.hint(question.hint)
    for offer in question.kind.offers(question):
        file.hint(str(offer.of or _("Options")))
        file.items(offer.terms)
    if question.columns:
        file.blank_table([str(column.label) for column in question.columns])
    else:
        file.box()
