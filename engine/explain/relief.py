"""A remedy applied to a problem, so that a person can try it and a test can hold it to its word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.problem.parsing import load_expert
from engine.problem.problem import Expert, Problem


def apply_remedy(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    """Return the problem with one remedy of an unserved region applied.

    Args:
        remedy: an entry of ``unserved.remedies``.

    Raises:
        ProblemError: a new expert that breaks the contract.
        KeyError: an unknown kind.
    """
    return _APPLY[remedy["kind"]](problem, remedy)


def _add_expert(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    expert = load_expert(remedy["expert"], months=len(problem.months))
    return replace(problem, experts=tuple(sorted((*problem.experts, expert), key=lambda row: row.id)))


def _add_days(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    months = {month: place for place, month in enumerate(problem.months)}

    def add(expert: Expert) -> Expert:
        days = list(expert.half_days)
        for row in remedy["days"]:
            if row["expert"] == expert.id:
                days[months[row["month"]]] += row["half_days"]
        return replace(expert, half_days=tuple(days))

    return _change_experts(problem, {row["expert"] for row in remedy["days"]}, add)


def _raise_max_regions(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    def add(expert: Expert) -> Expert:
        return replace(expert, max_regions=expert.max_regions + remedy["by"])

    return _change_experts(problem, remedy["experts"], add)


def _offer_role(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    offered = {row["expert"]: row["role"] for row in remedy["offers"]}

    def add(expert: Expert) -> Expert:
        return replace(expert, roles=expert.roles | {offered[expert.id]})

    return _change_experts(problem, offered, add)


def _change_experts(problem: Problem, ids: Iterable[str], change: Callable[[Expert], Expert]) -> Problem:
    changed = frozenset(ids)
    experts = tuple(change(expert) if expert.id in changed else expert for expert in problem.experts)
    return replace(problem, experts=experts)


def _lift_pins(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    lifted = {(remedy["region"], expert) for expert in remedy["experts"]}
    pins = tuple(pin for pin in problem.pinned if (pin.region, pin.expert) not in lifted)
    return replace(problem, pinned=pins)


def _lift_forbidden(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    return replace(problem, forbidden=problem.forbidden - {(remedy["region"], remedy["expert"])})


def _drop_must(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    regions = tuple(
        replace(
            region,
            needs=tuple(
                replace(need, must=need.must and need.area != remedy["area"]) for need in region.needs
            ),
        )
        if region.id == remedy["region"]
        else region
        for region in problem.regions
    )
    return replace(problem, regions=regions)


def _drop_rule(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    return problem.without_rule(remedy["rule"])


def _together(problem: Problem, remedy: Mapping[str, Any]) -> Problem:
    for step in remedy["steps"]:
        problem = apply_remedy(problem, step)
    return problem


_APPLY: dict[str, Callable[[Problem, Mapping[str, Any]], Problem]] = {
    "add_expert": _add_expert,
    "add_days": _add_days,
    "raise_max_regions": _raise_max_regions,
    "offer_role": _offer_role,
    "lift_pins": _lift_pins,
    "lift_forbidden": _lift_forbidden,
    "drop_must": _drop_must,
    "drop_rule": _drop_rule,
    "together": _together,
}
