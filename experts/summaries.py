"""A profile in words: the same lines for its owner, for staff, for regions and between two versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from core.sections.conditions import narrow
from core.sections.kinds.base import Labels
from core.sections.questions import Answers, Question, Questionnaire, Section
from experts.asked import asked_today
from experts.core_questions import CV, PRIVATE
from experts.snapshots import Profile, answers_in


class ProfileLine(NamedTuple):
    label: str
    values: list[str]  # empty: no answer
    name: str = ""  # of the first of its questions

    @property
    def value(self) -> str:
        """All of it as one text, a line for each."""
        return "\n".join(self.values)


class SectionName(NamedTuple):
    value: str
    label: str

    def __str__(self) -> str:
        return self.value


class ProfilePart(NamedTuple):
    section: SectionName
    lines: list[ProfileLine]
    is_staff_only: bool  # regions never see any of it
    has_cv: bool


class ProfileDifference(NamedTuple):
    label: str
    before: list[str]
    after: list[str]


def of_profile(
    profile: Profile, asked: Questionnaire | None = None, labels: Labels | None = None
) -> list[ProfilePart]:
    """Return every line of a profile in the active language, empty ones included.

    Args:
        profile: as `snapshots.take` returns it.
        asked: the form on which it was written; what is asked today unless given.
        labels: of codes, read once for several profiles.
    """
    labels = labels or Labels()
    sections = (_narrowed(section, profile) for section in asked or asked_today())
    return [
        ProfilePart(
            SectionName(section.slug, str(section.title)),
            _lines(section, answers_in(profile, section), labels),
            not any(is_for_regions(question) for question in section.questions),
            section.asks(CV),
        )
        for section in sections
        if section.questions
    ]


def for_regions(profile: Profile, asked: Questionnaire) -> list[ProfilePart]:
    """Return what a region that the expert is proposed to may read: answers that are marked so."""
    shown = [
        narrow(section, {question.name for question in section.questions if is_for_regions(question)})
        for section in asked
    ]
    return of_profile(profile, Questionnaire(tuple(shown)))


def is_for_regions(question: Question) -> bool:
    """Whether a region that the expert is proposed to may read the answer."""
    return question.is_public and question.name not in PRIVATE


def differences(
    before: Profile, after: Profile, asked_before: Questionnaire, asked_after: Questionnaire
) -> list[ProfileDifference]:
    """Return the lines that differ between two versions, each told in the words of its form."""
    labels = Labels()
    old, new = (
        {line.name: line for part in of_profile(profile, asked, labels) for line in part.lines}
        for profile, asked in ((before, asked_before), (after, asked_after))
    )
    return [*_changed_lines(old, new)]


def _narrowed(section: Section, profile: Profile) -> Section:
    """Return a section with what was asked of this profile: other answers may have hidden the rest."""
    answers = answers_in(profile, section)
    return narrow(section, {q.name for q in section.questions if q.condition is None or q.name in answers})


def _lines(section: Section, answers: Answers, labels: Labels) -> list[ProfileLine]:
    """Return the lines of one section; questions with the same heading make one."""
    said: dict[str, ProfileLine] = {}
    for question in section.questions:
        heading = str(question.heading)
        line = said.setdefault(heading, ProfileLine(heading, [], question.name))
        # A version may be older than a question.
        value = answers.get(question.name, question.kind.blank)
        found = question.kind.lines(question, value, labels)
        line.values.extend(text for text in found if text)
    return [*said.values()]


def _changed_lines(old: dict[str, ProfileLine], new: dict[str, ProfileLine]) -> Iterator[ProfileDifference]:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = (lines[name].values if name in lines else [] for lines in (old, new))
        if before != after:
            yield ProfileDifference((new.get(name) or old[name]).label, before, after)
