"""Workbooks: tables as XLSX, with titles that stay in sight."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

# openpyxl takes these for a formula or an error.
GUESSED_STARTS = ("=", "#")
# Of a column, in characters.
NARROWEST, WIDEST = 14, 40


def workbook(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook with one sheet.

    Args:
        rows: the titles of the columns, then rows of neutral cells as long as they; read once.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    rows = iter(rows)
    titles = next(rows, [])
    _make_readable(sheet, titles)
    for row in chain([titles], rows):
        sheet.append([_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _make_readable(sheet: Worksheet, titles: Sequence[Any]) -> None:
    """Keep the titles in sight and whole; openpyxl wants to know before the first row is written."""
    sheet.freeze_panes = "A2"
    for place, title in enumerate(titles, start=1):
        width = min(WIDEST, max(NARROWEST, len(str(title)) + 2))
        sheet.column_dimensions[get_column_letter(place)].width = width


def _cell(sheet: Worksheet, value: object) -> Any:
    # Plain values are written several times faster; openpyxl guesses wrong only of texts like these.
    if not isinstance(value, str) or not value.startswith(GUESSED_STARTS):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
