"""Tables as CSV and XLSX, in which no cell that somebody typed can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

# With these a spreadsheet begins to calculate. Source: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# openpyxl takes these for a formula or an error.
GUESSED_STARTS = ("=", "#")
# Of a column, in characters.
NARROWEST, WIDEST = 14, 40


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def neutral(value: Any) -> Any:
    """Return a value as a cell may hold it: numbers as they are, texts that never calculate.

    A text that begins like a formula gets an apostrophe in front, by which spreadsheets know texts.
    Times become Brussels time, or whatever time zone is active, without one: spreadsheets know none.
    """
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def table_response(*, name: str, table: Iterable[Sequence[Any]], kind: Format) -> HttpResponse:
    """Return a table as a file that a browser saves.

    Args:
        name: of the file, without its ending.
        table: the titles of the columns, then rows as long as they; read once.
        kind: see `content_of`.
    """
    response = HttpResponse(content_of(table, kind), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def content_of(table: Iterable[Sequence[Any]], kind: Format) -> bytes:
    """Return a table as the bytes of a file, with every cell neutral.

    Args:
        table: the titles of the columns, then rows as long as they; read once.
        kind: CSV is UTF-8 with a byte order mark, so that Excel reads its accents.
    """
    cells = ([neutral(value) for value in row] for row in table)
    return _as_csv(cells) if kind is Format.CSV else _as_xlsx(cells)


def _as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    table = io.StringIO()
    csv.writer(table, lineterminator="\r\n").writerows(rows)
    return table.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
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


def _cell(sheet: Worksheet, value: Any) -> Any:
    # Plain values are written several times faster; openpyxl guesses wrong only of texts like these.
    if not isinstance(value, str) or not value.startswith(GUESSED_STARTS):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
