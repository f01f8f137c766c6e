"""Units and pairs in memory: the hierarchy of units, and what follows from the pairs for their flags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.reference.files import DataFileError, DataTable
from core.reference.names import fold

Tables = dict[str, DataTable]
Units = dict[tuple[str, ...], dict[str, Any]]


@dataclass(frozen=True)
class Geography:
    """What the tables of units, pairs and borders will hold.

    units: values of each unit by its code.
    land: pairs of neighbours (lower code first); true where it is doubtful that they touch.
    maritime: distance in km between the coasts, by pair.
    neighbours: countries across a land border, by unit of any level.
    """

    units: Units
    land: dict[tuple[str, str], bool]
    maritime: dict[tuple[str, str], float]
    neighbours: dict[str, set[str]]

    def country(self, unit: str) -> str:
        return str(self.units[(unit,)]["country_id"])


def build(tables: Tables) -> Geography:
    """Return the geography that the files describe.

    Raises:
        DataFileError: a row names an unknown country, unit or parent.
    """
    countries = {code: row for (code,), row in tables["countries.csv"].rows.items()}
    units = _nuts_units(tables["nuts_2024.csv"], countries)
    units |= _whole_countries(countries, units)
    units |= _other_units(tables["units_without_nuts.csv"], countries)
    _add_languages(tables, units)
    land = _land(tables["land_pairs.csv"], tables["unit_pairs.csv"], units)
    distances = {key: float(row["distance_km"]) for key, row in tables["maritime_pairs.csv"].rows.items()}
    maritime = dict(zip(_pairs(tables["maritime_pairs.csv"], units), distances.values(), strict=True))
    geography = Geography(units, land, maritime, _neighbours(land, units))
    _set_flags(geography, {code for code, row in countries.items() if row["is_eligible"] == "1"})
    return geography


def _unit(
    level: int, country: str, parent: str | None, latin: str, local: str, code: str, **more: Any
) -> dict:
    return {
        "level": level,
        "country_id": country,
        "parent_id": parent,
        "name_latin": latin,
        "name_local": local,
        "search_name": fold(f"{latin} {local if local != latin else ''} {code}"),
        "mountain_type": 0,
        "urban_type": 0,
        "coast_type": 0,
        "lon": None,
        "lat": None,
        "is_extra": False,
        "language_codes": [],
    } | more


def _nuts_units(table: DataTable, countries: dict[str, dict]) -> Units:
    units: Units = {}
    for key, row in table.rows.items():
        table.codes(row, "country", countries)
        if row["parent"] and (row["parent"],) not in table.rows:
            raise DataFileError(table.name, f"unknown parent: {row['parent']}", row["code"])
        units[key] = _unit(
            int(row["level"]),
            row["country"],
            row["parent"] or None,
            row["name_latin"],
            row["name_local"],
            row["code"],
            mountain_type=int(row["mountain"]),
            urban_type=int(row["urban"]),
            coast_type=int(row["coast"]),
            lon=float(row["lon"]),
            lat=float(row["lat"]),
        )
    return units


def _whole_countries(countries: dict[str, dict], units: Units) -> Units:
    """Level-0 units of the countries that NUTS leaves out: pairs and tri-points name them."""
    return {
        (row["eurostat_code"],): _unit(0, code, None, row["name_en"], row["name_en"], row["eurostat_code"])
        for code, row in countries.items()
        if (row["eurostat_code"],) not in units
    }


def _other_units(table: DataTable, countries: dict[str, dict]) -> Units:
    """ISO 3166-2 units, as level 3 straight below the country: there is no NUTS 1 and 2 to put between."""
    units: Units = {}
    for key, row in table.rows.items():
        table.codes(row, "country", countries)
        parent = countries[row["country"]]["eurostat_code"]
        units[key] = _unit(3, row["country"], parent, row["name"], row["name"], row["code"], is_extra=True)
    return units


def _add_languages(tables: Tables, units: Units) -> None:
    table, known = tables["region_languages.csv"], {code for (code,) in tables["languages.csv"].rows}
    for key, row in table.rows.items():
        if key not in units:
            raise DataFileError(table.name, "unknown unit", row["code"])
        units[key]["language_codes"] = table.codes(row, "languages", known)


def _land(measured: DataTable, by_hand: DataTable, units: Units) -> dict[tuple[str, str], bool]:
    """Return all pairs, and which are doubtful: without a common line on the finer map, or not known well."""
    doubts = [row["shared_km"] == "0.0" for row in measured.rows.values()]
    doubts += [row["sure"] == "0" for row in by_hand.rows.values()]
    return dict(zip([*_pairs(measured, units), *_pairs(by_hand, units)], doubts, strict=True))


def _pairs(table: DataTable, units: Units) -> list[tuple[str, str]]:
    for key in table.rows:
        if unknown := [code for code in key if (code,) not in units]:
            raise DataFileError(table.name, f"unknown unit: {' '.join(unknown)}", " ".join(key))
    return [(min(key), max(key)) for key in table.rows]


def _neighbours(land: Iterable[tuple[str, str]], units: Units) -> dict[str, set[str]]:
    """Countries across the border of each unit; a unit of level 0 to 2 has those of the NUTS 3 below."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for pair in land:
        for unit, other in (pair, pair[::-1]):
            above: str | None = unit
            while above:
                neighbours[above].add(units[(other,)]["country_id"])
                above = units[(above,)]["parent_id"]
    return neighbours


def _set_flags(geography: Geography, eligible: set[str]) -> None:
    """Set the border flags; None where nothing is known: NUTS 1 and 2 of a country without NUTS 3."""
    with_nuts = {u["country_id"] for u in geography.units.values() if u["level"] == 3 and not u["is_extra"]}
    for (code,), unit in geography.units.items():
        is_known = unit["level"] == 0 or unit["is_extra"] or unit["country_id"] in with_nuts
        across = geography.neighbours.get(code, set())
        unit["is_land_border"] = bool(across) if is_known else None
        unit["is_land_border_eligible"] = bool(across & eligible) if is_known else None
