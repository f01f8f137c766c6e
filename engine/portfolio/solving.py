"""The questions that staff ask: which choice is best, what each limit costs, which limits contradict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ortools.sat.python import cp_model

from engine.portfolio.model import Model
from engine.portfolio.problem import (
    Candidate,
    Clock,
    Include,
    Limit,
    OutOfTime,
    Places,
    Portfolio,
    Price,
)


def best(candidates: Iterable[Candidate], limits: Sequence[Limit], clock: Clock) -> Portfolio | None:
    """Return the best portfolio, or None where the limits contradict each other.

    Args:
        candidates: each key and each reference once.
        limits: one of kind Places, and any others; those of kind Include name candidates.
        clock: when it runs out after something was found, that is returned with what is proven.

    Raises:
        OutOfTime: nothing was found and nothing refused in time.
        ValueError: a key or a reference stands twice, a limit includes a stranger, or none says the places.
    """
    if not any(isinstance(limit, Places) for limit in limits):
        raise ValueError("The number of places is not said.")
    model = Model(_checked(candidates, limits), limits)
    bound = model.maximise({key: candidate.value for key, candidate in model.candidates.items()}, clock)
    if bound is None:
        return None
    points = sum(model.candidates[key].value for key in model.found)
    if points == bound:
        model.keep_points(points)
        model.settle_lowest(clock)
        model.settle_order(points, clock)
    return Portfolio(tuple(key for key in model.candidates if key in model.found), points, bound)


def prices(
    candidates: Sequence[Candidate],
    limits: Sequence[Limit],
    answer: Portfolio,
    clock: Clock,
    *,
    report: Callable[[int], None] | None = None,
) -> list[Price]:
    """Return what each limit costs, in the order of the limits, as far as the time goes.

    A limit without which no choice is possible has no price: including somebody may be what another asks for.

    Args:
        candidates: as for the answer.
        limits: as for the answer.
        answer: what `best` returned.
        clock: limits that it leaves no time for are left out.
        report: told how many limits have been looked at, before each.

    Raises:
        ValueError: as `best`.
    """
    found = []
    for place, limit in enumerate(limits):
        if report is not None:
            report(place)
        others = [*limits[:place], *limits[place + 1 :]]
        if isinstance(limit, Places):
            others.append(replace(limit, number=limit.number + 1))
        try:
            free = best(candidates, others, clock)
        except OutOfTime:
            break
        # Without the wish to include somebody who could not be chosen otherwise, another limit may fail.
        if free is not None:
            found.append(_price(limit, answer, free))
    return found


def contradiction(
    candidates: Sequence[Candidate], limits: Sequence[Limit], clock: Clock
) -> tuple[Limit, ...]:
    """Return the smallest set of limits that no choice keeps together; of several the one named first.

    Whom one of the limits includes may be chosen without a score even where that limit is left out:
    so fewer limits never allow less, and no limit is blamed that including somebody is there to meet.

    Every contradiction holds a limit of every set whose removal helps. So a smallest set that meets all
    such sets known so far is either a contradiction, and then a smallest, or yields one more such set.

    Args:
        candidates: as for `best`.
        limits: which `best` refused.
        clock: as for `best`.

    Raises:
        OutOfTime: the smallest set was not found in time.

    Source: A. Ignatiev, A. Previti, M. Liffiton and J. Marques-Silva, "Smallest MUS extraction with
    minimal hitting set dualization", CP 2015.
    """
    candidates = _checked(candidates, limits)
    named = {limit.key for limit in limits if isinstance(limit, Include)}

    def is_feasible(places: Iterable[int]) -> bool:
        return Model(candidates, [limits[place] for place in places], named).is_feasible(clock)

    corrections: list[set[int]] = []
    while True:
        core = _smallest_meeting(corrections, len(limits), clock)
        if not is_feasible(core):
            return tuple(limits[place] for place in core)
        kept = list(core)
        for place in range(len(limits)):
            if place not in core and is_feasible([*kept, place]):
                kept.append(place)
        corrections.append(set(range(len(limits))) - set(kept))


def _checked(candidates: Iterable[Candidate], limits: Sequence[Limit]) -> list[Candidate]:
    rows = list(candidates)
    keys = {row.key for row in rows}
    if len(keys) < len(rows) or len({row.reference for row in rows}) < len(rows):
        raise ValueError("A key or a reference stands twice.")
    if any(isinstance(limit, Include) and limit.key not in keys for limit in limits):
        raise ValueError("A limit includes somebody who is no candidate.")
    return rows


def _price(limit: Limit, answer: Portfolio, free: Portfolio) -> Price:
    return Price(
        limit,
        max(0, free.points - answer.points),
        added=tuple(key for key in free.keys if key not in answer.keys),
        removed=tuple(key for key in answer.keys if key not in free.keys),
        is_proven=free.is_proven,
    )


def _smallest_meeting(sets: Sequence[set[int]], size: int, clock: Clock) -> list[int]:
    """Return the fewest of 0 … size − 1 that meet every set; of several the earliest."""
    cp = cp_model.CpModel()
    taken = [cp.new_bool_var("") for _place in range(size)]
    for each in sets:
        cp.add_bool_or(taken[place] for place in sorted(each))
    # One more weighs more than any difference of places.
    cp.minimize(sum((size * size + place) * variable for place, variable in enumerate(taken)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = max(0.0, clock.seconds_left)
    if solver.solve(cp) != cp_model.OPTIMAL:
        raise OutOfTime
    return [place for place, variable in enumerate(taken) if solver.value(variable)]
