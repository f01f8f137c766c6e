"""The answers of an application as they are now, as a Word file."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.applying import snapshots
from applications.applying.snapshots import Snapshot
from core.sections import reading
from core.sections.reading import Answer
from core.word_files import WordFile


def of_draft(snapshot: Snapshot, *, language: str, state: str) -> bytes:
    """Return the Word file of answers that were not submitted.

    Args:
        snapshot: of what would be submitted.
        language: in which it is read.
        state: what it is, such as a draft, in that language.
    """
    with override(language):
        title = snapshots.value(snapshot, "title") or _("Your application")
        subtitle = " · ".join((snapshot["reference"], snapshot["call"]["title"][language], state))
        file = WordFile(title, subtitle=subtitle, language=language)
        for section in reading.sections(snapshot, language):
            file.heading(section.title, level=1)
            for answer in section.answers:
                _add(file, answer)
        return file.content()


def _add(file: WordFile, answer: Answer) -> None:
    file.heading(answer.label, level=2)
    file.paragraphs(answer.text)
    file.items(answer.items)
    for row in answer.rows:
        file.facts(row)
    if not (answer.text or answer.items or answer.rows):
        file.hint("–")
