"""The best portfolio under limits: asked by a page, found by the optimiser in the worker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from core.calculations.actions import ask
from core.calculations.calculators import StepReport, calculator
from core.calculations.models import Calculation
from engine import portfolio as optimiser
from engine.portfolio import (
    AtLeast,
    AtMost,
    AtMostEach,
    Candidate,
    Clock,
    Exclude,
    Include,
    Limit,
    OutOfTime,
    Places,
    Threshold,
)

KIND = "portfolio"
# What is not proven or priced by then is said to be so. A default to confirm.
SECONDS = 60.0
_LIMITS = {kind.__name__: kind for kind in (AtLeast, AtMost, AtMostEach, Exclude, Include, Places, Threshold)}


def ask_for_best(candidates: Iterable[Candidate], limits: Sequence[Limit]) -> Calculation:
    """Ask for the best portfolio and what each limit costs.

    Returns:
        A calculation with an answer of these keys: `keys` of the chosen, the best first, None where the
        limits contradict each other or the time ran out; `points` and `bound` in hundredths; `prices`, each
        with `limit`, its place among the limits, `points`, `added`, `removed` and `is_proven`;
        `contradiction`, places of limits; `is_out_of_time`.
    """
    rows = sorted(candidates, key=lambda row: row.key)
    return ask(
        KIND,
        {
            "candidates": [[row.key, row.reference, row.score, sorted(row.groups)] for row in rows],
            "limits": [_to_json(limit) for limit in limits],
        },
    )


@calculator(KIND)
def find_best(question: Any, report: StepReport) -> dict[str, Any]:
    """Answer what `ask_for_best` asks."""
    candidates = [
        Candidate(key, reference, score, frozenset(map(tuple, groups)))
        for key, reference, score, groups in question["candidates"]
    ]
    limits = [_from_json(limit) for limit in question["limits"]]
    clock, steps = Clock(SECONDS), len(limits) + 1
    try:
        found = optimiser.best(candidates, limits, clock)
        if found is None:
            refused = optimiser.contradiction(candidates, limits, clock)
            return _answer(contradiction=[limits.index(limit) for limit in refused])
    except OutOfTime:
        return _answer(is_out_of_time=True)
    report(1, steps)
    prices = [
        {
            "limit": limits.index(price.limit),
            "points": price.points,
            "added": price.added,
            "removed": price.removed,
            "is_proven": price.is_proven and found.is_proven,
        }
        for price in optimiser.prices(
            candidates, limits, found, clock, report=lambda priced: report(1 + priced, steps)
        )
    ]
    return _answer(keys=found.keys, points=found.points, bound=found.bound, prices=prices)


def _answer(**known: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"keys": None, "points": 0, "bound": 0, "prices": [], "contradiction": []}
    return {**nothing, "is_out_of_time": False, **known}


def _to_json(limit: Limit) -> dict[str, Any]:
    fields = asdict(limit)
    if isinstance(limit, AtMostEach):
        fields["taken"] = sorted(limit.taken)
    return {"kind": type(limit).__name__, **fields}


def _from_json(told: dict[str, Any]) -> Limit:
    fields = {name: value for name, value in told.items() if name != "kind"}
    if "group" in fields:
        fields["group"] = tuple(fields["group"])
    if told["kind"] == AtMostEach.__name__:
        fields["taken"] = frozenset((tuple(group), count) for group, count in fields["taken"])
    limit: Limit = _LIMITS[told["kind"]](**fields)
    return limit
