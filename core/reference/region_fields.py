"""Regions chosen by the name of a place: several as ticked boxes, one as text; both without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.forms.forms import ADD_ROW
from core.reference.found import SearchAnswer
from core.reference.models import NutsUnit
from core.reference.picking import in_order
from core.reference.region_widgets import NOT_FOUND, TOOK_TOO_LONG, RegionsWidget, RegionWidget, search_name
from core.reference.search import Searches

LONGEST_TEXT = 200
# "Bas-Rhin (FRF11)", as we write it, or a bare code.
CODE_IN_TEXT = re.compile(r"(?:^|\()([A-Z]{2}(?:-[A-Z0-9]{2,3}|[A-Z0-9]{0,4}))\)?\s*$")


class RegionsField(forms.Field):
    """Several regions; cleans to their codes in rising order."""

    widget: Any = RegionsWidget
    default_error_messages = {
        "required": _("Choose at least one region. Enter the name of a town or region and search."),
        "unknown": _("A region you chose is no longer in the list. Choose again."),
        "too_many": ngettext_lazy(
            "Choose at most %(most)d region.", "Choose at most %(most)d regions.", "most"
        ),
    }

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def load(self, codes: Iterable[str], searched: str = "", area: str = "") -> None:
        """Read the chosen regions, in one query; the widget searches and reads a map once it is drawn."""
        self.widget.chosen = selectable(codes)
        self.widget.searched, self.widget.wanted_area = searched, area

    def clean(self, value: list[str]) -> list[str]:
        known = {unit.pk for unit in self.widget.chosen}
        if set(value) - known:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(known) > self.limit:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.limit}
            )
        return sorted(known)

    def has_changed(self, initial: Collection[str] | None, data: Collection[str] | None) -> bool:
        return sorted(initial or []) != sorted(data or [])


def in_given_order(regions: Iterable[NutsUnit], codes: Iterable[str]) -> list[NutsUnit]:
    """Return regions in the order of the codes by which they were asked for."""
    places = {code: place for place, code in enumerate(codes)}
    return sorted(regions, key=lambda unit: places[unit.pk])


def selectable(codes: Iterable[str]) -> list[NutsUnit]:
    """Return the regions of these codes that may be chosen, by country and name; other texts are no codes."""
    wanted = {code for code in codes if CODE_IN_TEXT.fullmatch(code)}
    return in_order(NutsUnit.objects.selectable().with_country().filter(pk__in=wanted)) if wanted else []


@dataclass(frozen=True)
class ResolvedRegion:
    """What a typed name stands for: a region, or none and what it may have meant."""

    unit: NutsUnit | None = None
    answer: SearchAnswer = SearchAnswer()


def resolve(texts: Iterable[str], searches: Searches) -> dict[str, ResolvedRegion]:
    """Find the regions that texts stand for: one query for all that carry a code, a search for each other."""
    wanted = {text: code_in(text) for text in texts if text}
    units = NutsUnit.objects.selectable().with_country().in_bulk({code for code in wanted.values() if code})
    return {text: _resolve(text, units.get(code or ""), searches) for text, code in wanted.items()}


def code_in(text: str) -> str | None:
    found = CODE_IN_TEXT.search(text[:LONGEST_TEXT].strip().upper())
    return found and found[1]


def _resolve(text: str, unit: NutsUnit | None, searches: Searches) -> ResolvedRegion:
    if unit:
        return ResolvedRegion(unit)
    answer = searches.search(text)
    return ResolvedRegion(answer.region_meant, answer)


class RegionField(forms.CharField):
    """One region, typed by the name of a place; cleans to its code once `resolved` says what it means."""

    widget: Any = RegionWidget
    resolved: dict[str, ResolvedRegion] | None = None
    default_error_messages = {
        "required": _("Enter the name of a town or region."),
        "unknown": NOT_FOUND,
        "ambiguous": _("Choose one of the results below, or enter more of the name."),
        "uncertain": _("We are not sure which region this place is in. Choose the right one."),
        "timeout": TOOK_TOO_LONG,
    }

    def __init__(self, *, max_length: int = LONGEST_TEXT, is_home: bool = False, **kwargs: Any) -> None:
        """Ask for one region.

        Args:
            max_length: of what is typed.
            is_home: somebody lives there, and is no partner: another sentence tells that a place is outside.
            kwargs: of a field.
        """
        super().__init__(max_length=max_length, **kwargs)
        self.widget.is_home = is_home

    def clean(self, value: object) -> Any:
        text = super().clean(value)
        return text if self.resolved is None else self.take(text, self.resolved)

    def search_if_asked(self, data: Mapping[str, Any] | None, name: str, searches: Searches) -> None:
        """Offer what is found, if the page was sent by the search button of this field.

        Args:
            data: what was sent, or None.
            name: of the field on the page, with its prefix.
            searches: those of this request.
        """
        if data is not None and data.get(ADD_ROW) == search_name(name):
            self.widget.offer(searches.search(data.get(name, "")))

    def take(self, text: str, resolved: dict[str, ResolvedRegion]) -> str | None:
        """Return the code of the region that a text stands for; None if nothing was typed.

        Raises:
            ValidationError: it stands for none, or for several, which the widget then offers.
        """
        if not text:
            return None
        found = resolved[text]
        if found.unit:
            self.widget.shown |= {found.unit.pk: str(found.unit)}
            return found.unit.pk
        self.widget.offer(found.answer)
        if self.widget.offered:
            code = "uncertain" if found.answer.has_uncertain else "ambiguous"
            raise ValidationError(self.error_messages[code], code=code)
        if found.answer.outside:
            raise ValidationError(self.widget.outside_notice, code="outside")
        code = "unknown" if found.answer.is_complete else "timeout"
        raise ValidationError(self.error_messages[code], code=code)
