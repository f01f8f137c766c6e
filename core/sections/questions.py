"""A form as data: sections, their questions, and what is said of each question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.functional import Promise

if TYPE_CHECKING:
    from core.sections.kinds.base import Kind

Text = str | Promise
# A cell is the smallest thing that two people can change without disturbing each other: an answer under its
# question's name, one row under `partners.<key>`. Its value is plain: what JSON can hold.
Answers = dict[str, Any]
# A row of such a name is one cell of its question.
ROW_MARK = "."
Choice = tuple[Any, Text]


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
        limit: most characters, most choices, most rows, or the highest number.
        choices: code → words, of a closed list.
        asked_choices: the same in longer words, where it is asked in such.
        initial: the answer before anybody has given one.
        vocabulary: the model whose rows can be chosen.
        columns: the questions of each row.
        key_column: what a row is about; without it a row is blank.
        min_rows: least rows of a complete form.
        row_label: what one row is.
        add_label: of the button for one more.
        twice_text: refuses a second row about the same.
    """

    name: str
    kind: Kind
    label: Text = ""
    short_label: Text = ""
    help_text: Text = ""
    missing_text: Text = ""
    is_required: bool = True
    is_always_required: bool = False
    limit: int | None = None
    choices: tuple[Choice, ...] = ()
    asked_choices: tuple[Choice, ...] = ()
    initial: Any = None
    vocabulary: type[Model] | None = None
    columns: tuple[Question, ...] = ()
    key_column: str = ""
    min_rows: int = 0
    row_label: Text = ""
    add_label: Text = ""
    twice_text: Text = ""

    def cell(self, key: str) -> str:
        """Return the name of the cell of one row."""
        return f"{self.name}{ROW_MARK}{key}"

    def own(self, cells: Mapping[str, Any]) -> Answers:
        """Return the cells of this question among those of a form, in their order."""
        return {cell: value for cell, value in cells.items() if question_name(cell) == self.name}

    @property
    def hint(self) -> str:
        """What is said beforehand about the length of an answer."""
        return self.kind.hint(self)

    @property
    def heading(self) -> Text:
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
    text: Text
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
    title: Text
    intro: Text
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...] = ()
    saves_itself: bool = True

    def question(self, cell: str) -> Question:
        """Return the question of a name, or of a cell."""
        name = question_name(cell)
        return next(question for question in self.questions if question.name == name)

    def broken_rules(self, cells: Mapping[str, Any]) -> Iterator[Rule]:
        yield from (rule for rule in self.rules if not rule.is_kept(cells))


def question_name(cell: str) -> str:
    return cell.partition(ROW_MARK)[0]


def row_key(cell: str) -> str:
    return cell.partition(ROW_MARK)[2]


def questions_of(sections: Iterable[Section]) -> list[Question]:
    return [question for section in sections for question in section.questions]
