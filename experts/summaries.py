"""A profile in words: the same lines for its owner, for staff, for regions and between two versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from core.sections.kinds.base import Labels
from core.sections.questions import Answers, Section
from experts import enums
from experts.sections import SECTIONS
from experts.snapshots import Profile

# What only OECD staff see; `declarations.py` says so to the expert.
STAFF_ONLY = frozenset({enums.Section.CV, enums.Section.ORGANISATIONS, enums.Section.DECLARATIONS})


class Line(NamedTuple):
    label: str
    values: list[str]  # empty: no answer

    @property
    def value(self) -> str:
        """All of it as one text, a line for each."""
        return "\n".join(self.values)


class Part(NamedTuple):
    section: enums.Section
    lines: list[Line]

    @property
    def is_staff_only(self) -> bool:
        """Whether regions never see it."""
        return self.section in STAFF_ONLY


class Difference(NamedTuple):
    section: enums.Section
    label: str
    before: list[str]
    after: list[str]


def of_profile(profile: Profile, labels: Labels | None = None) -> list[Part]:
    """Return every line of a profile in the active language, empty ones included."""
    labels = labels or Labels()
    return [Part(enums.Section(s.slug), _lines(s, profile[s.slug], labels)) for s in SECTIONS]


def for_regions(profile: Profile) -> list[Part]:
    """Return what a region that the expert is proposed to may read."""
    return [part for part in of_profile(profile) if part.section not in STAFF_ONLY]


def differences(before: Profile, after: Profile) -> list[Difference]:
    """Return the lines that differ between two versions."""
    labels = Labels()
    pairs = zip(of_profile(before, labels), of_profile(after, labels), strict=True)
    return [change for old, new in pairs for change in _changed_lines(old, new)]


def _lines(section: Section, answers: Answers, labels: Labels) -> list[Line]:
    """Return the lines of one section; questions with the same heading make one."""
    said: dict[str, list[str]] = {}
    for question in section.questions:
        # A version may be older than a question.
        value = answers.get(question.name, question.kind.blank)
        lines = question.kind.lines(question, value, labels)
        said.setdefault(str(question.heading), []).extend(line for line in lines if line)
    return [Line(label, values) for label, values in said.items()]


def _changed_lines(old: Part, new: Part) -> Iterator[Difference]:
    before, after = dict(old.lines), dict(new.lines)
    for label in [*before, *(label for label in after if label not in before)]:
        if before.get(label, []) != after.get(label, []):
            yield Difference(new.section, label, before.get(label, []), after.get(label, []))
