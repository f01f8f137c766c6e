"""Loads towns and villages, and all names by which places, regions and countries are found.

Nothing points to these rows, so a load replaces all of them by two COPY commands: some seconds
for three hundred thousand names, and only when one of the files has changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from babel import Locale, UnknownLocaleError
from django.db import connection
from django.db.backends.utils import CursorWrapper

from core.reference.files import DataFileError, DataTable
from core.reference.geography import Geography, Tables
from core.reference.models import Place, PlaceName
from core.reference.names import fold, romanise
from core.translated.texts import from_columns

# What the names and their weights are worked out from.
FILES = frozenset(
    {"places.csv.gz", "uncertain_places.csv", "own_names.csv", "region_aliases.csv", "countries.csv"}
    | {"nuts_2024.csv", "units_without_nuts.csv", "land_pairs.csv", "unit_pairs.csv"}
    | {"languages.csv"}
)
# A place at a land border comes before every other one; one that cannot be chosen comes last.
AT_BORDER = 1_000_000_000
OUTSIDE = -10_000_000_000
CITY_FROM = 100_000
OWN_NAME_FACTOR = 20
# Of those whose number is unknown: smaller places are not in the file.
LEAST_INHABITANTS = 500
# Regions stand among towns as one of so many inhabitants would.
REGION_BY_OWN_NAME, REGION_BY_OTHER_NAME, COUNTRY = 100_000, 5_000, 2_000_000_000
# Of a larger region, all parts are offered, unless they are more than a list can hold.
MAX_PARTS = 12

DataRow = tuple[Any, ...]


def load_places(tables: Tables, geography: Geography) -> int:
    """Replace all places and names by those of the files; returns how many there are.

    Raises:
        DataFileError: a row names an unknown region.
    """
    places = list(_places(tables, geography))
    names = _unique(_names(tables, geography))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {_TABLES}")
        with _indexed_afterwards(PlaceName):
            _copy(cursor, Place, PLACE_COLUMNS, places)
            _copy(cursor, PlaceName, NAME_COLUMNS, names)
            # No index can be made while foreign keys are yet to be checked.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"ANALYZE {_TABLES}")
    return len(places) + len(names)


_TABLES = ", ".join(f'"{model._meta.db_table}"' for model in (PlaceName, Place))


@contextmanager
def _indexed_afterwards(model: type[PlaceName]) -> Iterator[None]:
    """Make the indexes when all rows are there: that takes a tenth of the time."""
    with connection.schema_editor(atomic=False) as editor:
        for index in model._meta.indexes:
            editor.remove_index(model, index)
        yield
        for index in model._meta.indexes:
            editor.add_index(model, index)


def _places(tables: Tables, geography: Geography) -> Iterator[DataRow]:
    may_be_in = _may_be_in(tables["uncertain_places.csv"])
    table = tables["places.csv.gz"]
    for (key,), row in table.rows.items():
        unit = row["nuts3"] or None
        _check_known(table, key, [unit or "", *may_be_in[key]], geography)
        if (row["sure"] == "0") != bool(may_be_in[key]):
            raise DataFileError(table.name, "sure does not fit uncertain_places.csv", key)
        numbers = int(row["population"]), float(row["lon"]), float(row["lat"])
        yield int(key), _own_name(tables, key) or row["name"], row["country"], unit, may_be_in[key], *numbers


def _own_name(tables: Tables, key: str) -> str:
    """Return the name that a place has in its own country, where the file on places shows another one."""
    row = tables["own_names.csv"].rows.get((key,))
    return row["name"] if row else ""


PLACE_COLUMNS = ["geonameid", "name", "country_code", "unit_id", "may_be_in", "population", "lon", "lat"]


def _may_be_in(table: DataTable) -> dict[str, list[str]]:
    return defaultdict(list, {key: row["units"].split() for (key,), row in table.rows.items()})


def _check_known(table: DataTable, row: str, codes: Iterable[str], geography: Geography) -> None:
    if unknown := [code for code in codes if code and (code,) not in geography.units]:
        raise DataFileError(table.name, f"unknown unit: {' '.join(unknown)}", row)


NAME_COLUMNS = ["folded", "latin", "weight", "place_id", "unit_id", "country_id"]


def _names(tables: Tables, geography: Geography) -> Iterator[DataRow]:
    """Yield name, weight, and the place, unit or country that it finds."""
    yield from _names_of_countries(tables)
    yield from _names_of_units(tables["region_aliases.csv"], geography)
    for (key,), row in tables["places.csv.gz"].rows.items():
        own = _weight(row, geography, is_own_name=True)
        other = _weight(row, geography, is_own_name=False)
        for name in (_own_name(tables, key), row["name"], row["ascii_name"]):
            yield name, own, int(key), None, None
        for name in row["alternates"].split("|"):
            yield name, other, int(key), None, None


def _weight(place: dict[str, str], geography: Geography, *, is_own_name: bool) -> int:
    """A place by its own name counts for a larger one; a city by its own name for one at a border.

    Else Paris would come after a village at a border that was once called so.
    """
    inhabitants = int(place["population"])
    if not place["nuts3"]:
        return OUTSIDE + inhabitants
    if not is_own_name:
        return inhabitants + _advantage(place["nuts3"], geography)
    is_city = inhabitants >= CITY_FROM
    return max(inhabitants, LEAST_INHABITANTS) * OWN_NAME_FACTOR + (
        AT_BORDER if is_city else _advantage(place["nuts3"], geography)
    )


def _names_of_countries(tables: Tables) -> Iterator[DataRow]:
    locales = list(_locales(code for (code,) in tables["languages.csv"].rows))
    for (code,), row in tables["countries.csv"].rows.items():
        weight = COUNTRY + (0 if row["is_eligible"] == "1" else OUTSIDE)
        ours = from_columns(row, "name").values()
        for name in (*ours, *(locale.territories.get(code, "") for locale in locales)):
            yield name, weight, None, None, code


def _locales(codes: Iterable[str]) -> Iterator[Locale]:
    """Yield what Babel knows of the languages; Serbian in both of its scripts."""
    for code in (*codes, "sr_Latn"):
        try:
            yield Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue


def _names_of_units(aliases: DataTable, geography: Geography) -> Iterator[DataRow]:
    parts = _parts(geography)
    for (code,), unit in geography.units.items():
        for name in (unit["name_latin"], unit["name_local"], code):
            yield from _name_of_unit(name, code, REGION_BY_OWN_NAME, parts, geography)
    for code, name in aliases.rows:
        _check_known(aliases, name, [code], geography)
        yield from _name_of_unit(name, code, REGION_BY_OTHER_NAME, parts, geography)


def _name_of_unit(
    name: str, code: str, weight: int, parts: dict[str, list[str]], geography: Geography
) -> Iterator[DataRow]:
    yield name, weight + _advantage(code, geography), None, code, None
    if len(parts[code]) <= MAX_PARTS and geography.units[(code,)]["level"] > 0:
        for part in parts[code]:
            yield name, REGION_BY_OTHER_NAME + _advantage(part, geography), None, part, None


def _parts(geography: Geography) -> dict[str, list[str]]:
    """Return the units of level 3 in each larger one."""
    parts: dict[str, list[str]] = defaultdict(list)
    for (code,), unit in geography.units.items():
        above = unit["parent_id"] if unit["level"] == 3 else None
        while above:
            parts[above].append(code)
            above = geography.units[(above,)]["parent_id"]
    return parts


def _advantage(unit: str, geography: Geography) -> int:
    """What may lie at a border, as a part of Bosnia of which nothing is known, does not come last."""
    is_inland = geography.units[(unit,)]["is_land_border_eligible"] is False
    return 0 if is_inland else AT_BORDER


def _unique(names: Iterable[DataRow]) -> list[DataRow]:
    """Return each name of each thing once, folded, with its greatest weight."""
    weights: dict[DataRow, int] = {}
    for name, weight, *target in names:
        folded = fold(name)
        if folded:
            key = (folded, *target)
            weights[key] = max(weight, weights.get(key, weight))
    return [(folded, romanise(folded), weight, *target) for (folded, *target), weight in weights.items()]


def _copy(
    cursor: CursorWrapper, model: type[Place | PlaceName], columns: list[str], rows: list[DataRow]
) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f'COPY "{model._meta.db_table}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
