"""Finds regions by the name of a town, a village, a region or a country, in any language and script."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple, Protocol

from django.db import OperationalError

from core.reference.found import Closeness, Found, SearchAnswer
from core.reference.models import Country, NutsUnit, Place, PlaceName
from core.reference.municipal_words import bare_names
from core.reference.names import fold, romanise
from core.reference.units import units
from core.time_limits import after, queries_end_at

logger = logging.getLogger(__name__)

LONGEST_QUERY = 100
SHORTEST_QUERY = 2
MAX_FOUND = 12
# Several names may lead to the same place.
MAX_NAMES = 60
SHORTEST_SIMILAR = 4
LEAST_LIKENESS = 0.4
# For all searches that one request asks for.
TIMEOUT_MILLISECONDS = 1000
MAX_SEARCHES = 20


class NameMatch(NamedTuple):
    """A name that was found, and what it names: one of the three."""

    closeness: Closeness
    weight: int
    place: Place | None
    unit: NutsUnit | None
    country: Country | None


class NameRow(Protocol):
    """What is read of a name: what it is, and the key of the one thing that it names."""

    folded: str
    latin: str
    weight: int
    place_id: int | None
    unit_id: str | None
    country_id: str | None


class Searches:
    """The searches of one request: so many in all, and all of them in the time of one."""

    def __init__(self) -> None:
        self._until: float | None = None
        self._left = MAX_SEARCHES

    def search(self, text: str) -> SearchAnswer:
        """Return what `search` does, incomplete where neither time nor number allows another one."""
        return _search_until(self._moment, text) if self._may_search() else SearchAnswer(is_complete=False)

    def places(self, text: str) -> list[NameMatch] | None:
        """Return the towns and villages that a text may mean, the best first; None if there was no time."""
        return _places_until(self._moment, text) if self._may_search() else None

    @property
    def _moment(self) -> float:
        if self._until is None:
            self._until = after(TIMEOUT_MILLISECONDS)
        return self._until

    def _may_search(self) -> bool:
        self._left -= 1
        return self._left >= 0


def search(text: str) -> SearchAnswer:
    """Return what a typed text may mean: at most `MAX_FOUND` of each kind, the best first.

    "Tui, Spain" and what we write ourselves, as "Tui (town), Pontevedra, Spain", are understood too.

    Args:
        text: anything; the first hundred characters count.
    """
    return _search_until(after(TIMEOUT_MILLISECONDS), text)


def _search_until(moment: float, text: str) -> SearchAnswer:
    parts = _parts(text[:LONGEST_QUERY])
    if len(parts[0]) < SHORTEST_QUERY:
        return SearchAnswer()
    try:
        with queries_end_at(moment):
            return _sorted_out(_best(parts))
    except OperationalError as error:
        logger.warning("A search for a place was ended: %s", error)
        return SearchAnswer(is_complete=False)


def _parts(text: str) -> list[str]:
    """Return the folded text, and then what stands between its commas and brackets."""
    return [_folded(text), *(part for part in map(_folded, re.split(r"[,;()]", text)) if part)]


def _folded(text: str) -> str:
    """Return the folded text, no longer than a query may be: one character may fold to eighteen."""
    return fold(text)[:LONGEST_QUERY].strip()


def _best(parts: list[str]) -> list[NameMatch]:
    """Search the whole text, else its first part and see which fit the rest, else what is similar."""
    whole, first, *rest = parts
    matches = _with_bare_name(whole)
    if not matches and rest:
        matches = _fitting(_with_bare_name(first), rest)
    elif not matches and " " in whole:
        name, _space, last = whole.rpartition(" ")
        matches = _fitting(_matches(name), [last], must_fit=True)
    return matches or _similar(next(bare_names(first), first))


def _with_bare_name(folded: str) -> list[NameMatch]:
    """Return what is found, of "Tui" too where somebody has typed "Concello de Tui"."""
    found = [bare for name in bare_names(folded) if (bare := _matches(name))]
    best = min(found, key=lambda bare: bare[0].closeness, default=[])
    return sorted([*_matches(folded), *best], key=lambda match: (match.closeness, -match.weight))


def _matches(folded: str) -> list[NameMatch]:
    """Return what has a name that is the text, begins with it, or has it as a later word."""
    latin = romanise(folded)
    if len(latin) < SHORTEST_QUERY:
        return []
    rows = list(PlaceName.objects.beginning_with(folded, latin).named_rows()[:MAX_NAMES])
    if len(latin) > SHORTEST_QUERY:
        rows += PlaceName.objects.with_later_word(latin).named_rows()[:MAX_NAMES]
    matches = [
        match._replace(closeness=_closeness(row, folded, latin))
        for row, match in zip(rows, _of_rows(rows), strict=True)
    ]
    return sorted(matches, key=lambda match: (match.closeness, -match.weight))


def _closeness(row: NameRow, folded: str, latin: str) -> Closeness:
    if row.folded == folded:
        return Closeness.EXACT
    if row.latin == latin:
        return Closeness.NEARLY_EXACT
    if f" {latin} " in f" {row.latin} ":
        return Closeness.WORDS
    return Closeness.BEGINNING if row.latin.startswith(latin) else Closeness.LATER_WORD


def _similar(folded: str) -> list[NameMatch]:
    latin = romanise(folded)
    if len(latin) < SHORTEST_SIMILAR:
        return []
    rows = PlaceName.objects.similar_to(latin, at_least=LEAST_LIKENESS).named_rows()[:MAX_NAMES]
    return list(_of_rows(rows))


def _of_rows(rows: Iterable[NameRow]) -> Iterator[NameMatch]:
    """Read what names name, in a query for each kind; regions from memory where they are there."""
    rows = list(rows)
    places = Place.objects.in_bulk({row.place_id for row in rows if row.place_id})
    countries = Country.objects.in_bulk({row.country_id for row in rows if row.country_id})
    codes = [*(row.unit_id for row in rows), *(place.unit_id for place in places.values())]
    regions = units(code for code in codes if code)
    for row in rows:
        place = places.get(row.place_id)
        unit = regions.get((place.unit_id if place else row.unit_id) or "")
        yield NameMatch(Closeness.SIMILAR, row.weight, place, unit, countries.get(row.country_id))


def _fitting(matches: list[NameMatch], rest: list[str], *, must_fit: bool = False) -> list[NameMatch]:
    """Put those first whose region or country the rest names, a country in any language."""
    countries = set(PlaceName.objects.of_countries([romanise(part) for part in rest])) if matches else set()
    fits = [(_fit(match, rest, countries), match) for match in matches]
    kept = [pair for pair in fits if pair[0] or not must_fit]
    return [match for _fits, match in sorted(kept, key=lambda pair: -pair[0])]


def _fit(match: NameMatch, rest: list[str], countries: set[str]) -> int:
    """Return how many parts of the rest are words of what was found."""
    found = next(_found(match), None)
    if found is None:
        return 0
    region = f"{found.unit} {found.unit.name}" if found.unit else ""
    words = f" {fold(f'{found.name} {region} {found.country_name}')}"
    return sum(f" {part}" in words for part in rest) + (found.country_code in countries)


def _sorted_out(matches: list[NameMatch]) -> SearchAnswer:
    """Sort what was found by what can be done with it; who names a country means no place called after it."""
    is_country = any(m.country and m.country.is_eligible and m.closeness.is_whole_name for m in matches)
    matches = [m for m in matches if not is_country or m.closeness.is_whole_name]
    kept: dict[str, dict[Found, Found]] = {"found": {}, "countries": {}, "outside": {}}
    for match in matches:
        for found in _found(match):
            kind = _kind(match, found)
            # Whoever types the first letters of a town of ours is not told of others.
            if kind != "outside" or match.closeness <= Closeness.WORDS or not kept["found"]:
                kept[kind].setdefault(found, replace(found, closeness=match.closeness))
    told = {kind: tuple(islice(found.values(), MAX_FOUND)) for kind, found in kept.items()}
    return SearchAnswer(told["found"], told["countries"], told["outside"])


def _kind(match: NameMatch, found: Found) -> str:
    if found.unit:
        return "found"
    return "countries" if match.country and match.country.is_eligible else "outside"


def _found(match: NameMatch) -> Iterator[Found]:
    """Yield what may be chosen, or be told: a place that may be in several regions, once for each."""
    if match.country:
        yield Found.of_country(match.country)
    elif match.unit and not match.unit.is_selectable:
        return
    elif match.place and match.place.may_be_in:
        regions = units(match.place.may_be_in)
        yield from (Found.of_place(match.place, regions[code]) for code in match.place.may_be_in)
    elif match.place:
        yield Found.of_place(match.place, match.unit)
    elif match.unit:
        yield Found.of_unit(match.unit)


def _places_until(moment: float, text: str) -> list[NameMatch] | None:
    parts = _parts(text[:LONGEST_QUERY])
    try:
        with queries_end_at(moment):
            matches = _best(parts) if len(parts[0]) >= SHORTEST_QUERY else []
    except OperationalError as error:
        logger.warning("A search for a place was ended: %s", error)
        return None
    found = {match.place.pk: match for match in reversed(matches) if match.place}
    return list(found.values())[::-1][:MAX_FOUND]


def regions_named(text: str) -> dict[str, str]:
    """Return the regions of any level that a text may mean, the best first: for lists of staff.

    Returns:
        By the code of the region the place by which it was found, as in "Tui (town)"; empty for its own name.
    """
    parts = _parts(text[:LONGEST_QUERY])
    try:
        with queries_end_at(after(TIMEOUT_MILLISECONDS)):
            matches = _best(parts) if parts[0] else []
    except OperationalError as error:
        logger.warning("A search for a region was ended: %s", error)
        return {}
    found: dict[str, str] = {}
    for match in matches:
        for code in [match.unit.pk, *(match.place.may_be_in if match.place else [])] if match.unit else []:
            place = Found.of_place(match.place, match.unit) if match.place else None
            found.setdefault(code, place.place_label if place else "")
    return found
