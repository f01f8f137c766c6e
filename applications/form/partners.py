"""The partners of an application: rows of which one leads, from both sides of the border."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.reference.words import cross_border_types
from core.sections.kinds import KeyedRows
from core.sections.questions import Answers, Question, Rule, row_key
from core.sections.row_forms import SectionRows
from core.sections.stores import KeyedRowsPlace as KeyedRowsPlace

MIN_PARTNERS = 2


class PartnerRows(SectionRows):
    def clean(self) -> None:
        super().clean()
        leads = [row for row in self.forms if not self.is_removed(row) and row.given.get("is_lead")]
        for row in leads[1:]:
            row.add_error("is_lead", _("Only one partner can be the lead organisation. Untick the others."))
        if len(leads) > 1:
            self._leave_lead_as_it_was()
            raise ValidationError(_("Only one partner can be the lead organisation."), code="leads")

    def _leave_lead_as_it_was(self) -> None:
        # Who leads is one answer of all rows: the tick of one alone would move or lose what is saved.
        for row in self.forms:
            row.cleaned_data.pop("is_lead", None)


class Partners(KeyedRows):
    """Rows of organisations."""

    code = "partners"
    stored_as = "rows"
    row_set = PartnerRows

    def besides(self, question: Question, written: Answers, saved: Answers) -> Answers:
        """Whoever lets a partner lead says of the one that leads now that it does not."""
        if not _leads(question, written):
            return {}
        return {cell: saved[cell] | {"is_lead": False} for cell in _leads(question, saved)}

    def rules(self, question: Question, mine: Mapping[str, Any], saved: Answers) -> Iterator[Rule]:
        names = dict.fromkeys([*_leads(question, mine), *_leads(question, saved)])
        yield Rule(
            tuple(names),
            lambda cells: len(_leads(question, cells)) <= 1,
            _("Only one partner can be the lead organisation."),
            at=NON_FIELD_ERRORS,
        )

    def missing(self, question: Question, cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        rows = self.value(question, cells)
        # Without any, what is said below says it all.
        if rows:
            yield from super().missing(question, cells)
        # One that is cross-border by nature may stand for both sides: staff decide.
        is_both_sides = any(row["type"] in cross_border_types() for row in rows)
        if len(rows) < MIN_PARTNERS and not is_both_sides:
            text = gettext("At least two partners, one from each side of the border")
            yield self.anchor(question), text
        elif not any(row["is_lead"] for row in rows):
            yield self.anchor(question), gettext("The lead organisation")


class PartnersPlace(KeyedRowsPlace):
    def write(self, row: Model, question: Question, cells: Answers) -> Sequence[str]:
        if _leads(question, cells):
            # Rows are written one by one; the new lead may come before the old one.
            written = {f"{self.key}__in": [row_key(cell) for cell in cells]}
            self.of(row).filter(**written).update(is_lead=False)
        return super().write(row, question, cells)


def _leads(question: Question, cells: Mapping[str, Any]) -> list[str]:
    """Return the cells of the partners that lead."""
    return [cell for cell, row in question.own(cells).items() if row and row["is_lead"]]


PARTNERS_KIND = Partners()
