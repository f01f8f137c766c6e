"""The data files of the app: read, checked, and told apart by their checksums."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

DATA_DIR = Path(__file__).resolve().parent / "data"

# File → its columns; the first ones, up to the bar, identify a row.
COLUMNS = {
    "languages.csv": "code | name_en name_fr group close_to",
    "countries.csv": "code | eurostat_code iso3 name_en name_fr group is_eligible languages",
    "nuts_2024.csv": "code | level country parent name_latin name_local mountain urban coast lon lat",
    "units_without_nuts.csv": "code | country name kind",
    "region_languages.csv": "code | languages",
    "unit_points.csv": "code | town x y",
    "places.csv.gz": "geonameid | name ascii_name alternates country nuts3 sure population lat lon",
    "uncertain_places.csv": "geonameid | units",
    "own_names.csv": "geonameid | name",
    "region_aliases.csv": "code alias | language",
    "land_pairs.csv": "a b | shared_km",
    "unit_pairs.csv": "a b | sure",
    "maritime_pairs.csv": "a b | distance_km",
    "tripoints.csv": "a b c | lon lat",
    "interreg_programmes.csv": "code | strand name countries cci keep_id has_clld verified source",
    "expertise_areas.csv": "code | group label_en label_fr",
    "challenges.csv": "code | label_en label_fr basis",
    "organisation_types.csv": "code | label_en label_fr basis is_named_by_impact is_cross_border",
}


class DataFileError(Exception):
    """Raised when a data file cannot be used; says which file, which row and why. Nothing was loaded."""

    def __init__(self, file: str, reason: str, row: str = "") -> None:
        place = f"{file}, row {row}" if row else file
        super().__init__(f"{place}: {reason}")


@dataclass(frozen=True)
class DataTable:
    """One file: its bytes, and its rows by what identifies them, in the order of the file."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def rows(self) -> dict[tuple[str, ...], dict[str, str]]:
        keys, others = (part.split() for part in COLUMNS[self.name].split("|"))
        reader = csv.DictReader(io.StringIO(self._text()))
        if missing := [column for column in keys + others if column not in (reader.fieldnames or [])]:
            raise DataFileError(self.name, f"no column {', '.join(missing)}")
        rows: dict[tuple[str, ...], dict[str, str]] = {}
        for row in reader:
            key = tuple((row[column] or "") for column in keys)
            if None in row.values() or None in row or not all(key):
                raise DataFileError(self.name, "wrong number of fields", f"at line {reader.line_num}")
            if key in rows:
                raise DataFileError(self.name, "is there twice", " ".join(key))
            rows[key] = row
        return rows

    def codes(self, row: dict[str, str], column: str, known: Collection[str]) -> list[str]:
        """Return the codes in a column that lists them, separated by blanks.

        Raises:
            DataFileError: one of them is not among the known.
        """
        codes = row[column].split()
        if unknown := [code for code in codes if code not in known]:
            raise DataFileError(self.name, f"unknown {column}: {' '.join(unknown)}", next(iter(row.values())))
        return codes

    def _text(self) -> str:
        try:
            content = gzip.decompress(self.content) if self.name.endswith(".gz") else self.content
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataFileError(self.name, "is not UTF-8") from error
        except (OSError, EOFError, zlib.error) as error:
            raise DataFileError(self.name, "cannot be unpacked") from error


def read_tables(directory: Path = DATA_DIR) -> dict[str, DataTable]:
    """Return all data files of the folder by name.

    Raises:
        DataFileError: a file is missing.
    """
    try:
        return {name: DataTable(name, (directory / name).read_bytes()) for name in COLUMNS}
    except FileNotFoundError as error:
        raise DataFileError(Path(error.filename).name, "is missing") from error
