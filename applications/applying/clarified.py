"""What an answer to a clarification says: some sections as they are now, the others as they were submitted.

All of it is one coherent form. A changed answer may lead to a question of another section, or away from one:

* a question that the version before did not ask, and that is asked now, has *opened*: it may be answered, and
  must be if it is required; so have columns of a group in rows that did not ask for them, and only those: the
  rows are those of the version before, and what they held stays;
* a question that is not asked any more is not in the next version; its answer stays in the working copy;
* every other question of a section about which nobody asked stays as it was submitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from core.sections.conditions import Asked, before, has_column_conditions, in_row, narrow, walk
from core.sections.kinds.rows import blank_row
from core.sections.kinds.settled import Row, paired, settled
from core.sections.questions import Answers, Question, Questionnaire, Section

# A question as a version keeps it, with its answer.
Entry = Mapping[str, Any]


class Opened(NamedTuple):
    """A section about which nobody asked, with what changed answers have opened in it."""

    section: Section

    @property
    def headings(self) -> list[Any]:
        return [question.heading for question in self.section.questions]


@dataclass(frozen=True, eq=False)
class Clarified:
    """The answers of a form of which staff ask about some sections anew.

    Args:
        form: as the application is asked it.
        submitted: the version before, as it was kept.
        working: the cells of the working copy.
        slugs: of the sections that staff ask about.
    """

    form: Questionnaire
    submitted: Mapping[str, Any]
    working: Answers
    slugs: frozenset[str]

    @cached_property
    def asked(self) -> Asked:
        """What is asked in view of all these answers, and the answers."""
        return walk(self.form.questions, self._judged[0])

    @property
    def cells(self) -> Answers:
        """The answers by which it is judged what is asked, whether they are asked or not."""
        return self._judged[0]

    def former(self, question: Question) -> Entry | None:
        """Return how the version before has a question that stays as it was; None of one that may change."""
        return None if question.name in self._judged[1] else self._entry(question)

    def is_opened(self, question: Question) -> bool:
        """Whether a question is asked that neither staff nor the version before asked."""
        return (
            question.name in self.asked.questions
            and not self._is_asked_about(question)
            and not question.kind.is_computed
            and self.former(question) is None
        )

    @cached_property
    def opened(self) -> tuple[Opened, ...]:
        parts = (self._part(each) for each in self.form if each.slug not in self.slugs)
        return tuple(Opened(part) for part in parts if part.questions)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections that may be changed: those asked about, and of others what has opened, in order."""
        opened = {each.section.slug: each.section for each in self.opened}
        return tuple(opened.get(each.slug, each) for each in self.form if each.slug in {*self.slugs, *opened})

    @property
    def sections_now(self) -> list[Section]:
        """The same with the questions that are asked now: what the answer must be complete in."""
        return [narrow(section, self.asked.questions) for section in self.sections]

    @property
    def closed(self) -> list[Question]:
        """The questions of other sections that the version before asked, and that are not asked any more."""
        return [
            question
            for question in self.form.questions
            if self._entry(question) is not None and question.name not in self.asked.questions
        ]

    def rows_as_asked(self, question: Question, entry: Entry) -> Entry:
        """Return a former question without the columns that its rows no longer ask."""
        if not has_column_conditions(question) or not isinstance(entry["value"], list):
            return entry
        rows = question.own(self.asked.cells).values()
        computed = {column.name for column in question.columns if column.kind.is_computed}
        kept = [
            {name: now[name] if name in computed else said for name, said in row.items() if name in now}
            for row, now in zip(entry["value"], rows, strict=True)
        ]
        return {**entry, "value": kept}

    def with_settled(self, question: Question, rows: list[Any]) -> list[Any]:
        """Return rows of the next version with what stays in them as the version before has it.

        Args:
            question: of any kind; of most nothing is settled.
            rows: as the next version would keep them.
        """
        if question.name not in self._judged[1]:
            return rows
        computed = {column.name for column in question.columns if column.kind.is_computed}
        before = self._entries[question.name]["value"]
        return [
            {name: said if name in computed else was.get(name, said) for name, said in row.items()}
            for row, was in zip(rows, before, strict=True)
        ]

    def _part(self, section: Section) -> Section:
        """Return what has opened in a section, groups with what stays in their rows."""
        part, rows = (
            narrow(section, {q.name for q in section.questions if self.is_opened(q)}),
            self._judged[1],
        )
        if not any(question.name in rows for question in part.questions):
            return part
        questions = (settled(q, rows[q.name]) if q.name in rows else q for q in part.questions)
        return replace(part, questions=tuple(questions))

    def _is_asked_about(self, question: Question) -> bool:
        section = self.form.section_of(question.name)
        return section is not None and section.slug in self.slugs

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {
            entry["name"]: entry for section in self.submitted["sections"] for entry in section["questions"]
        }

    def _entry(self, question: Question) -> Entry | None:
        """Return how the version before has a question about which staff do not ask."""
        entry = self._entries.get(question.name)
        is_same = entry is not None and entry["kind"] == (question.kind.stored_as or question.kind.code)
        return entry if is_same and not self._is_asked_about(question) else None

    @cached_property
    def _judged(self) -> tuple[Answers, dict[str, dict[str, Row]]]:
        """The cells of the answer, asked or not; of groups that ask for more, what stays in each row."""
        cells, more = Answers(), dict[str, dict[str, Row]]()
        for question in self.form.questions:
            entry, now = self._entry(question), question.own(self.working)
            own = now if entry is None else question.kind.cells_of_version(question, entry["value"])
            if entry is not None and has_column_conditions(question):
                stays = paired(question, list(own.values()), now)
                rows = {
                    cell: {**blank_row(question), **(now.get(cell) or {}), **row}
                    for cell, row in stays.items()
                }
                if self._asks_more_in_rows(question, stays, rows, cells):
                    own, more[question.name] = rows, stays
            cells |= own
        return cells, more

    def _asks_more_in_rows(
        self, question: Question, stays: Mapping[str, Row], rows: Mapping[str, Row], cells: Answers
    ) -> bool:
        """Whether any row asks for a column that it did not hold in the version before."""
        earlier = before(self.form, question, cells)
        return any(
            name not in stays[cell] and not column.kind.is_computed
            for cell, row in rows.items()
            for name, column in in_row(question, row, earlier).questions.items()
        )
