"""The kinds of answers that only experts give: where they live, their months, rows with a level, a CV."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from core.dates import FIRST_MONTH
from core.half_days import HALF_DAYS_PER_DAY, days_in_words
from core.phrases import labelled
from core.sections.kinds import Kind, OrderedRows, Region, RowsByColumn, Term
from core.sections.kinds.base import Labels
from core.sections.questions import Answers, OfferedOption, Question, row_key
from core.typed import decimal_number, is_plain
from experts.enums import PROGRAMME_LAST_MONTH

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin

OTHER_COUNTRY = "other"
MONTHS_IN_YEAR = 12
LONGEST_MONTH = 31
# The field above the months, and the buttons that put its days into all of them, or into the empty ones.
FILL_DAYS, FILL_ALL, FILL_EMPTY = "fill_days", "fill_all", "fill_empty"


class Residence(Term):
    """The country where somebody lives: one of the list, or another one, named in the next answer."""

    code = "residence"
    stored_as = "term"

    @property
    def blank(self) -> str:
        return ""

    def choices_now(self, question: Question) -> list[OfferedOption]:
        return [*super().choices_now(question), (OTHER_COUNTRY, _("Another country"))]

    def shown(self, question: Question, cells: Answers) -> str:
        return OTHER_COUNTRY if cells["other_country"] else cells[question.name]

    def plain(self, cleaned: str) -> str:
        return "" if cleaned == OTHER_COUNTRY else cleaned

    def missing(self, question: Question, cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if not cells.get("other_country"):
            yield from super().missing(question, cells)


class HomeRegion(Region):
    """The region where somebody lives."""

    code = "home_region"
    stored_as = "region"
    is_home = True

    @property
    def blank(self) -> str:
        return ""

    def text(self, value: Any, language: str) -> str:
        return value.get("name", "") if value else ""


class LeveledRows(RowsByColumn):
    """Languages or areas, each with how well one knows it, and perhaps with evidence."""

    code = "leveled_rows"

    def row_line(self, question: Question, row: Mapping[str, Any], labels: Labels) -> str:
        what, level, *rest = (c.kind.line(c, row[c.name], labels) for c in question.columns)
        return " ".join([labelled(what, level), *(f"({said})" for said in rest if said)])


class Connections(OrderedRows):
    """Organisations, each with what connects the expert with it."""

    code = "connections"

    def row_line(self, question: Question, row: Mapping[str, Any], labels: Labels) -> str:
        return f"{row['name']} ({row['connection']})" if row["connection"] else row["name"]


class DaysField(forms.DecimalField):
    """Days in steps of a half; its value is half-days, as the matching counts."""

    default_error_messages = {
        "invalid": _("Enter a number of days, such as 3 or 2.5."),
        "max_value": _("Enter at most %(limit_value)s days for this month."),
        "min_value": _("Enter 0 days or more."),
        "step_size": _("Enter whole or half days, such as 3 or 2.5."),
    }

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "size": "5"})
        super().__init__(
            required=False, min_value=0, max_value=most, step_size=Decimal("0.5"), widget=widget, **kwargs
        )

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]  # the stubs expect whole ones
        typed = decimal_number(value) if isinstance(value, str) else value
        # Of a number with hundreds of digits Python cannot say whether it is a multiple of a half.
        if typed and isinstance(typed, str) and not is_plain(typed):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed)

    def prepare_value(self, value: object) -> Any:
        return f"{Decimal(value).normalize():f}" if isinstance(value, Decimal) else value


class MonthGrid(LayoutObject):
    """The months in the layout of a form, a fieldset for each year."""

    fields: list[Any] = []

    def render(self, form: SectionFormMixin, context: object, **kwargs: Any) -> str:
        years: dict[int, list[forms.BoundField]] = {}
        for month in _asked(form):
            years.setdefault(month.year, []).append(form[field_name(month)])
        return render_to_string("experts/_months.html", {"form": form, "years": list(years.items())})


class HalfDaysByMonth(Kind):
    """Half-days in each month to the end of the programme: a cell for each month."""

    code = "half_days_by_month"
    can_be_column = False

    @property
    def blank(self) -> dict[str, int]:
        return {}

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        form.fields[FILL_DAYS] = DaysField(most=LONGEST_MONTH, label=_("Days per month"))
        for month in months_ahead(timezone.localdate()):
            half_days = None if form.is_bound else form.cells.get(question.cell(month_key(month)))
            form.fields[field_name(month)] = DaysField(
                most=calendar.monthrange(month.year, month.month)[1],
                label=month_in_words(month),
                initial=None if half_days is None else Decimal(half_days) / HALF_DAYS_PER_DAY,
            )

    def layout(self, question: Question) -> Sequence[LayoutObject]:
        return [MonthGrid()]

    def take(self, form: SectionFormMixin, question: Question) -> Answers:
        cleaned = {month: form.cleaned_data.get(field_name(month), ...) for month in _asked(form)}
        return {
            question.cell(month_key(month)): int(days * HALF_DAYS_PER_DAY) if days else None
            for month, days in cleaned.items()
            if days is not ...
        }

    def cells(self, question: Question, value: Any) -> Answers:
        return {question.cell(month): half_days for month, half_days in value.items()}

    def value(self, question: Question, cells: Mapping[str, Any]) -> dict[str, int]:
        own = {row_key(cell): half_days for cell, half_days in question.own(cells).items()}
        return {month: half_days for month, half_days in own.items() if half_days}

    def name_of(self, question: Question, cell: str, value: object, labels: Labels) -> str:
        return month_in_words(row_key(cell))

    def missing(self, question: Question, cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        this_month = month_key(timezone.localdate())
        ahead = {cell: days for cell, days in question.own(cells).items() if row_key(cell) >= this_month}
        if not any(ahead.values()):
            yield self.anchor(question), str(question.missing_text)

    def anchor(self, question: Question) -> str:
        return f"id_{FILL_DAYS}"

    def lines(self, question: Question, value: Any, labels: Labels) -> list[str]:
        return [
            labelled(month_in_words(month), days_in_words(half_days))
            for month, half_days in sorted(value.items())
        ]

    def line(self, question: Question, value: int, labels: Labels) -> str:
        return days_in_words(value)


class StoredCv(Kind):
    """What is known of the CV, which is uploaded on a page of its own; nobody types it."""

    code = "cv"
    can_be_column = False

    @property
    def blank(self) -> dict[str, Any]:
        return {"name": "", "size": None, "sha256": ""}

    def layout(self, question: Question) -> Sequence[str]:
        return []

    def is_answered(self, question: Question, value: Any) -> bool:
        return bool(value and value["name"])

    def is_begun(self, question: Question, cells: Answers) -> bool:
        return self.is_answered(question, cells.get(question.name))

    def lines(self, question: Question, value: Any, labels: Labels) -> list[str]:
        if not self.is_answered(question, value):
            return []
        return [value["name"], filesizeformat(value["size"]), f"SHA-256 {value['sha256']}"]


def months_ahead(today: date) -> Iterator[date]:
    """Return the first days of the months from today's to the programme's last."""
    month = today.replace(day=1)
    while month <= PROGRAMME_LAST_MONTH:
        yield month
        month = date(month.year + month.month // MONTHS_IN_YEAR, month.month % MONTHS_IN_YEAR + 1, 1)


def month_key(month: date) -> str:
    return f"{month:%Y-%m}"


def month_in_words(month: str | date) -> str:
    """Return `2026-11` as "November 2026"."""
    day = date.fromisoformat(f"{month}-01") if isinstance(month, str) else month
    return f"{str(MONTHS[day.month]).capitalize()} {day.year}"


def field_name(month: date) -> str:
    return f"month_{month:%Y_%m}"


def names_of_fields() -> Iterator[str]:
    """Yield the names of fields that are no questions, of all months that were ever asked about."""
    yield from (FILL_DAYS, FILL_ALL, FILL_EMPTY)
    yield from map(field_name, months_ahead(FIRST_MONTH))


def _asked(form: SectionFormMixin) -> list[date]:
    return [month for month in months_ahead(timezone.localdate()) if field_name(month) in form.fields]
