"""Workbooks: tables as XLSX, with titles that stay in sight and filter the rows below."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

# openpyxl takes these for a formula or an error.
GUESSED_STARTS = ("=", "#")
# Of a column, in characters.
NARROWEST, WIDEST = 8, 60
# By so many rows the width of a column is judged: it must be known before the first row is written.
LOOKED_AT = 200
TIME, DAY, TO_THE_CENT = "yyyy-mm-dd hh:mm", "yyyy-mm-dd", "0.00"


def workbook(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook with one sheet.

    Args:
        rows: the titles of the columns, then rows of neutral cells as long as they; read once.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    rows = iter(rows)
    titles = next(rows, [])
    first = list(islice(rows, LOOKED_AT))
    _make_readable(sheet, titles, first)
    sheet.append([_title(sheet, title) for title in titles])
    count = 1
    for row in chain(first, rows):
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    if titles:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{count}"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _make_readable(sheet: Worksheet, titles: Sequence[Any], rows: Sequence[Sequence[Any]]) -> None:
    """Keep the titles in sight, and make columns as wide as what they hold."""
    sheet.freeze_panes = "A2"
    for place, title in enumerate(titles):
        longest = max(_length(value) for value in (title, *(row[place] for row in rows)))
        width = min(WIDEST, max(NARROWEST, longest + 2))
        sheet.column_dimensions[get_column_letter(place + 1)].width = width


def _length(value: object) -> int:
    if isinstance(value, datetime):
        return len(TIME)
    return max(map(len, str(value).splitlines()), default=0) if value is not None else 0


def _title(sheet: Worksheet, title: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=title)
    cell.data_type, cell.font = "s", Font(bold=True)
    return cell


def _cell(sheet: Worksheet, value: object) -> Any:
    # Plain values are written several times faster; openpyxl guesses wrong only of texts like these.
    if isinstance(value, str):
        if not value.startswith(GUESSED_STARTS):
            return value
        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"
        return cell
    look = _format(value)
    if not look:
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = look
    return cell


def _format(value: object) -> str:
    """Return how a number or a date is shown; "" as the spreadsheet does it by itself."""
    match value:
        case datetime():
            return TIME
        case date():
            return DAY
        case float():
            return TO_THE_CENT
        case Decimal():
            return TO_THE_CENT if value != int(value) and value == round(value, 2) else ""
    return ""
