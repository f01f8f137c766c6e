"""The rows of a question: a form for each row, a set of them, both made from the question's columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, TOTAL_FORM_COUNT
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.forms.forms import PublicForm, PublicFormSet, rows_of
from core.known_types import known_as
from core.sections.conditions import clauses_of, own_column
from core.sections.questions import OfferedOption, Question

TOO_FEW = "too_few_forms"
# Under which a row carries what it is known by.
KEY = "key"
# Unless a question says fewer.
MOST_ROWS = 50


class RowPart(NamedTuple):
    """A field of a row on its page."""

    field: forms.BoundField
    is_followed: bool
    is_hidden: bool
    leads_on: bool


class RowForm(PublicForm):
    """One row; a blank one is left out."""

    question: Question
    # The columns that are not asked in this row.
    hidden_columns: frozenset[str] = frozenset()

    def __init__(
        self, *args: Any, offered: dict[str, list[OfferedOption]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (offered or {}).items():
            known_as(self.fields[name], forms.ChoiceField).choices = choices

    @property
    def given(self) -> dict[str, Any]:
        """The columns that hold something valid; only after `is_valid()` was asked."""
        cleaned = getattr(self, "cleaned_data", {})
        columns = self.question.columns
        return {c.name: c.kind.plain(cleaned[c.name]) for c in columns if c.name in cleaned}

    @property
    def saved_key(self) -> str:
        """The key under which the row is saved; "" of a new one."""
        try:
            return UUID(str(self[KEY].value() or "")).hex if KEY in self.fields else ""
        except ValueError:
            return ""

    @property
    def followed_columns(self) -> list[str]:
        """The columns with a condition that are asked in this row."""
        columns = self.question.columns
        return [c.name for c in columns if c.condition and c.name not in self.hidden_columns]

    @property
    def deciding_columns(self) -> frozenset[str]:
        """The columns on which others of the same row depend."""
        named = (clause for column in self.question.columns for clause in clauses_of(column))
        return frozenset(filter(None, (own_column(self.question, clause) for clause in named)))

    @property
    def parts(self) -> Iterator[RowPart]:
        """What is shown of the row, with what static/js/conditions.js has to know of each field."""
        conditional = {column.name for column in self.question.columns if column.condition}
        for field in self:
            if field.name != DELETION_FIELD_NAME:
                is_deciding = field.name in self.deciding_columns
                is_followed = is_deciding or field.name in conditional
                yield RowPart(field, is_followed, field.name in self.hidden_columns, is_deciding)


class KeyedRowForm(RowForm):
    """One row that carries its key, so that what was typed reaches the same row whatever else has changed."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


class SectionRows(PublicFormSet):
    """Rows whose choices are read, and whose places are found, once for all of them."""

    question: Question
    # The columns that are not asked in a row in which nobody has typed yet.
    hidden_when_blank: frozenset[str] = frozenset()

    @property
    def empty_form(self) -> RowForm:
        row: RowForm = super().empty_form
        row.hidden_columns = self.hidden_when_blank
        return row

    @cached_property
    def forms(self) -> list[RowForm]:
        rows: list[RowForm] = super().forms
        for column in self.question.columns:
            column.kind.prepare_rows(rows, column)
        return rows

    def with_one_more(self, data: Any, prefix: str) -> Any:
        """A row asked for without JavaScript starts with the same defaults as the others."""
        more = super().with_one_more(data, prefix)
        if more is data:
            return data
        last = int(more[f"{prefix}-{TOTAL_FORM_COUNT}"]) - 1
        for name, field in self.form.base_fields.items():
            if field.initial is not None:
                more[f"{prefix}-{last}-{name}"] = str(field.initial)
        return more

    def offer(self, choices: dict[str, list[OfferedOption]]) -> None:
        """Set what can be chosen in the columns of every row."""
        self.form_kwargs["offered"] = choices

    def is_removed(self, row: RowForm) -> bool:
        """Whether the person ticked that a row is to go, whatever is wrong with the others."""
        return hasattr(row, "cleaned_data") and bool(row.cleaned_data.get(DELETION_FIELD_NAME))

    @property
    def are_too_few(self) -> bool:
        return any(error.code == TOO_FEW for error in self.non_form_errors().as_data())

    def clean(self) -> None:
        """Refuse a second row about the same."""
        super().clean()
        key, seen = self.question.key_column, set()
        if not self.question.twice_text:
            return
        for row in self.forms:
            value = None if self.is_removed(row) else row.given.get(key)
            if value and value in seen:
                row.add_error(key, ValidationError(str(self.question.twice_text)))
            seen.add(value)


def field_of(question: Question) -> forms.Field | None:
    """Return the field that asks a question, with the example that the page shows beside it."""
    field: Any = question.kind.field(question)
    if field:
        field.example = question.example
    return cast(forms.Field | None, field)


def rows_class(question: Question, row: type[RowForm], rows: type[SectionRows]) -> type[SectionRows]:
    """Return the class of the rows of a question.

    Args:
        question: of rows.
        row: the form of one, without its columns.
        rows: the set, without the words of the question.
    """
    asked = {column.name: field_of(column) for column in question.columns}
    fields = {name: field for name, field in asked.items() if field}
    always = tuple(column.name for column in question.columns if column.is_always_required)
    form = type(row.__name__, (row,), fields | {"question": question, "always_required": always})
    made = rows_of(
        form,
        label=question.row_label or _("Row"),
        add_label=question.add_label or _("Add row"),
        help_text=question.help_text,
        min_num=question.min_rows,
        max_num=question.limit or MOST_ROWS,
    )
    return type(rows.__name__, (rows, made), {"question": question})
