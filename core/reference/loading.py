"""Loads the data files into the tables: after every `migrate`, and by the command `load_reference`.

A file whose checksum is on record is not loaded again, so a second load costs one query.
When any file has changed, all are compared with the tables in one transaction, since
borders, flags and countries hang together; only rows that differ are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from core.reference.enums import BorderKind
from core.reference.files import COLUMNS, DATA_DIR, DataFileError, DataTable, read_tables
from core.reference.geography import Geography, Tables, build
from core.reference.models import (
    BorderPair,
    Challenge,
    Country,
    CountryBorder,
    DataFile,
    ExpertiseArea,
    InterregProgramme,
    Language,
    NutsUnit,
    OrganisationType,
    Tripoint,
)
from core.reference.names import fold
from core.reference.place_loading import FILES as PLACE_FILES
from core.reference.place_loading import load_places
from core.reference.syncing import Tally, Values, sync_editable, sync_links, sync_rows
from core.translated.texts import from_columns

# Any number, the same in every process: two loads at once would create rows twice.
ADVISORY_LOCK = 4_240_317
# Room between two items of a vocabulary, so that staff can move one in between.
ORDER_STEP = 10


@dataclass(frozen=True)
class LoadReport:
    """What a load did; no files: everything was up to date."""

    files: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)


def load(directory: Path = DATA_DIR) -> LoadReport:
    """Bring the tables up to date with the data files; all or nothing.

    Args:
        directory: the folder with the files.

    Returns:
        the files that had changed, and how many rows were written.

    Raises:
        DataFileError: a file is missing, malformed, or points to an unknown code; nothing was written.
    """
    tables = read_tables(directory)
    if not _changed(tables):
        return LoadReport()
    try:
        return _load_changes(tables)
    except (DataError, IntegrityError, ValueError) as error:
        raise DataFileError("data files", str(error)) from error


def _load_changes(tables: Tables) -> LoadReport:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        changed = _changed(tables)
        tally = Tally()
        if changed:
            geography = _load_tables(tables, tally)
            if PLACE_FILES.intersection(changed):
                tally.replaced = load_places(tables, geography)
            _record(tables, changed)
    return LoadReport(tuple(changed), tally)


def _changed(tables: Tables) -> list[str]:
    recorded = dict(DataFile.objects.values_list("name", "sha256"))
    return [name for name, table in tables.items() if recorded.get(name) != table.sha256]


def _record(tables: Tables, changed: list[str]) -> None:
    now = timezone.now()
    DataFile.objects.bulk_create(
        [DataFile(name=n, sha256=tables[n].sha256, rows=len(tables[n].rows), loaded_at=now) for n in changed],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["sha256", "rows", "loaded_at"],
    )


def _load_tables(tables: Tables, tally: Tally) -> Geography:
    geography = build(tables)
    _load_languages(tables["languages.csv"], tally)
    _load_countries(tables, tally)
    _load_units(geography, tally)
    _load_borders(geography, tally)
    _load_tripoints(tables["tripoints.csv"], geography, tally)
    _load_programmes(tables, tally)
    _load_vocabulary(ExpertiseArea, tables["expertise_areas.csv"], tally)
    _load_vocabulary(Challenge, tables["challenges.csv"], tally)
    _load_vocabulary(OrganisationType, tables["organisation_types.csv"], tally)
    return geography


def _load_languages(table: DataTable, tally: Tally) -> None:
    codes = {code for (code,) in table.rows}
    rows, close = {}, set()
    for order, (key, row) in enumerate(table.rows.items()):
        rows[key] = {"name_texts": from_columns(row, "name"), "group": row["group"], "order": order}
        close |= {(row["code"], other) for other in table.codes(row, "close_to", codes)}
    sync_rows(Language, ("code",), rows, tally)
    sync_links(Language.close_to.through, "from_language_id", "to_language_id", close, tally)


def _load_countries(tables: Tables, tally: Tally) -> None:
    table = tables["countries.csv"]
    languages = {code for (code,) in tables["languages.csv"].rows}
    with_nuts = {row["country"] for row in tables["nuts_2024.csv"].rows.values() if row["level"] == "3"}
    rows, official = {}, set()
    for order, (key, row) in enumerate(sorted(table.rows.items(), key=lambda item: fold(item[1]["name_en"]))):
        rows[key] = {name: row[name] for name in ("eurostat_code", "iso3", "group")} | {
            "name_texts": from_columns(row, "name"),
            "is_eligible": row["is_eligible"] == "1",
            "has_nuts": row["code"] in with_nuts,
            "order": order,
        }
        official |= {(row["code"], code) for code in table.codes(row, "languages", languages)}
    sync_rows(Country, ("code",), rows, tally)
    sync_links(Country.languages.through, "country_id", "language_id", official, tally)


def _load_units(geography: Geography, tally: Tally) -> None:
    sync_rows(NutsUnit, ("code",), geography.units, tally)
    links = {(unit, country) for unit, countries in geography.neighbours.items() for country in countries}
    sync_links(NutsUnit.border_countries.through, "nutsunit_id", "country_id", links, tally)


def _load_borders(geography: Geography, tally: Tally) -> None:
    pairs: dict[tuple, Values] = {
        (a, b, BorderKind.LAND): {"distance_km": None, "is_doubtful": is_doubtful}
        for (a, b), is_doubtful in geography.land.items()
    }
    for (a, b), distance in geography.maritime.items():
        pairs[a, b, BorderKind.MARITIME] = {"distance_km": distance, "is_doubtful": False}
    sync_rows(BorderPair, ("a_id", "b_id", "kind"), pairs, tally)
    borders: dict[tuple, Values] = {}
    for kind, units in ((BorderKind.MARITIME, geography.maritime), (BorderKind.LAND, geography.land)):
        for a, b in units:
            borders[tuple(sorted((geography.country(a), geography.country(b))))] = {"kind": kind}
    sync_rows(CountryBorder, ("a_id", "b_id"), borders, tally)


def _load_tripoints(table: DataTable, geography: Geography, tally: Tally) -> None:
    rows = {}
    for key, row in table.rows.items():
        if unknown := [code for code in key if (code,) not in geography.units]:
            raise DataFileError(table.name, f"unknown unit: {' '.join(unknown)}", " ".join(key))
        rows[tuple(sorted(key))] = {"lon": float(row["lon"]), "lat": float(row["lat"])}
    sync_rows(Tripoint, ("unit_a_id", "unit_b_id", "unit_c_id"), rows, tally)


def _load_programmes(tables: Tables, tally: Tally) -> None:
    table = tables["interreg_programmes.csv"]
    countries = {code for (code,) in tables["countries.csv"].rows}
    rows: dict[str, dict[str, Any]] = {}
    links = set()
    for (code,), row in table.rows.items():
        rows[code] = {name: row[name] for name in ("strand", "name", "cci", "keep_id", "verified", "source")}
        rows[code]["has_clld"] = row["has_clld"] == "1"
        links |= {(code, country) for country in table.codes(row, "countries", countries)}
    sync_editable(InterregProgramme, rows, tally, reason=table.name)
    sync_links(InterregProgramme.countries.through, "interregprogramme_id", "country_id", links, tally)


def _load_vocabulary(model: type, table: DataTable, tally: Tally) -> None:
    names = COLUMNS[table.name].split("|")[1].split()
    rows = {}
    for position, ((code,), row) in enumerate(table.rows.items(), start=1):
        values: dict = {name: row[name] for name in names if not name.startswith("label_")}
        values |= {name: value == "1" for name, value in values.items() if name.startswith("is_")}
        rows[code] = values | {"label": from_columns(row, "label"), "order": position * ORDER_STEP}
    sync_editable(model, rows, tally, reason=table.name)
