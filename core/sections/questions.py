"""A form as data: sections, their questions, and what is said of each question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from core.forms.counting import Counted, Limits
from core.phrases import StrOrPromise

if TYPE_CHECKING:
    from core.sections.kinds.base import Kind

# A cell is the smallest thing that two people can change without disturbing each other: an answer under its
# question's name, one row under `partners.<key>`. Its value is plain: what JSON can hold.
Answers = dict[str, Any]
# A row of such a name is one cell of its question.
ROW_MARK = "."
OfferedOption = tuple[Any, StrOrPromise]


class Operator(StrEnum):
    """What a clause asks of an earlier answer."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    OVER = "over"
    UNDER = "under"
    FILLED = "filled"
    NOT_FILLED = "not_filled"


class Compared(StrEnum):
    """As what clauses compare the answers of a kind; `core.sections.conditions` says how each is compared."""

    TEXT = "text"
    OPTION = "option"
    OPTIONS = "options"
    NUMBER = "number"
    DAY = "day"
    TRUTH = "truth"
    ROWS = "rows"
    # Only whether there is an answer.
    ANYTHING = "anything"


@dataclass(frozen=True)
class Clause:
    """One thing that must hold of an earlier answer.

    Args:
        question: its name; in a condition of a column also `question.column`, an earlier column of the row.
        operator: how its value is compared.
        value: with what, plain as a cell is; nothing for `filled`.
    """

    question: str
    operator: Operator
    value: Any = None


@dataclass(frozen=True)
class Condition:
    """When a question is asked: if all, or any, of some clauses hold."""

    clauses: tuple[Clause, ...]
    needs_all: bool = True


@dataclass(frozen=True)
class Formula:
    """What a computed answer is made of.

    Args:
        operation: `sum` of numbers, or `count` of rows and choices.
        sources: names of earlier questions; of a column as `question.column`.
    """

    operation: str
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Question:
    """One question, or a column of a question of rows; plain data, so that it may come from a table.

    Args:
        name: stable; part of what is stored.
        kind: what an answer is; found by its code.
        label: as it is asked.
        short_label: as the answer is headed; the label if there is none.
        help_text: shown below the label.
        missing_text: what to do if there is no answer; the label if there is none.
        is_required: a complete form needs an answer.
        is_always_required: a draft needs it as well.
        limit: most characters, words, choices, rows, files; highest number; latest date as `2027-12-31`.
        least: the other bound of the same.
        counts: what the limits of a text count.
        decimals: most decimals of a number.
        unit: of a number, such as "km".
        example: of a good answer, shown where it helps.
        autocomplete: what browsers know to fill in, such as the reader's "name".
        choices: code → words, of a closed list; the languages of a text in several; of a dependent choice,
            the options of the earlier question.
        gone_choices: code → words of options that an earlier version offered; an answer that is one stays.
        asked_choices: the same in longer words, where it is asked in such.
        initial: the answer before anybody has given one.
        vocabulary: the model whose rows can be chosen.
        columns: the questions of each row.
        key_column: what a row is about; without it a row is blank.
        min_rows: least rows of a complete form.
        row_label: what one row is.
        add_label: of the button for one more.
        twice_text: refuses a second row about the same.
        settled: of a group that is open in part: cell → the columns of this row that stay as they are.
        fixed_rows: code → words of the rows of a table.
        depends_on: the earlier question whose answer decides what can be chosen.
        choices_by: answer of that question → what can be chosen then.
        formula: of a computed answer.
        accepts: codes of the types of files that are taken (`core.uploads.kinds.FAMILIES`); all, if empty.
        condition: when it is asked; always, if there is none. That of a column is judged in each row.
        criterion: the code of the criterion that it serves.
        is_public: its answer may be published when the application is selected.
        is_core: rules of the portal read its answer.
    """

    name: str
    kind: Kind
    label: StrOrPromise = ""
    short_label: StrOrPromise = ""
    help_text: StrOrPromise = ""
    missing_text: StrOrPromise = ""
    is_required: bool = True
    is_always_required: bool = False
    limit: Any = None
    least: Any = None
    counts: Counted = Counted.CHARACTERS
    decimals: int = 0
    unit: StrOrPromise = ""
    example: StrOrPromise = ""
    autocomplete: str = ""
    choices: tuple[OfferedOption, ...] = ()
    gone_choices: tuple[OfferedOption, ...] = ()
    asked_choices: tuple[OfferedOption, ...] = ()
    initial: Any = None
    vocabulary: type[Model] | None = None
    columns: tuple[Question, ...] = ()
    key_column: str = ""
    min_rows: int = 0
    row_label: StrOrPromise = ""
    add_label: StrOrPromise = ""
    twice_text: StrOrPromise = ""
    settled: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fixed_rows: tuple[OfferedOption, ...] = ()
    depends_on: str = ""
    choices_by: Mapping[str, tuple[OfferedOption, ...]] = field(default_factory=dict)
    formula: Formula | None = None
    accepts: tuple[str, ...] = ()
    condition: Condition | None = None
    criterion: str = ""
    is_public: bool = False
    is_core: bool = False

    def cell(self, key: str) -> str:
        """Return the name of the cell of one row."""
        return f"{self.name}{ROW_MARK}{key}"

    def own(self, cells: Mapping[str, Any]) -> Answers:
        """Return the cells of this question among those of a form, in their order."""
        return {cell: value for cell, value in cells.items() if question_name(cell) == self.name}

    @property
    def limits(self) -> Limits:
        """How long a text may be."""
        return Limits(self.least, self.limit, self.counts)

    @property
    def hint(self) -> str:
        """What is said beforehand about the length of an answer."""
        return self.kind.hint(self)

    @property
    def heading(self) -> StrOrPromise:
        return self.short_label or self.label


