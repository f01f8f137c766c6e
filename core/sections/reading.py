"""A version as people read it: on pages, in the PDF, beside the score sheet, and two side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import override

from core.sections.differences import Piece, pieces
from core.sections.kinds.base import kind_of
from core.sections.kinds.telling import LabelledRow, ToldFile
from core.translated.texts import ENGLISH

Snapshot = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """One answer of a version: a text, a list, or rows of label and text; all empty if there is none.

    `files` has one for each row, where the rows are files: the same one uploaded again is no difference.
    """

    name: str
    label: str
    text: str = ""
    items: list[str] = field(default_factory=list)
    rows: list[LabelledRow] = field(default_factory=list)
    files: list[ToldFile] = field(default_factory=list, compare=False)

    @property
    def files_with_rows(self) -> list[tuple[ToldFile, LabelledRow]]:
        """Each file, and what else is told of it than its name, which its link has."""
        return [(file, row[1:]) for file, row in zip(self.files, self.rows, strict=True)]


@dataclass(frozen=True)
class ReadSection:
    slug: str
    title: str
    answers: list[Answer]


@dataclass(frozen=True)
class Difference:
    """An answer that two versions give differently."""

    section: str
    before: Answer
    after: Answer
    slug: str = ""

    @property
    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        """The text before and the text now, in pieces that are changed or not; none unless both are texts."""
        return pieces(self.before.text, self.after.text)


def sections(snapshot: Snapshot, language: str) -> list[ReadSection]:
    """Return the answers of a version in a language; one that it does not hold becomes English."""
    language = spoken_in(snapshot, language)
    with override(language):
        return [
            ReadSection(
                section["slug"],
                section["title"][language],
                [_answer(question, language) for question in section["questions"]],
            )
            for section in snapshot["sections"]
        ]


def spoken_in(snapshot: Snapshot, language: str) -> str:
    """Return the language, or English if the version was made when the portal did not have it."""
    held = all(language in section["title"] for section in snapshot["sections"])
    return language if held else ENGLISH


def differences(before: Snapshot, after: Snapshot, language: str) -> list[Difference]:
    """Return the answers that differ between two versions, as the later has them; last those that went."""
    old, new = (_by_name(version, language) for version in (before, after))
    changed = [
        Difference(section.title, old[name][1] if name in old else _blank(answer), answer, section.slug)
        for name, (section, answer) in new.items()
        if name not in old or old[name][1] != answer
    ]
    gone = [
        Difference(section.title, answer, _blank(answer), section.slug)
        for name, (section, answer) in old.items()
        if name not in new and answer != _blank(answer)
    ]
    return changed + gone


def _by_name(version: Snapshot, language: str) -> dict[str, tuple[ReadSection, Answer]]:
    return {answer.name: (part, answer) for part in sections(version, language) for answer in part.answers}


def _blank(answer: Answer) -> Answer:
    return Answer(answer.name, answer.label)


def _answer(question: Mapping[str, Any], language: str) -> Answer:
    told = kind_of(question).told(question, question["value"], language)
    return Answer(question["name"], question["label"][language], told.text, told.items, told.rows, told.files)
