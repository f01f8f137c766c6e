"""A repeated group of questions, as staff make them: "add another", each row a cell under its key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.phrases import labelled
from core.sections.kinds import faults
from core.sections.kinds.base import Labels
from core.sections.kinds.rows import KeyedRows, blank_row
from core.sections.kinds.settings import ADD_LABEL, COLUMNS, FEWEST_ROWS, MOST_ROWS, ROW_LABEL
from core.sections.questions import Answers, Question
from core.sections.row_forms import KEY
from core.sections.row_forms import MOST_ROWS as MOST


class Group(KeyedRows):
    """Rows whose columns may be of any kind but rows, tables and files."""

    code = "group"
    title = _("Repeated group of questions")
    settings = (COLUMNS, FEWEST_ROWS, MOST_ROWS, ROW_LABEL, ADD_LABEL)
    can_be_column = False
    columns_can_have_conditions = True

    def cells(self, question: Question, value: Any) -> Answers:
        """Return the rows with every column of today; what an earlier version asked for stays in them."""
        blank = blank_row(question)
        return {
            question.cell(row[KEY]): blank | {name: said for name, said in row.items() if name != KEY}
            for row in value or ()
        }

    def name_of(self, question: Question, cell: str, value: Any, labels: Labels) -> str:
        said = self.row_line(question, value, labels).partition("; ")[0] if value else ""
        return labelled(question.heading, said) if said else str(question.heading)

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_bounds(question, faults.whole, lowest=0, names=("min_rows", "limit"))
        if (faults.whole(question.limit) or 0) > MOST:
            yield gettext("A group can have at most %(most)d rows.") % {"most": MOST}
        yield from faults.of_columns(question)
        for column in question.columns:
            if not column.kind.can_be_column:
                yield gettext("The answer type “%(kind)s” cannot be used in a column.") % {
                    "kind": column.kind.title or column.kind.code
                }
            if column.name == KEY:
                yield gettext("A column cannot have the key “%(key)s”.") % {"key": KEY}