@dataclass(frozen=True, eq=False)
class Rule:
    """What must hold of several answers together.

    Args:
        names: of the questions.
        is_kept: whether cells keep it.
        text: what to say if they do not.
        at: the question at which it is said.
        drops: what is not saved of a form that breaks it; all of them unless said.
    """

    names: tuple[str, ...]
    is_kept: Callable[[Mapping[str, Any]], bool]
    text: StrOrPromise
    at: str
    drops: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Section:
    """Questions that are shown on one page and saved together.

    Args:
        slug: stable; part of addresses and of what is stored.
        title: of the page.
        intro: what it is about.
        questions: in their order.
        rules: on several of its answers.
        saves_itself: while one types; what somebody declares is declared by a button.
    """

    slug: str
    title: StrOrPromise
    intro: StrOrPromise
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...] = ()
    saves_itself: bool = True

    def question(self, cell: str) -> Question:
        """Return the question of a name, or of a cell."""
        name = question_name(cell)
        return next(question for question in self.questions if question.name == name)

    def asks(self, name: str) -> bool:
        """Whether a question of this name is among them."""
        return any(question.name == name for question in self.questions)

    def broken_rules(self, cells: Mapping[str, Any]) -> Iterator[Rule]:
        yield from (rule for rule in self.rules if not rule.is_kept(cells))


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """All that a form asks: its sections in their order.

    Args:
        sections: with slugs and names of questions that are there once.
    """

    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Section]:
        return iter(self.sections)

    def __len__(self) -> int:
        return len(self.sections)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def _by_name(self) -> dict[str, tuple[Section, Question]]:
        return {question.name: (section, question) for section in self for question in section.questions}

    def section(self, slug: str) -> Section | None:
        return next((section for section in self.sections if section.slug == slug), None)

    def question(self, cell: str) -> Question | None:
        """Return the question of a name, or of a cell; None if it is not asked."""
        return self._by_name.get(question_name(cell), (None, None))[1]

    def section_of(self, cell: str) -> Section | None:
        """Return where the question of a cell is asked."""
        return self._by_name.get(question_name(cell), (None, None))[0]

    def number(self, section: Section) -> int:
        """Return the place of a section, from 1; also of one that is here with fewer questions."""
        return [each.slug for each in self.sections].index(section.slug) + 1

    def after(self, section: Section, *, among: Iterable[Section]) -> Section | None:
        """Return the next of some sections, or None after the last of them."""
        wanted = {each.slug for each in among}
        return next((each for each in self.sections[self.number(section) :] if each.slug in wanted), None)


def question_name(cell: str) -> str:
    return cell.partition(ROW_MARK)[0]


def row_key(cell: str) -> str:
    return cell.partition(ROW_MARK)[2]


def questions_of(sections: Iterable[Section]) -> list[Question]:
    return [question for section in sections for question in section.questions]
