"""What an answer to a clarification says: some sections as they are now, the others as they were submitted.

All of it is one coherent form. A changed answer may lead to a question of another section, or away from one:

* a question that the version before did not ask, and that is asked now, has *opened*: it may be answered, and
  must be if it is required; so has a group in whose rows more columns are asked than there were;
* a question that is not asked any more is not in the next version; its answer stays in the working copy;
* every other question of a section about which nobody asked stays as it was submitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from core.sections.conditions import Asked, before, has_column_conditions, in_row, narrow, walk
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
        parts = (narrow(each, {q.name for q in each.questions if self.is_opened(q)}) for each in self.form)
        return tuple(Opened(part) for part in parts if part.questions and part.slug not in self.slugs)

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
    def _judged(self) -> tuple[Answers, frozenset[str]]:
        """The cells of the answer, asked or not, and the names of the groups whose rows ask for more."""
        cells, more = Answers(), set[str]()
        for question in self.form.questions:
            entry, now = self._entry(question), question.own(self.working)
            own = now if entry is None else question.kind.cells_of_version(question, entry["value"])
            if entry is not None and self._asks_more_in_rows(question, own.values(), cells):
                own = now
                more.add(question.name)
            cells |= own
        return cells, frozenset(more)

    def _asks_more_in_rows(self, question: Question, rows: Iterable[Any], cells: Answers) -> bool:
        """Whether any row asks for a column that it did not hold in the version before."""
        if not has_column_conditions(question):
            return False
        earlier = before(self.form, question, cells)
        return any(
            name not in row and not column.kind.is_computed
            for row in rows
            for name, column in in_row(question, row, earlier).questions.items()
        )
