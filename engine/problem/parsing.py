"""The JSON contract, version 1: from an object to a problem, or to the first thing that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from engine.problem.crosscheck import check_decisions
from engine.problem.node import Node
from engine.problem.problem import (
    CEFR,
    ROLES,
    TEAM_LIMIT,
    Expert,
    Locked,
    Need,
    Parameters,
    Pin,
    PreviousMember,
    Problem,
    Region,
    Side,
)
from engine.problem.programme import RULES, Programme

VERSION = 1
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
HALF_DAYS_MAX = 1000
LEVEL_MAX = 10
WEIGHT_MAX = 1000
REGIONS_MAX = 1000
CRITERIA_MAX = 40  # sides and needs of one region: they share the bits of one integer
CHANGE_COST_MAX = 1000
TOTAL_MAX = 10**9  # half-days of all teams together
DAY_S = 86_400
THREADS_MAX = 64

Row = TypeVar("Row", Region, Expert)


def load_problem(obj: Mapping[str, object]) -> Problem:
    """Return the problem that a JSON object of the contract describes.

    Args:
        obj: the parsed JSON document; half-days per month, levels and weights are whole numbers.

    Raises:
        ProblemError: the first breach of the contract, with its JSON path and what was expected there.
    """
    root = Node(obj).fields(
        required=("version", "months", "regions", "experts"),
        optional=("pinned", "forbidden", "locked", "previous", "wishes", "parameters"),
    )
    if root["version"].whole(0, 10**6) != VERSION:
        root["version"].refuse(f"expected {VERSION}")
    months = _months(root["months"])
    regions = [(_region(node, len(months)), node) for node in root["regions"].items()]
    experts = [(_expert(node, len(months)), node) for node in root["experts"].items()]
    pins = [(_pin(node), node) for node in _rows(root, "pinned")]
    forbidden = [(_pair(node), node) for node in _rows(root, "forbidden")]
    locked = [(_locked(node, len(months)), node) for node in _rows(root, "locked")]
    previous = [(_member(node), node) for node in _rows(root, "previous")]
    wishes = [(_pair(node), node) for node in _rows(root, "wishes")]
    problem = Problem(
        months=months,
        regions=_by_id(regions),
        experts=_by_id(experts),
        pinned=tuple(sorted((pin for pin, _ in pins), key=lambda pin: (pin.region, pin.expert))),
        forbidden=frozenset(pair for pair, _ in forbidden),
        locked=tuple(sorted((row for row, _ in locked), key=lambda row: (row.expert, row.region))),
        previous=tuple(sorted((row for row, _ in previous), key=lambda row: (row.region, row.expert))),
        wishes=frozenset(pair for pair, _ in wishes),
        parameters=_parameters(root["parameters"]) if "parameters" in root else Parameters(),
    )
    check_decisions(problem, pins=pins, forbidden=forbidden, locked=locked, previous=previous, wishes=wishes)
    return problem


def load_expert(obj: Mapping[str, object], *, months: int) -> Expert:
    """Return one expert of the contract.

    Raises:
        ProblemError: the first breach of the contract; the path starts at the expert.
    """
    return _expert(Node(obj), months)


def _rows(root: Mapping[str, Node], key: str) -> list[Node]:
    return root[key].items() if key in root else []


def _by_id(rows: list[tuple[Row, Node]]) -> tuple[Row, ...]:
    seen: set[str] = set()
    for row, node in rows:
        if row.id in seen:
            Node(row.id, f"{node.path}.id").refuse(f"expected an id of its own, {row.id!r} comes twice")
        seen.add(row.id)
    return tuple(sorted((row for row, _ in rows), key=lambda row: row.id))


def _months(node: Node) -> tuple[str, ...]:
    months = node.names()
    if not months:
        node.refuse("expected at least one month")
    for item in node.items():
        if not MONTH.fullmatch(item.name()):
            item.refuse("expected a month as YYYY-MM")
    for place in range(1, len(months)):
        if months[place] < months[place - 1]:
            node.items()[place].refuse(f"expected months in their order, after {months[place - 1]}")
    return months


def _half_days(node: Node, months: int) -> tuple[int, ...]:
    items = node.items()
    if len(items) != months:
        node.refuse(f"expected {months} numbers, one for each month, found {len(items)}")
    return tuple(item.whole(0, HALF_DAYS_MAX) for item in items)


def _region(node: Node, months: int) -> Region:
    given = node.fields(
        required=("id", "sides", "working_languages", "needs", "half_days"),
        optional=("team_max", "organisations", "places"),
    )
    sides = tuple(_side(item) for item in given["sides"].items())
    if not sides:
        given["sides"].refuse("expected at least one side")
    if not given["working_languages"].names():
        given["working_languages"].refuse("expected at least one language")
    needs = tuple(_need(item) for item in given["needs"].items())
    if len({need.area for need in needs}) < len(needs):
        given["needs"].refuse("expected each area only once")
    if len(sides) + len(needs) > CRITERIA_MAX:
        given["needs"].refuse(f"expected at most {CRITERIA_MAX} sides and needs together")
    return Region(
        id=given["id"].name(),
        sides=sides,
        working_languages=given["working_languages"].names(),
        needs=needs,
        half_days=_half_days(given["half_days"], months),
        team_max=given["team_max"].whole(1, TEAM_LIMIT) if "team_max" in given else TEAM_LIMIT,
        organisations=_name_set(given, "organisations"),
        places=_name_set(given, "places"),
    )


def _side(node: Node) -> Side:
    given = node.fields(required=("country", "languages"))
    languages = given["languages"].names()
    if not languages:
        given["languages"].refuse("expected at least one language")
    return Side(given["country"].name(), languages)


def _need(node: Node) -> Need:
    given = node.fields(required=("area", "weight", "level", "must"))
    return Need(
        given["area"].name(),
        given["weight"].whole(1, WEIGHT_MAX),
        given["level"].whole(1, LEVEL_MAX),
        given["must"].truth(),
    )


def _expert(node: Node, months: int) -> Expert:
    given = node.fields(
        required=("id", "country", "languages", "areas", "half_days", "max_regions", "roles"),
        optional=("organisations", "places", "written"),
    )
    given["roles"].names()
    return Expert(
        id=given["id"].name(),
        country=given["country"].name(),
        languages=_steps(given["languages"]),
        areas={area: item.whole(0, LEVEL_MAX) for area, item in given["areas"].entries().items()},
        half_days=_half_days(given["half_days"], months),
        max_regions=given["max_regions"].whole(0, REGIONS_MAX),
        roles=frozenset(item.choice(ROLES) for item in given["roles"].items()),
        organisations=_name_set(given, "organisations"),
        places=_name_set(given, "places"),
        written=_steps(given["written"]) if "written" in given else {},
    )


def _steps(node: Node) -> dict[str, int]:
    return {code: CEFR[item.choice(CEFR)] for code, item in node.entries().items()}


def _name_set(given: Mapping[str, Node], key: str) -> frozenset[str]:
    return frozenset(given[key].names()) if key in given else frozenset()


def _pin(node: Node) -> Pin:
    given = node.fields(required=("region", "expert"), optional=("role",))
    role = given["role"].choice(ROLES) if "role" in given and given["role"].value is not None else None
    return Pin(given["region"].name(), given["expert"].name(), role)


def _pair(node: Node) -> tuple[str, str]:
    given = node.fields(required=("region", "expert"))
    return given["region"].name(), given["expert"].name()


def _member(node: Node) -> PreviousMember:
    given = node.fields(required=("region", "expert", "role"))
    return PreviousMember(given["region"].name(), given["expert"].name(), given["role"].choice(ROLES))


def _locked(node: Node, months: int) -> Locked:
    given = node.fields(required=("region", "expert", "role", "half_days"))
    return Locked(
        given["region"].name(),
        given["expert"].name(),
        given["role"].choice(ROLES),
        _half_days(given["half_days"], months),
    )


def _parameters(node: Node) -> Parameters:
    default = Parameters()
    given = node.fields(
        required=(),
        optional=(
            *("side_language_level", "lead_language_level", "lead_areas", "change_cost"),
            *("time_limit_s", "threads", "salt"),
            *RULES,
        ),
    )

    def cefr(key: str, otherwise: int) -> int:
        return CEFR[given[key].choice(CEFR)] if key in given else otherwise

    def whole(key: str, low: int, high: int, otherwise: int) -> int:
        return given[key].whole(low, high) if key in given else otherwise

    lead_areas = [_lead_area(item) for item in given["lead_areas"].items()] if "lead_areas" in given else []
    return Parameters(
        side_language_level=cefr("side_language_level", default.side_language_level),
        lead_language_level=cefr("lead_language_level", default.lead_language_level),
        lead_areas=tuple(sorted(lead_areas)),
        change_cost=whole("change_cost", 0, CHANGE_COST_MAX, default.change_cost),
        programme=_programme(given),
        salt=given["salt"].name() if "salt" in given else default.salt,
        time_limit_s=given["time_limit_s"].number(0, DAY_S)
        if "time_limit_s" in given
        else default.time_limit_s,
        threads=given["threads"].whole(1, THREADS_MAX) if "threads" in given else default.threads,
    )


def _programme(given: Mapping[str, Node]) -> Programme:
    def whole(key: str, low: int, high: int) -> int | None:
        return given[key].whole(low, high) if key in given else None

    return Programme(
        member_half_days_min=whole("member_half_days_min", 1, HALF_DAYS_MAX),
        outside_member="outside_member" in given and given["outside_member"].truth(),
        half_days_max=whole("half_days_max", 0, TOTAL_MAX),
        single_teams_max=whole("single_teams_max", 0, REGIONS_MAX),
        expert_half_days_min=whole("expert_half_days_min", 1, TOTAL_MAX),
        lead_all_areas="lead_all_areas" in given and given["lead_all_areas"].truth(),
        lead_written_level=given["lead_written_level"].choice(CEFR)
        if "lead_written_level" in given
        else None,
    )


def _lead_area(node: Node) -> tuple[str, int]:
    given = node.fields(required=("area", "level"))
    return given["area"].name(), given["level"].whole(1, LEVEL_MAX)
