"""What each rule of the programme costs: the answer without it, against the answer with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.budget import Stop
from engine.explain.counterfactual import loss
from engine.problem.problem import Problem
from engine.problem.result import Fact, Result
from engine.search.solver import run


def prices(problem: Problem, result: Result, seconds: Callable[[], float], stop: Stop | None) -> list[Fact]:
    """Return the rules that are on, each with what is gained without it, all others staying.

    Args:
        result: the answer with all rules.
        seconds: how long the next answer may take.

    Returns:
        Facts with ``rule``, ``value`` and ``gain``: ``served`` (regions more), ``fairness`` ([now, then] at
        the first place where the sorted bands differ, or None), ``worst`` (the lowest score with a team, now
        and then), ``sum`` (points more) and ``regions`` (whose team would be another). ``gain`` is None if
        there was no time to prove it.
    """
    return [
        {"rule": rule, "value": value, "gain": _gain(problem.without_rule(rule), result, seconds(), stop)}
        for rule, value in problem.programme.asked().items()
    ]


def _gain(problem: Problem, result: Result, seconds: float, stop: Stop | None) -> Fact | None:
    if seconds <= 0 or not result.is_optimal:
        return None
    limited = replace(problem, parameters=replace(problem.parameters, time_limit_s=seconds))
    search, outcome = run(limited, should_stop=stop)
    if not outcome.is_optimal:
        return None
    then = search.incumbent.teams
    cost = loss(problem, result, then, is_proven=True)
    now = min((row.score for row in result.regions if row.team), default=None)
    return {
        "served": -cost.served,
        "fairness": cost.fairness and list(cost.fairness),
        "worst": [now, min((team.score for team in then if team.members), default=None)],
        "sum": -cost.sum,
        "regions": list(cost.regions),
    }
