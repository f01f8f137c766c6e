"""The search for places: how long PostgreSQL and the whole search take, by the shape of what is typed."""

from __future__ import annotations

import time
from statistics import median
from typing import TextIO

from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from core.reference.models import Place, PlaceName
from core.reference.search import search

ROUNDS = 20
TYPED = {
    "two letters": "sa",
    "frequent word": "saint",
    "town": "Tui",
    "region": "Südtirol",
    "foreign name": "Lüttich",
    "other script": "Закарпаття",
    "what we write": "Tui (town), Pontevedra, Spain",
    "misspelt": "Soenderjylant",
    "misspelt, other script": "Ужгорот",
    "nothing": "qwrtzp lkjhg",
    "hundred letters": "a" * 100,
}


def run(stdout: TextIO) -> None:
    """Print a row for each shape; the database is that of the portal, or of a demo that runs."""
    try:
        names = PlaceName.objects.count()
    except OperationalError:
        stdout.write("No database answers: start the demo first.\n")
        return
    stdout.write(f"{Place.objects.count():,} places, {names:,} names\n")
    stdout.write(
        f"{'typed':24}{'found':>6}{'queries':>9}{'PostgreSQL':>12}{'search, median':>16}{'slowest':>10}\n"
    )
    for shape, typed in TYPED.items():
        stdout.write(_row(shape, typed))


def _row(shape: str, typed: str) -> str:
    with CaptureQueriesContext(connection) as queries:
        found = len(search(typed).found)
    in_postgres = sum(_explained(query["sql"]) for query in queries if query["sql"].startswith('SELECT "ref'))
    seconds = [_seconds(typed) for _round in range(ROUNDS)]
    times = f"{in_postgres:9.1f} ms{median(seconds) * 1000:13.1f} ms{max(seconds) * 1000:7.1f} ms"
    return f"{shape:24}{found:6}{len(queries):9}{times}\n"


def _seconds(typed: str) -> float:
    start = time.perf_counter()
    search(typed)
    return time.perf_counter() - start


def _explained(sql: str) -> float:
    """Return the milliseconds that PostgreSQL says a query took: EXPLAIN ANALYZE runs it."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        milliseconds: float = cursor.fetchone()[0][0]["Execution Time"]
    return milliseconds
