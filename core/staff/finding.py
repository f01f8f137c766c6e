"""Finds rows by parts of names and addresses, without accents, and in spite of typing errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Case, F, FloatField, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable

from core.plain_text import Plain

SHORTEST = 2
LONGEST = 100
MAX_WORDS = 8
# Shorter words are like too many others.
SHORTEST_SIMILAR = 4
LEAST_LIKENESS = 0.5
# One reference is like any other: with a number in it, nothing merely similar is meant.
_HAS_DIGIT = re.compile(r"\d")
_SAME, _BEGINNING, _CONTAINED = 3.0, 2.0, 1.0


@dataclass(frozen=True)
class SearchSource:
    """A column in which rows are found.

    Args:
        rows: those that have the column; a function, as Django is still starting when the table is written.
        column: its name, or an expression of it.
        key: the column that leads to the row that is found.
    """

    rows: Callable[[], QuerySet[Any]]
    column: Combinable | str
    key: str = "pk"


def clean(text: str) -> str:
    """Return what is searched of a typed text; empty if that is too short."""
    words = text.replace("\0", " ")[:LONGEST].split()[:MAX_WORDS]
    found = " ".join(words)
    return found if len(found) >= SHORTEST else ""


def find(
    sources: Sequence[SearchSource], text: str, limit: int, *, among: QuerySet[Any] | None = None
) -> list[Any]:
    """Return the keys of the rows that a text may mean, the best first; one query, in a transaction.

    Args:
        sources: at least one, all of which lead to rows of one model.
        text: of `clean`, not empty.
        limit: the most rows, of each source and in total.
        among: the rows that may be found; None where the sources hold no others.
    """
    with connection.cursor() as cursor:
        threshold = ["pg_trgm.word_similarity_threshold", str(LEAST_LIKENESS)]
        cursor.execute("SELECT set_config(%s, %s, true)", threshold)
    first, *others = (_found_in(source, text, limit, among) for source in sources)
    closeness: dict[Any, float] = {}
    for key, close in first.union(*others, all=True) if others else first:
        closeness[key] = max(close, closeness.get(key, 0))
    return sorted(closeness, key=lambda key: (-closeness[key], -key))[:limit]


def _found_in(source: SearchSource, text: str, limit: int, among: QuerySet[Any] | None) -> QuerySet[Any, Any]:
    rows = source.rows().order_by().alias(plain_text=Plain(source.column))
    if among is not None:
        rows = rows.filter(**{f"{source.key}__in": among.order_by().values("pk")})
    wanted = Plain(Value(text, output_field=TextField()))
    contains = Q()
    for word in text.split():
        contains &= Q(plain_text__contains=Plain(Value(word, output_field=TextField())))
    is_close = contains
    if len(text) >= SHORTEST_SIMILAR and not _HAS_DIGIT.search(text):
        is_close = contains | Q(TrigramWordSimilar(F("plain_text"), wanted))
    closeness = Case(
        When(plain_text=wanted, then=Value(_SAME)),
        When(plain_text__startswith=wanted, then=Value(_BEGINNING)),
        When(contains, then=Value(_CONTAINED)),
        default=TrigramWordSimilarity(text, Plain(source.column)),
        output_field=FloatField(),
    )
    found = rows.filter(is_close).annotate(found_key=F(source.key), closeness=closeness)
    best: QuerySet[Any, Any] = found.order_by("-closeness", "-found_key")
    return best.values_list("found_key", "closeness")[:limit]
