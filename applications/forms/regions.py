"""Regions chosen by typing their name: several as ticked boxes, one as text; both work without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from impact.forms import ADD_ROW
from impact.reference.maps import Map, MapRegion, MapStyle, pickable_countries, picking_map
from impact.reference.models import NutsUnit
from impact.reference.names import fold

MAX_FOUND = 12
# "Bas-Rhin (FRF11)", as we write it, or a bare code.
CODE_IN_TEXT = re.compile(r"(?:^|\()([A-Z]{2}[A-Z0-9]{0,4})\)?\s*$")
SEARCH_URL = reverse_lazy("applications:regions")
MAP_URL = reverse_lazy("applications:regions_map")


def find(text: str) -> list[NutsUnit]:
    """Return the regions whose name or code fits what was typed, best first, at most `MAX_FOUND`."""
    return list(NutsUnit.objects.selectable().with_country().search(text)[:MAX_FOUND])


def units_of(country: str) -> list[NutsUnit]:
    """Return the regions of a country that may be chosen, by name."""
    units = NutsUnit.objects.selectable().with_country().of_country(country)
    return sorted(units, key=lambda unit: fold(unit.name))


def map_of(units: list[NutsUnit], *, chosen: Collection[str] = (), prefix: str = "") -> Map:
    """Return the map of one country's regions; each leads to the box of the same region.

    Args:
        units: at least one, all of one country.
        chosen: codes of those that are chosen already.
        prefix: of the ids of the boxes, which end with the code.
    """
    regions = [
        MapRegion.of_unit(
            unit,
            style=MapStyle.CHOSEN if unit.pk in chosen else MapStyle.PALE,
            href=f"#{prefix}{unit.pk}",
            label=str(unit),
        )
        for unit in units
    ]
    return picking_map(units[0].country_id, regions)


class RegionsWidget(forms.Widget):
    """Boxes of the chosen regions, a search field, boxes of what was found, the map of a country."""

    template_name = "applications/widgets/regions.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.chosen: list[NutsUnit] = []
        self.found: list[NutsUnit] = []
        self.searched = ""
        self.country = ""
        self.around: list[NutsUnit] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, []))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = {unit.pk for unit in self.chosen}
        found = [unit for unit in self.found if unit.pk not in chosen]
        shown = chosen | {unit.pk for unit in found}
        context["widget"] |= {
            "chosen": self.chosen,
            "found": found,
            "around": [unit for unit in self.around if unit.pk not in shown],
            "map": map_of(self.around, chosen=chosen, prefix=f"{context['widget']['attrs']['id']}_")
            if self.around
            else None,
            "map_name": map_name(name),
            "map_url": MAP_URL,
            "countries": pickable_countries(),
            "country": self.country,
            "searched": self.searched,
            "search_name": search_name(name),
            "search_url": SEARCH_URL,
            "search_button": ADD_ROW,
            "is_invalid": "aria-invalid" in context["widget"]["attrs"],
        }
        return context


def search_name(name: str) -> str:
    return f"{name}_search"


def map_name(name: str) -> str:
    return f"{name}_map"


class RegionsField(forms.Field):
    """Several regions; cleans to their codes in rising order."""

    widget = RegionsWidget
    default_error_messages = {
        "required": _("Choose at least one region: type its name and search."),
        "unknown": _("A region that you chose is not in the list any more. Choose it again."),
        "too_many": ngettext_lazy(
            "Choose at most %(most)d region.", "Choose at most %(most)d regions.", "most"
        ),
    }

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def load(self, codes: Iterable[str], searched: str = "", country: str = "") -> None:
        """Read what the widget shows: one query for the chosen, one more for a search, one for a map."""
        wanted = set(codes)
        units = NutsUnit.objects.selectable().with_country().filter(pk__in=wanted) if wanted else []
        self.widget.chosen = sorted(units, key=lambda unit: (unit.country_id, unit.name))
        self.widget.searched = searched
        self.widget.found = find(searched) if searched else []
        if country in dict(pickable_countries()):
            self.widget.country, self.widget.around = country, units_of(country)

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

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(initial or []) != sorted(data or [])


@dataclass(frozen=True)
class Resolved:
    """What a typed name stands for: a region, or none and what it may have meant."""

    unit: NutsUnit | None = None
    candidates: list[NutsUnit] = field(default_factory=list)


def resolve(texts: Iterable[str]) -> dict[str, Resolved]:
    """Find the regions that texts stand for: one query for all that carry a code, one for each other."""
    wanted = {text: code_in(text) for text in texts if text}
    units = NutsUnit.objects.selectable().with_country().in_bulk({code for code in wanted.values() if code})
    return {text: _resolve(text, units.get(code or "")) for text, code in wanted.items()}


def code_in(text: str) -> str | None:
    found = CODE_IN_TEXT.search(text.strip().upper())
    return found and found[1]


def _resolve(text: str, unit: NutsUnit | None) -> Resolved:
    if unit:
        return Resolved(unit)
    found = find(text.partition("(")[0])
    exact = [unit for unit in found if fold(text) in (fold(unit.name_latin), fold(unit.name_local))]
    if len(exact or found) == 1:
        return Resolved((exact or found)[0])
    return Resolved(None, found)


class RegionWidget(forms.TextInput):
    """A text field; after an ambiguous name the browser itself offers what it may have meant."""

    template_name = "applications/widgets/region.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "data-region": ""} | (attrs or {}))
        self.candidates: list[NutsUnit] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = context["widget"]["attrs"]
        given["data-region"] = str(SEARCH_URL)
        if self.candidates:
            given["list"] = f"{given['id']}_list"
        context["widget"]["candidates"] = self.candidates
        return context


class RegionField(forms.CharField):
    """One region, typed by name; its form resolves the text and calls `take`."""

    widget = RegionWidget
    default_error_messages = {
        "required": _("Type the name of the region."),
        "unknown": _("We know no region of this name. Type a part of it, such as the first letters."),
        "ambiguous": _("Several regions fit: %(names)s. Type one of them."),
    }

    def take(self, text: str, resolved: dict[str, Resolved]) -> str | None:
        """Return the code of the region that a text stands for; None if nothing was typed.

        Raises:
            ValidationError: it stands for none, or for several, which the widget then offers.
        """
        if not text:
            return None
        found = resolved[text]
        if found.unit:
            return found.unit.pk
        self.widget.candidates = found.candidates
        if not found.candidates:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        names = "; ".join(str(unit) for unit in found.candidates[:5])
        raise ValidationError(self.error_messages["ambiguous"], code="ambiguous", params={"names": names})
