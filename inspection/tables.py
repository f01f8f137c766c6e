"""The first rows of a spreadsheet or CSV file, as texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from inspection.cells import FORMULA_WITHOUT_VALUE
from inspection.refusals import Reason, Refused

Rows = list[list[str]]
ROWS_MAX = 200
COLUMNS_MAX = 40
CELL_MAX_LENGTH = 20_000
SEPARATORS = ",;\t"
# The first line by which a file tells Excel what separates its cells.
_NAMED_SEPARATOR = re.compile(rf'"?sep=([{SEPARATORS}|])"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)


def rows_of_xlsx(content: bytes) -> Rows:
    """Return the first rows of the first sheet."""
    # Imported here: it takes longer than reading a CSV file.
    from openpyxl import load_workbook

    values, formulas = (
        load_workbook(io.BytesIO(content), read_only=True, data_only=has_values)
        .worksheets[0]
        .iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX, values_only=True)
        for has_values in (True, False)
    )
    pairs = zip(values, formulas, strict=False)
    return _as_texts([_stored(*cells) for cells in zip(*rows, strict=False)] for rows in pairs)


def rows_of_csv(content: bytes) -> Rows:
    """Return the first rows, separated by what the file names (`sep=;`), or by whatever separates the first.

    Raises:
        Refused: not in UTF-8, or no table.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Reason.ENCODING) from error
    named = _NAMED_SEPARATOR.match(text)
    text = text[named.end() :] if named else text
    separator = named[1] if named else max(SEPARATORS, key=text.partition("\n")[0].count)
    try:
        return _as_texts(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise Refused(Reason.TABLE) from error


def _stored(value: object, formula: object) -> object:
    """Return what a cell showed when the file was saved; a formula that was never calculated is marked."""
    is_formula = isinstance(formula, str) and formula.startswith("=")
    return FORMULA_WITHOUT_VALUE if value is None and is_formula else value


def _as_texts(rows: Iterable[Sequence[Any]]) -> Rows:
    return [[_as_text(cell) for cell in row[:COLUMNS_MAX]] for row in islice(rows, ROWS_MAX)]


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()[:CELL_MAX_LENGTH]
