"""Partners and needs: rows of a section, and the cells that they make."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import TOTAL_FORM_COUNT
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from applications.form.answers import NEEDS, PARTNERS, Answers, partner_cell
from applications.form.forms.questions import Choices, field_of, plain
from applications.form.sections import Kind, Question
from core.forms.forms import PublicForm, PublicFormSet, rows_of
from core.reference.region_fields import Resolved, resolve
from core.reference.search import Searches

CHOOSE = ("", _("Choose…"))


class RowForm(PublicForm):
    """One row; a blank one is left out."""

    question: Question

    def __init__(self, *args: Any, terms: dict[str, Choices] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (terms or {}).items():
            self.fields[name].choices = [CHOOSE, *choices]

    @property
    def given(self) -> dict[str, Any]:
        """The columns that hold something valid; only after `is_valid()` was asked."""
        cleaned = getattr(self, "cleaned_data", {})
        columns = self.question.columns
        return {c.name: plain(c, cleaned[c.name]) for c in columns if c.name in cleaned}


class PartnerForm(RowForm):
    question = PARTNERS
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def clean_unit(self) -> str | None:
        return self.fields["unit"].take(self.cleaned_data["unit"], self.resolved)

    resolved: dict[str, Resolved] = {}


class NeedForm(RowForm):
    question = NEEDS


def _with_columns(form: type[RowForm]) -> type[RowForm]:
    columns = {column.name: field_of(column) for column in form.question.columns}
    return type(form.__name__, (form,), columns)


class TermRows(PublicFormSet):
    """Rows whose terms are read once for all of them, by the form around."""

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

    def use_terms(self, terms: dict[str, Choices]) -> None:
        self.form_kwargs["terms"] = terms


class PartnerRows(TermRows):
    @cached_property
    def forms(self) -> list[PartnerForm]:
        rows = super().forms
        if self.is_bound:
            searches = Searches()
            for row in rows:
                row.fields["unit"].search_if_asked(self.data, row.add_prefix("unit"), searches)
            resolved = resolve((str(row["unit"].data or "").strip() for row in rows), searches)
            for row in rows:
                row.resolved = resolved
        return rows

    def clean(self) -> None:
        leads = [row for row in self.forms if row not in self.deleted_forms and row.given.get("is_lead")]
        for row in leads[1:]:
            row.add_error("is_lead", _("Only one partner can lead. Untick the others."))
        if len(leads) > 1:
            raise ValidationError(_("Only one partner can lead."), code="leads")

    def cells(self, nonce: UUID, saved: Answers) -> Answers:
        """Return the partners as cells; None stands for a removed one.

        Args:
            nonce: of the page, so that a new row sent twice is one partner.
            saved: the cells as they are, which fill the columns whose typed value is refused.
        """
        cells: Answers = {}
        for index, row in enumerate(self.forms):
            given = row["key"].data or ""
            cell = partner_cell(_key(given) or uuid5(nonce, str(index)))
            if self._should_delete_form(row):
                cells[cell] = None
            elif row.has_changed() or cell in saved:
                blank = {column.name: _blank(column) for column in PARTNERS.columns}
                cells[cell] = blank | (saved.get(cell) or {}) | row.given
        return cells


class NeedRows(TermRows):
    def clean(self) -> None:
        seen: set[str] = set()
        for row in self.forms:
            area = row.given.get("area")
            if area in seen and row not in self.deleted_forms:
                row.add_error("area", _("This area is there twice. Keep one of the two rows."))
            seen |= {area} if area else set()

    def cell(self) -> list[dict[str, Any]]:
        """Return the needs with an area and no error, as `applications.form.answers` keeps them."""
        rows = [row.given for row in self.forms if not row.errors and row not in self.deleted_forms]
        return sorted((row for row in rows if row.get("area")), key=lambda row: row["area"])


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _blank(column: Question) -> Any:
    return {Kind.TICK: False, Kind.TERM: None, Kind.REGION: None}.get(column.kind, "")


def _rows(form: type[RowForm], base: type[TermRows], add_label: Any) -> type[TermRows]:
    question = form.question
    rows = rows_of(
        _with_columns(form),
        label=question.row_label,
        add_label=add_label,
        help_text=question.help_text,
        max_num=question.limit,
    )
    return type(base.__name__, (base, rows), {})


ROW_SETS = {
    PARTNERS.name: _rows(PartnerForm, PartnerRows, _("Add a partner")),
    NEEDS.name: _rows(NeedForm, NeedRows, _("Add a need")),
}
