"""One town or village, found by its name in any language; what is not clear is offered as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms.forms import ADD_ROW
from core.reference.models import Place
from core.reference.names import territory
from core.reference.region_fields import LONGEST_TEXT
from core.reference.region_widgets import TOOK_TOO_LONG, choice_name, search_name
from core.reference.search import Searches
from core.reference.units import units

# What a box of the list sends: the number of a place, which no name begins with.
PICKED = "place:"


class ResolvedPlace(NamedTuple):
    """What was typed: the place it means, else those it may mean; None if the search took too long."""

    place: Place | None = None
    offered: list[Place] | None = []


def place_label(name: str, unit_code: str | None, country_code: str) -> str:
    """Return a place with its region and country: "Tui, Pontevedra, Spain"."""
    region = units([unit_code]).get(unit_code) if unit_code else None
    return ", ".join([name, *([region.name] if region else []), territory(country_code)])


def label_of(place: Place) -> str:
    return place_label(place.name, place.unit_id, place.country_code)


def resolve_places(texts: Iterable[str], searches: Searches) -> dict[str, ResolvedPlace]:
    """Find the places that texts stand for: one query for all that were picked, a search for each other."""
    texts = {text for text in texts if text}
    numbers = {text: int(number) for text in texts if (number := text.removeprefix(PICKED)).isdecimal()}
    picked = Place.objects.in_bulk([n for n in numbers.values() if n < 2**31]) if numbers else {}
    return {
        text: ResolvedPlace(picked.get(numbers[text])) if text in numbers else _search(text, searches)
        for text in texts
    }


def _search(text: str, searches: Searches) -> ResolvedPlace:
    matches = searches.places(text)
    if matches is None:
        return ResolvedPlace(offered=None)
    # A town that is in the data twice is one.
    places = {label_of(match.place): match.place for match in reversed(matches) if match.place}
    exact = {label_of(m.place): m.place for m in matches if m.place and m.closeness.is_whole_name}
    if text in places:
        return ResolvedPlace(places[text])
    if len(exact) == 1:
        return ResolvedPlace(next(iter(exact.values())))
    return ResolvedPlace(offered=list(reversed(places.values())))


class PlaceWidget(forms.TextInput):
    """A text field; after a name that is not clear, a list of what it may have meant."""

    template_name = "reference/widgets/place.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}))
        self.offered: list[Place] = []
        self.is_searched = False
        # What to show in place of a number.
        self.shown: dict[str, str] = {}

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return what was picked from the list, else what was typed."""
        return data.get(choice_name(name)) or super().value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, self.shown.get(value, value), attrs)
        context["widget"] |= {
            "offered": [(f"{PICKED}{place.pk}", label_of(place)) for place in self.offered],
            "is_searched": self.is_searched,
            "choice_name": choice_name(name),
            "search_name": search_name(name),
            "search_button": ADD_ROW,
        }
        return context


class PlaceField(forms.CharField):
    """One place; cleans to the row once `resolved` says what the text means."""

    widget: Any = PlaceWidget
    resolved: dict[str, ResolvedPlace] | None = None
    default_error_messages = {
        "required": _("Enter the name of a town or village."),
        "unknown": _("No place found. Small villages are not in our list, so enter the nearest town."),
        "ambiguous": _("Choose one of the results below, or enter more of the name."),
        "timeout": TOOK_TOO_LONG,
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_TEXT, **kwargs)

    def search_if_asked(self, data: Any, name: str, searches: Searches) -> None:
        """Offer what is found, if the page was sent by the search button of this field."""
        if data.get(ADD_ROW) == search_name(name):
            self.offer(_search(str(data.get(name, "")), searches))

    def offer(self, found: ResolvedPlace) -> None:
        self.widget.is_searched = True
        self.widget.offered = [found.place] if found.place else found.offered or []

    def clean(self, value: object) -> Any:
        text = super().clean(value)
        return text if self.resolved is None else self.take(text, self.resolved)

    def take(self, text: str, resolved: Mapping[str, ResolvedPlace]) -> Place | None:
        """Return the place that a text stands for; None if nothing was typed.

        Raises:
            ValidationError: it stands for none, or for several, which the widget then offers.
        """
        if not text:
            return None
        found = resolved[text]
        if found.place:
            self.widget.shown |= {text: label_of(found.place)}
            return found.place
        self.offer(found)
        code = "timeout" if found.offered is None else "ambiguous" if found.offered else "unknown"
        raise ValidationError(self.error_messages[code], code=code)
