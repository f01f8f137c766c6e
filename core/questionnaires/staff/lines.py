"""The draft of a form as the editor lists it: sections and questions, each with what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.questionnaires.faults import Fault, faults_in
from core.questionnaires.kind_settings import Text, of_kind
from core.questionnaires.loading import read
from core.questionnaires.models import FormQuestion, FormSection, FormVersion
from core.sections.condition_words import when_asked
from core.sections.questions import Questionnaire


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
    kind: Text
    condition: str
    faults: Sequence[Fault]
    columns: Sequence[FormQuestion] = ()
    is_highest: bool = False
    is_lowest: bool = False


@dataclass(frozen=True)
class SectionLine:
    row: FormSection
    number: int
    faults: Sequence[Fault]
    questions: list[QuestionLine] = field(default_factory=list)
    is_highest: bool = False
    is_lowest: bool = False


@dataclass(frozen=True)
class Problem:
    """A fault, and the id of the place in the list that it is about; "" if it is about the form."""

    fault: Fault
    place: str
    about: str


@dataclass(frozen=True)
class Draft:
    """All of a draft that its page shows."""

    sections: list[SectionLine]
    problems: list[Problem]
    asked: Questionnaire

    @property
    def blocking(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.fault.blocks]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.fault.blocks]


def draft_of(version: FormVersion) -> Draft:
    """Return a draft as its page shows it, in a number of queries that does not grow with it."""
    sections = list(version.sections.order_by("position", "pk"))
    rows = list(version.questions.order_by("position", "pk"))
    asked = read(version)
    found = faults_in(version, sections, rows, asked)
    by_key: dict[str, list[Fault]] = defaultdict(list)
    for fault in found:
        by_key[fault.key.partition(".")[0]].append(fault)
    lines = [_section_line(section, sections, rows, by_key, asked) for section in sections]
    return Draft(lines, list(_problems(found, lines)), asked)


def _section_line(
    section: FormSection,
    sections: Sequence[FormSection],
    rows: Sequence[FormQuestion],
    faults: Mapping[str, Sequence[Fault]],
    asked: Questionnaire,
) -> SectionLine:
    number = sections.index(section) + 1
    is_first, is_last = section == sections[0], section == sections[-1]
    own_faults = faults.get(section.key, ())
    line = SectionLine(section, number, own_faults, is_highest=is_first, is_lowest=is_last)
    own = [row for row in rows if row.section_id == section.pk and row.rows_id is None]
    for place, row in enumerate(own, start=1):
        question = asked.question(row.key)
        line.questions.append(
            QuestionLine(
                row,
                f"{number}.{place}",
                of_kind(row.kind).title,
                " ".join(when_asked(question, asked)) if question else "",
                faults.get(row.key, ()),
                [each for each in rows if each.rows_id == row.pk],
                is_highest=is_first and place == 1,
                is_lowest=is_last and place == len(own),
            )
        )
    return line


def _problems(found: Sequence[Fault], lines: Sequence[SectionLine]) -> list[Problem]:
    places = {line.row.key: (f"section-{line.row.pk}", str(line.row.title)) for line in lines}
    places |= {
        question.row.key: (f"question-{question.row.pk}", f"{question.number} {question.row.label}")
        for line in lines
        for question in line.questions
    }
    return [Problem(fault, *places.get(fault.key.partition(".")[0], ("", ""))) for fault in found]
