"""The partners of an application: rows of which one leads, from both sides of the border."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.reference.words import cross_border_types
from core.sections.kinds import KeyedRows
from core.sections.questions import Answers, Question
from core.sections.row_forms import SectionRows
from core.sections.stores import KeyedRows as KeyedRowsPlace

MIN_PARTNERS = 2


class PartnerRows(SectionRows):
    def clean(self) -> None:
        super().clean()
        leads = [row for row in self.forms if not self.is_removed(row) and row.given.get("is_lead")]
        for row in leads[1:]:
            row.add_error("is_lead", _("Only one partner can lead. Untick the others."))
        if len(leads) > 1:
            raise ValidationError(_("Only one partner can lead."), code="leads")


class Partners(KeyedRows):
    """Rows of organisations."""

    code = "partners"
    stored_as = "rows"
    row_set = PartnerRows

    def missing(self, question: Question, cells: Answers) -> Iterator[tuple[str, str]]:
        yield from super().missing(question, cells)
        rows = self.value(question, cells)
        # One that is cross-border by nature may stand for both sides: staff decide.
        is_both_sides = any(row["type"] in cross_border_types() for row in rows)
        if len(rows) < MIN_PARTNERS and not is_both_sides:
            text = gettext("At least two partners, one from each side of the border")
            yield self.anchor(question), text
        elif not any(row["is_lead"] for row in rows):
            yield self.anchor(question), gettext("Which partner leads")


class PartnersPlace(KeyedRowsPlace):
    def write_row(self, row: Model, question: Question, key: dict[str, Any], given: Any) -> None:
        if given and given["is_lead"]:
            self.of(row).filter(is_lead=True).exclude(**key).update(is_lead=False)
        super().write_row(row, question, key, given)


PARTNERS_KIND = Partners()
