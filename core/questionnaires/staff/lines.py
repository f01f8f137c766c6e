"""The draft of a form as the editor lists it: sections and questions, each with what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.phrases import StrOrPromise, labelled
from core.questionnaires.arrangement import Arranged, arranged
from core.questionnaires.faults import ANSWER, CONDITION, ENTRIES, Fault, faults_in
from core.questionnaires.kind_settings import is_computed, of_kind
from core.questionnaires.models import FormQuestion, FormSection, FormVersion
from core.questionnaires.staff.setting_fields import PREFIX
from core.sections.condition_words import when_asked
from core.sections.questions import Questionnaire

# Whether it is a section, and its key: a question may have the same.
PlaceInList = tuple[bool, str]
NO_FAULT = Fault("", "")


@dataclass(frozen=True)
class QuestionLine:
    """A question in the list.

    Args:
        row: of the question.
        number: as people speak of it: 2.3 is the third of the second section.
        kind: in words.
        condition: in words; "" if it is always asked.
        faults: what is wrong with it and its columns.
        is_highest: whether it cannot go further up, or down.
    """

    row: FormQuestion
    number: str
    kind: StrOrPromise
    condition: str
    faults: Sequence[Fault]
    columns: Sequence[FormQuestion] = ()
    is_highest: bool = False
    is_lowest: bool = False

    @property
    def is_computed(self) -> bool:
        return is_computed(self.row.kind)

    @property
    def place(self) -> str:
        return f"question-{self.row.pk}"

    @property
    def after(self) -> str:
        return f"after-{self.row.pk}"


@dataclass(frozen=True)
class SectionLine:
    row: FormSection
    number: int
    faults: Sequence[Fault]
    questions: list[QuestionLine] = field(default_factory=list)
    is_highest: bool = False
    is_lowest: bool = False

    @property
    def place(self) -> str:
        return f"section-{self.row.pk}"

    @property
    def end(self) -> str:
        return f"end-{self.row.pk}"


@dataclass(frozen=True)
class LocatedFault:
    """A fault, and where it is put right.

    Args:
        fault: what is wrong.
        row: that it is about: a section, a question or a column; None if it is about the form.
        place: the id of its line in the list.
        about: what it is called.
    """

    fault: Fault
    row: FormSection | FormQuestion | None = None
    place: str = ""
    about: str = ""

    @property
    def is_of_section(self) -> bool:
        return isinstance(self.row, FormSection)

    def is_about(self, row: FormSection | FormQuestion) -> bool:
        return self.row is not None and row in (self.row, getattr(self.row, "rows", None))

    @property
    def anchor(self) -> str:
        """The id of what is at fault in the form that opens for the row."""
        part, language = self.fault.part, self.fault.language
        if part in (ANSWER, CONDITION, ENTRIES):
            return f"opened-{part}"
        if not part:
            return "opened"
        return f"id_{part.replace('settings.', PREFIX)}_{language}"


@dataclass(frozen=True)
class Draft:
    """All of a draft that its page shows."""

    sections: list[SectionLine]
    problems: list[LocatedFault]

    @property
    def blocking(self) -> list[LocatedFault]:
        return [problem for problem in self.problems if problem.fault.blocks]

    @property
    def warnings(self) -> list[LocatedFault]:
        return [problem for problem in self.problems if not problem.fault.blocks]

    def faults_of(self, row: FormSection | FormQuestion | None) -> list[Fault]:
        """Return what is wrong with a row, and with the columns of a question."""
        return [problem.fault for problem in self.problems if row and problem.is_about(row)]

    def section_at(self, place: str) -> FormSection | None:
        """Return the section of a line, by the id of the line."""
        for section in self.sections:
            if place in {section.place, *(line.place for line in section.questions)}:
                return section.row
        return None

    def place_of(self, pressed: str) -> str:
        """Return the id of the line in which a button stands that was pressed; "" if it is not there."""
        place = pressed.rpartition("-")[0]
        return place if self.section_at(place) else ""


def draft_of(version: FormVersion, asked: Questionnaire) -> Draft:
    """Return a draft as its page shows it, in a number of queries that does not grow with it.

    Args:
        version: the draft.
        asked: by it.
    """
    sections = list(version.sections.order_by("position", "pk"))
    rows = list(version.questions.order_by("position", "pk"))
    found = faults_in(version, sections, rows, asked)
    by_key: dict[PlaceInList, list[Fault]] = defaultdict(list)
    for fault in found:
        by_key[fault.is_of_section, fault.key.partition(".")[0]].append(fault)
    found_at, last = arranged(rows), len(sections)
    lines = [
        _section_line(section, place, place == last, found_at, by_key, asked)
        for place, section in enumerate(sections, start=1)
    ]
    return Draft(lines, _problems(found, sections, found_at))


def _section_line(
    section: FormSection,
    number: int,
    is_last: bool,
    rows: Arranged,
    faults: Mapping[PlaceInList, Sequence[Fault]],
    asked: Questionnaire,
) -> SectionLine:
    is_first = number == 1
    own_faults = faults.get((True, section.key), ())
    line = SectionLine(section, number, own_faults, is_highest=is_first, is_lowest=is_last)
    own = rows.asked.get(section.pk, ())
    for place, row in enumerate(own, start=1):
        question = asked.question(row.key)
        line.questions.append(
            QuestionLine(
                row,
                f"{number}.{place}",
                of_kind(row.kind).title,
                " ".join(when_asked(question, asked)) if question else "",
                faults.get((False, row.key), ()),
                rows.columns.get(row.pk, ()),
                is_highest=is_first and place == 1,
                is_lowest=is_last and place == len(own),
            )
        )
    return line


def problems_of(version: FormVersion, found: Sequence[Fault]) -> list[LocatedFault]:
    """Return faults with what each is about, in the order of the form."""
    sections = list(version.sections.order_by("position", "pk"))
    return _problems(found, sections, arranged(version.questions.order_by("position", "pk")))


def _problems(found: Sequence[Fault], sections: Sequence[FormSection], rows: Arranged) -> list[LocatedFault]:
    about: dict[PlaceInList, LocatedFault] = {}
    for number, section in enumerate(sections, start=1):
        about[True, section.key] = LocatedFault(
            NO_FAULT, section, f"section-{section.pk}", f"{number} {section.title}"
        )
        for place, row in enumerate(rows.asked.get(section.pk, ()), start=1):
            at = LocatedFault(NO_FAULT, row, f"question-{row.pk}", f"{number}.{place} {row.label}")
            about[False, row.key] = at
            for column in rows.columns.get(row.pk, ()):
                about[False, f"{row.key}.{column.key}"] = replace(
                    at, row=column, about=labelled(at.about, column.label)
                )
    order = {key: place for place, key in enumerate(about)}
    found = sorted(found, key=lambda fault: order.get((fault.is_of_section, fault.key), -1))
    nowhere = LocatedFault(NO_FAULT)
    return [replace(about.get((each.is_of_section, each.key), nowhere), fault=each) for each in found]
