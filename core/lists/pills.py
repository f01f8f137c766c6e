"""What narrows a list at present, in words, each with the address of the list without it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.admin import ListFilter
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import ValidationError
from django.forms import Form, ModelChoiceField
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from core.phrases import StrOrPromise

if TYPE_CHECKING:
    from core.staff.changelists import OfferedChangeList


@dataclass(frozen=True)
class Pill:
    """A filter, the search or a date, and where the list without it is."""

    title: StrOrPromise
    words: str
    without: str


def pills(changelist: OfferedChangeList) -> list[Pill]:
    """Return what narrows a list, in the order of the page; no query but for a person that was searched."""
    found = []
    if changelist.query:
        found.append(Pill(_("Search"), changelist.query, changelist.without([SEARCH_VAR])))
    if changelist.date_hierarchy and (date := _date(changelist, changelist.date_hierarchy)):
        found.append(date)
    for spec in changelist.filter_specs:
        names = [name for name in _names(spec) if _values(changelist, name)]
        if names:
            found.append(Pill(spec.title, _words(changelist, spec, names), changelist.without(names)))
    return found


def _names(spec: ListFilter) -> list[str]:
    return [name for name in spec.expected_parameters() if name]


def _values(changelist: OfferedChangeList, name: str) -> list[str]:
    return [value for value in changelist.filter_params.get(name, []) if value]


def _date(changelist: OfferedChangeList, column: str) -> Pill | None:
    names = [f"{column}__{part}" for part in ("day", "month", "year")]
    day, month, year = (changelist.params.get(name, "") for name in names)
    if not year:
        return None
    # All three are numbers here: the list has refused anything else.
    words = " ".join(part for part in (day, str(MONTHS[int(month)]) if month else "", year) if part)
    return Pill(changelist.lookup_opts.get_field(column).verbose_name, words, changelist.without(names))


def _words(changelist: OfferedChangeList, spec: ListFilter, names: Sequence[str]) -> str:
    """Return what was chosen: the theme's filters are fields of a form, Django's are links."""
    for choice in spec.choices(changelist):
        if isinstance(form := choice.get("form"), Form):
            values = [(name, value) for name in names for value in _values(changelist, name)]
            return ", ".join(_in_form(form, name, value) for name, value in values)
        if choice.get("selected"):
            return str(choice["display"])
    return ", ".join(value for name in names for value in _values(changelist, name))


def _in_form(form: Form, name: str, value: str) -> str:
    field: Any = form.fields.get(name)
    if field is None:
        return _("none")
    if isinstance(field, ModelChoiceField):
        try:
            return str(field.to_python(value))
        except ValidationError:
            return value
    return str(dict(_flat(field.choices)).get(value, value))


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterable[tuple[str, Any]]:
    for code, words in choices:
        if isinstance(words, list | tuple):
            yield from _flat(words)
        else:
            yield str(code), words
