"""The first rows of a spreadsheet or CSV file, as texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from inspection.refusals import Reason, Refused

Rows = list[list[str]]
ROWS_MAX = 200
COLUMNS_MAX = 40
CELL_MAX_LENGTH = 20_000


def rows_of_xlsx(content: bytes) -> Rows:
    """Return the first rows of the first sheet."""
    # Imported here: it takes longer than reading a CSV file.
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX, values_only=True)
    return _as_texts(rows)


def rows_of_csv(content: bytes) -> Rows:
    """Return the first rows, separated by whatever separates the first one.

    Raises:
        Refused: not in UTF-8, or no table.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Reason.ENCODING) from error
    separator = max(",;\t", key=text.partition("\n")[0].count)
    try:
        return _as_texts(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise Refused(Reason.TABLE) from error


def _as_texts(rows: Iterable[Sequence[Any]]) -> Rows:
    return [[_as_text(cell) for cell in row[:COLUMNS_MAX]] for row in islice(rows, ROWS_MAX)]


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()[:CELL_MAX_LENGTH]
