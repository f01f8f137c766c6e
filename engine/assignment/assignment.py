"""The general mode: a plain matrix of scores, with demands of the rows and loads of the columns."""

from __future__ import annotations

import time
from collections.abc import Mapping
from decimal import Decimal
from math import fsum

import numpy as np

from engine.assignment import groups
from engine.assignment.matrix import Matrix, Picks, best_by_sum, best_minimum_over_pairs, failing
from engine.budget import Budget
from engine.problem.node import Node
from engine.problem.problem import ProblemError
from engine.problem.result import FEASIBLE, OPTIMAL

VERSION = 1
OBJECTIVES = ("sum", "min_then_sum")
SCORE_MAX = 10**6
COUNT_MAX = 10**6
DECIMALS = 9  # of a score; what lies beyond is rounded
TIME_LIMIT_S = 300.0


def solve_assignment(obj: Mapping[str, object], *, time_limit_s: float = TIME_LIMIT_S) -> dict[str, object]:
    """Assign columns to rows (reviewers to papers, experts to regions) by a matrix of scores.

    Args:
        obj: ``scores`` (rows × columns), ``demands`` per row, ``loads_min`` and ``loads_max`` per column,
            ``forbidden`` pairs, and the ``objective``: "sum", or "min_then_sum" for the greatest lowest
            row first and then the greatest sum.
        time_limit_s: seconds after which the best assignment found so far is returned.

    Returns:
        ``status`` ("optimal" or "feasible"), ``assignment`` (columns per row, ascending), ``sum``, ``min``
        (the lowest row), ``bound`` (of the sum; of the lowest row while that is not proven) and ``seconds``.

    Raises:
        ProblemError: the input breaks the contract, or no assignment meets demands and loads.
    """
    start = time.monotonic()
    matrix, objective, unit = _read(obj)
    picks = _best(matrix, objective, Budget(time_limit_s))
    rows = [sorted(int(column) for column in row) for row in picks.rows]
    raw = obj["scores"]
    sums = [fsum(raw[row][column] for column in columns) for row, columns in enumerate(rows)]  # type: ignore[index]  # the problem as it was sent, checked before
    return {
        "version": VERSION,
        "status": OPTIMAL if picks.is_optimal else FEASIBLE,
        "assignment": rows,
        "sum": fsum(sums),
        "min": min(sums, default=0.0),
        "bound": fsum(sums) if picks.is_optimal else picks.bound / unit,
        "seconds": round(time.monotonic() - start, 3),
    }


def _best(matrix: Matrix, objective: str, budget: Budget) -> Picks:
    try:
        picks = best_by_sum(matrix)
    except OverflowError:
        raise ProblemError("$.scores", "expected fewer digits for so many rows and columns") from None
    if picks is None:
        raise ProblemError(*failing(matrix))
    if objective == "sum":
        return picks
    is_small = groups.Groups.fit(matrix)
    best_minimum = groups.best_minimum_over_groups if is_small else best_minimum_over_pairs
    return best_minimum(matrix, picks, budget)


def _read(obj: Mapping[str, object]) -> tuple[Matrix, str, int]:
    root = Node(obj).fields(
        required=("version", "scores", "demands", "loads_max"),
        optional=("loads_min", "forbidden", "objective"),
    )
    if root["version"].whole(0, COUNT_MAX) != VERSION:
        root["version"].refuse(f"expected {VERSION}")
    values, columns = _scores(root["scores"])
    unit = _unit(values)
    scores = np.array([[round(value * unit) for value in row] for row in values], dtype=np.int64)
    matrix = Matrix(
        scores.reshape(len(values), columns),
        np.array(_counts(root["demands"], len(values)), dtype=np.int64),
        np.array(
            _counts(root["loads_min"], columns) if "loads_min" in root else [0] * columns, dtype=np.int64
        ),
        np.array(_counts(root["loads_max"], columns), dtype=np.int64),
        _forbidden(root["forbidden"] if "forbidden" in root else Node([]), len(values), columns),
    )
    for column in np.flatnonzero(matrix.loads_min > matrix.loads_max):
        root["loads_min"].items()[column].refuse(
            f"expected at most the {matrix.loads_max[column]} of loads_max"
        )
    return matrix, root["objective"].choice(OBJECTIVES) if "objective" in root else "sum", unit


def _scores(node: Node) -> tuple[list[list[Decimal]], int]:
    rows = node.items()
    if not rows:
        node.refuse("expected at least one row")
    columns = len(rows[0].items())
    values: list[list[Decimal]] = []
    for row in rows:
        items = row.items()
        if len(items) != columns or not columns:
            row.refuse(f"expected {max(1, columns)} numbers, as in the first row, found {len(items)}")
        # repr() of a float is the shortest decimal that reads back as the same number: the one meant.
        values.append([Decimal(repr(item.number(-SCORE_MAX, SCORE_MAX))) for item in items])
    return values, columns


def _unit(values: list[list[Decimal]]) -> int:
    """Return the power of ten that makes every score whole, up to the decimals that are kept."""
    exponents = (value.normalize().as_tuple().exponent for row in values for value in row)
    decimals = max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)
    return int(10 ** min(DECIMALS, max(0, decimals)))


def _counts(node: Node, length: int) -> list[int]:
    items = node.items()
    if len(items) != length:
        node.refuse(f"expected {length} numbers, found {len(items)}")
    return [item.whole(0, COUNT_MAX) for item in items]


def _forbidden(node: Node, rows: int, columns: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    forbidden = np.zeros((rows, columns), dtype=np.bool_)
    for pair in node.items():
        places = pair.items()
        if len(places) != 2:
            pair.refuse("expected a row and a column")
        forbidden[places[0].whole(0, rows - 1), places[1].whole(0, columns - 1)] = True
    return forbidden
