"""What staff have decided must name regions and experts that exist, and must not contradict itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from engine.problem.node import Node
from engine.problem.problem import LEAD, SUPPORT, Locked, Pin, PreviousMember, Problem

Row = TypeVar("Row")
Placed = Sequence[tuple[Row, Node]]
Pair = tuple[str, str]


def check_decisions(
    problem: Problem,
    *,
    pins: Placed[Pin],
    forbidden: Placed[Pair],
    locked: Placed[Locked],
    previous: Placed[PreviousMember],
    wishes: Placed[Pair],
) -> None:
    """Refuse decisions about unknown rows and decisions that contradict one another.

    A pin that breaks a hard rule of the matching (a conflict of interest, a month without time) is no
    contradiction: the region is then reported as not served, with the pin by name.

    Raises:
        ProblemError: the first such row.
    """
    pinned = [((pin.region, pin.expert), node) for pin, node in pins]
    _check_known(problem, pinned)
    _check_known(problem, forbidden)
    _check_known(problem, wishes)
    _check_known(problem, [((row.region, row.expert), node) for row, node in previous])
    _check_known(problem, [((row.region, row.expert), node) for row, node in locked], any_region=True)
    for rows in (pinned, forbidden, wishes, [((row.region, row.expert), node) for row, node in locked]):
        _check_once(rows)
    _check_once([((row.region, row.expert), node) for row, node in previous])
    _check_pins(
        problem, pins, {pair for pair, _ in forbidden}, {(row.region, row.expert) for row, _ in locked}
    )


def _check_known(problem: Problem, rows: Placed[Pair], *, any_region: bool = False) -> None:
    regions, experts = problem.region_index(), problem.expert_index()
    for (region, expert), node in rows:
        if not any_region and region not in regions:
            Node(region, f"{node.path}.region").refuse(
                f"expected the id of one of the regions, {region!r} is unknown"
            )
        if expert not in experts:
            Node(expert, f"{node.path}.expert").refuse(
                f"expected the id of one of the experts, {expert!r} is unknown"
            )


def _check_once(rows: Placed[Pair]) -> None:
    seen: set[Pair] = set()
    for pair, node in rows:
        if pair in seen:
            node.refuse(f"expected each pair only once, {pair[0]!r} and {pair[1]!r} come twice")
        seen.add(pair)


def _check_pins(
    problem: Problem, pins: Placed[Pin], forbidden: Iterable[Pair], locked: Iterable[Pair]
) -> None:
    forbidden, locked = set(forbidden), set(locked)
    team_max = {region.id: region.team_max for region in problem.regions}
    roles = {expert.id: expert.roles for expert in problem.experts}
    leads: dict[str, str] = {}
    count: dict[str, int] = {}
    supports: dict[str, int] = {}
    for pin, node in pins:
        pair = (pin.region, pin.expert)
        if pair in forbidden:
            node.refuse(f"expected no pin on a forbidden pair, {pin.expert!r} is forbidden in {pin.region!r}")
        if pair in locked:
            node.refuse(f"expected no pin on a locked assignment, {pin.expert!r} is locked in {pin.region!r}")
        if pin.role is not None and pin.role not in roles[pin.expert]:
            node.refuse(f"expected a role that the expert offers, {pin.expert!r} does not offer {pin.role!r}")
        if pin.role == LEAD and leads.setdefault(pin.region, pin.expert) != pin.expert:
            node.refuse(
                f"expected one lead, {leads[pin.region]!r} is already pinned as lead of {pin.region!r}"
            )
        count[pin.region] = count.get(pin.region, 0) + 1
        if count[pin.region] > team_max[pin.region]:
            node.refuse(f"expected at most {team_max[pin.region]} members pinned in {pin.region!r}")
        supports[pin.region] = supports.get(pin.region, 0) + (pin.role == SUPPORT)
        if supports[pin.region] >= team_max[pin.region]:
            node.refuse(f"expected room for a lead, only supports are pinned in {pin.region!r}")
