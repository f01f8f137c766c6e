"""A snapshot as people read it: on pages, in the PDF, beside the score sheet, and two side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.applying.snapshots import Snapshot
from core.dates import read_month
from core.translated.texts import ENGLISH

Row = list[tuple[str, str]]
# A word with the blanks after it, so that all pieces together are the text.
_WORDS = re.compile(r"\S+\s*|\s+")
# Comparing takes the square of it; the longest answer has a third.
MOST_WORDS = 6000


@dataclass(frozen=True)
class Answer:
    """One answer: a text, a list, or rows of label and text; all empty if nothing was answered."""

    name: str
    label: str
    text: str = ""
    items: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class ReadSection:
    slug: str
    title: str
    answers: list[Answer]


class Piece(NamedTuple):
    """A stretch of a text, and whether the other version has something else there."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class Difference:
    """An answer that two versions give differently."""

    section: str
    before: Answer
    after: Answer

    @property
    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        """The text before and the text now, in pieces that are changed or not; none unless both are texts."""
        words = [_WORDS.findall(answer.text) for answer in (self.before, self.after)]
        if not all(words) or sum(map(len, words)) > MOST_WORDS:
            return [], []
        steps = SequenceMatcher(None, *words).get_opcodes()
        before = [Piece("".join(words[0][i:j]), kind != "equal") for kind, i, j, _from, _to in steps if j > i]
        after = [Piece("".join(words[1][i:j]), kind != "equal") for kind, _from, _to, i, j in steps if j > i]
        return before, after


def sections(snapshot: Snapshot, language: str) -> list[ReadSection]:
    """Return the answers of a snapshot in a language; one that it does not hold becomes English."""
    spoken = spoken_in(snapshot, language)
    with override(spoken):
        return [
            ReadSection(
                section["slug"],
                section["title"][spoken],
                [_answer(question, spoken) for question in section["questions"]],
            )
            for section in snapshot["sections"]
        ]


def spoken_in(snapshot: Snapshot, language: str) -> str:
    """Return the language, or English if the snapshot was made when the portal did not have it."""
    return language if language in snapshot["call"]["title"] else ENGLISH


def differences(before: Snapshot, after: Snapshot, language: str) -> list[Difference]:
    """Return the answers that differ between two versions, in the order of the later one."""
    earlier = {answer.name: answer for section in sections(before, language) for answer in section.answers}
    return [
        Difference(section.title, earlier.get(answer.name, Answer(answer.name, answer.label)), answer)
        for section in sections(after, language)
        for answer in section.answers
        if earlier.get(answer.name) != answer
    ]


def readable(value: Any, language: str) -> str:
    """Return one value of a snapshot as text; empty if there is none."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return f"{value['name']} ({value['code']})" if "name" in value else value[language]
    return "" if value is None else str(value)


def _answer(question: Mapping[str, Any], language: str) -> Answer:
    name, label, value = question["name"], question["label"][language], question["value"]
    if question["kind"] == "rows":
        return Answer(name, label, rows=[_row(question["columns"], row, language) for row in value])
    if question["kind"] == "files":
        return Answer(name, label, rows=[_file(file, language) for file in value])
    if isinstance(value, list):
        return Answer(name, label, items=[readable(item, language) for item in value])
    if value is not None and question["kind"] in _FORMATS:
        return Answer(name, label, text=_FORMATS[question["kind"]](value, language))
    return Answer(name, label, text=readable(value, language))


def _row(columns: list[Mapping[str, Any]], row: Mapping[str, Any], language: str) -> Row:
    cells = [(column["label"][language], readable(row[column["name"]], language)) for column in columns]
    return [(label, text) for label, text in cells if text]


def _file(file: Mapping[str, Any], language: str) -> Row:
    return [
        (_("Name"), file["name"]),
        (_("Kind"), file["kind"][language]),
        (_("Size"), filesizeformat(file["size"])),
        ("SHA-256", file["sha256"]),
    ]


def _month(value: str, language: str) -> str:
    # A version never changes: one with a month that nobody would accept today must still be readable.
    month = read_month(value)
    return format_skeleton("yMMMM", month, locale=language) if month else value


_FORMATS: dict[str, Callable[[Any, str], str]] = {
    "month": _month,
    "number": lambda value, language: format_decimal(value, locale=language),
}
