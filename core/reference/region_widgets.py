"""How regions are asked for: boxes and a map for several, a text and a list for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse_lazy
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.forms.forms import ADD_ROW
from core.reference.found import SearchAnswer
from core.reference.models import NutsUnit
from core.reference.picking import areas, grouped_areas, map_of, units_of
from core.reference.search import search

NOT_FOUND = _(
    "No place or region found. Small villages are not in our list. Enter the nearest town, or "
    "enter the country to choose a region on a map or from a list."
)
TOOK_TOO_LONG = _("The search took too long. Enter more of the name, or the name of the country.")
SEARCH_URL = reverse_lazy("reference:regions")
MAP_URL = reverse_lazy("reference:regions_map")
AREAS_URL = reverse_lazy("reference:regions_areas")


def search_name(name: str) -> str:
    return f"{name}_search"


def map_name(name: str) -> str:
    return f"{name}_map"


def choice_name(name: str) -> str:
    return f"{name}_choice"


@dataclass(frozen=True)
class RegionOffer:
    """A region to tick or to pick, in the words by which it was found."""

    unit: NutsUnit
    label: str


def offers_of(answer: SearchAnswer) -> list[RegionOffer]:
    """Return each region that was found once, by the best of the names that found it."""
    best: dict[str, RegionOffer] = {}
    for found in answer.found:
        if found.unit:
            best.setdefault(found.unit.pk, RegionOffer(found.unit, found.label))
    return list(best.values())


class RegionsWidget(forms.Widget):
    """Boxes of the chosen regions, a search field, boxes of what was found, a map with its list."""

    template_name = "reference/widgets/regions.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.chosen: list[NutsUnit] = []
        self.searched = ""
        self.wanted_area = ""

    @cached_property
    def answer(self) -> SearchAnswer:
        """What the search found; asked where it is drawn, or where a save depends on it."""
        return search(self.searched) if self.searched else SearchAnswer()

    @cached_property
    def area(self) -> str:
        """The country or border that the map shows; "" for none."""
        area = self.wanted_area or self.answer.country_to_open
        return area if area in areas() else ""

    @cached_property
    def around(self) -> list[NutsUnit]:
        return units_of(self.area) if self.area else []

    @property
    def is_open(self) -> bool:
        """Whether a search is open: something was searched, and none of what it found is chosen."""
        if not self.searched:
            return False
        found = {offer.unit.pk for offer in offers_of(self.answer)}
        if self.answer.country_to_open:
            found |= {unit.pk for unit in self.around}
        return found.isdisjoint(unit.pk for unit in self.chosen)

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile], name: str
    ) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, []))

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile], name: str
    ) -> bool:
        return False

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = {unit.pk for unit in self.chosen}
        offers = [offer for offer in offers_of(self.answer) if offer.unit.pk not in chosen]
        shown = chosen | {offer.unit.pk for offer in offers}
        prefix = f"{context['widget']['attrs']['id']}_"
        context["widget"] |= {
            "chosen": self.chosen,
            "answer": self.answer,
            "offers": offers,
            "around": [unit for unit in self.around if unit.pk not in shown],
            "map": map_of(self.area, self.around, chosen=chosen, prefix=prefix) if self.around else None,
            "map_name": map_name(name),
            "map_url": MAP_URL,
            "areas": grouped_areas(),
            "area": self.area,
            "searched": self.searched,
            "search_name": search_name(name),
            "search_url": SEARCH_URL,
            "search_button": ADD_ROW,
            "is_invalid": "aria-invalid" in context["widget"]["attrs"],
        }
        return context


class RegionWidget(forms.TextInput):
    """A text field; after a name that is not clear, a list of what it may have meant."""

    template_name = "reference/widgets/region.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "data-region": ""} | (attrs or {}))
        self.offered: list[RegionOffer] = []
        self.answer = SearchAnswer()
        self.is_home = False
        self.is_searched = False
        # What to show in place of a bare code.
        self.shown: dict[str, str] = {}

    def offer(self, answer: SearchAnswer) -> None:
        """Offer what was found; for a country, all of its regions."""
        self.is_searched, self.answer, self.offered = True, answer, offers_of(answer)
        if answer.country_to_open:
            named = {offer.unit.pk: offer for offer in self.offered}
            regions = [unit for unit in units_of(answer.country_to_open) if unit.pk not in named]
            of_country = [offer for offer in self.offered if offer.unit.country_id == answer.country_to_open]
            elsewhere = [offer for offer in self.offered if offer not in of_country]
            self.offered = [*of_country, *(RegionOffer(unit, str(unit)) for unit in regions), *elsewhere]

    @property
    def outside_notice(self) -> str:
        return self.answer.outside_notice_at_home if self.is_home else self.answer.outside_notice

    @property
    def search_url(self) -> str:
        return f"{SEARCH_URL}?for=home" if self.is_home else str(SEARCH_URL)

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile], name: str
    ) -> Any:
        """Return what was picked from the list, else what was typed."""
        return data.get(choice_name(name)) or super().value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, self.shown.get(value, value), attrs)
        attrs = context["widget"]["attrs"]
        attrs["data-region"] = self.search_url
        country = self.answer.country_to_open
        regions = units_of(country) if self.offered and country else []
        context["widget"] |= {
            "offered": self.offered,
            "answer": self.answer,
            "outside_notice": self.outside_notice,
            "map": map_of(country, regions, prefix=f"{attrs['id']}_") if regions else None,
            "map_url": MAP_URL,
            "areas_url": AREAS_URL,
            "choice_name": choice_name(name),
            "is_searched": self.is_searched,
            "not_found": NOT_FOUND if self.answer.is_complete else TOOK_TOO_LONG,
            "search_name": search_name(name),
            "search_button": ADD_ROW,
        }
        return context
