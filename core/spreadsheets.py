"""Tables as CSV and XLSX, in which no cell that somebody typed can act as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

# With these a spreadsheet begins to calculate. Source: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
COMMA = ","
# What XML cannot hold, and so no workbook.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def neutral(value: object) -> Any:
    """Return a value as a cell may hold it: numbers as they are, texts that never calculate.

    A text that begins like a formula gets an apostrophe in front, by which spreadsheets know texts.
    Times become Brussels time, or whatever time zone is active, without one: spreadsheets know none.
    """
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, date):
        return value
    text = CONTROLS.sub("", str(value))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def table_response(
    *, name: str, table: Iterable[Sequence[Any]], kind: Format, separator: str = COMMA
) -> HttpResponse:
    """Return a table as a file that a browser saves.

    Args:
        name: of the file, without its ending.
        table: the titles of the columns, then rows as long as they; read once.
        kind: see `bytes_of_table`.
        separator: see there.
    """
    response = HttpResponse(bytes_of_table(table, kind, separator), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def bytes_of_table(table: Iterable[Sequence[Any]], kind: Format, separator: str = COMMA) -> bytes:
    """Return a table as the bytes of a file, with every cell neutral.

    Args:
        table: the titles of the columns, then rows as long as they; read once.
        kind: CSV is UTF-8 with a byte order mark, so that Excel reads its accents.
        separator: of the cells in CSV. Where Excel wants a semicolon, it reads numbers with a decimal comma.
    """
    cells = ([neutral(value) for value in row] for row in table)
    return _as_csv(cells, separator) if kind is Format.CSV else _as_xlsx(cells)


def _as_csv(rows: Iterable[Sequence[Any]], separator: str) -> bytes:
    table = io.StringIO()
    if separator != COMMA:
        rows = ([_with_comma(value) for value in row] for row in rows)
    csv.writer(table, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return table.getvalue().encode("utf-8-sig")


def _with_comma(value: object) -> object:
    return str(value).replace(".", ",") if isinstance(value, float | Decimal) else value


def _as_xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    # What writes workbooks takes long to load and is seldom needed.
    from core.workbooks import workbook

    return workbook(rows)
