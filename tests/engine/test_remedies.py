"""Every small change that serves a region is told, and none that does not: against trying every answer."""

import json
from functools import cache
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import apply_remedy, load_problem, solve
from tests.engine.problems import expert, problem, region
from tests.engine.referee import Referee
from tests.engine.small import small_problem

CASES = Path(__file__).parent / "data" / "single_region.jsonl"
DAYS = 3  # half-days tried by the referee, in each month of each expert


def changes(content, place):
    """Yield every single change as (kind, size, changed problem), made on the JSON alone."""
    for at, person in enumerate(content["experts"]):
        yield "raise_max_regions", 1, with_expert(content, at, max_regions=person["max_regions"] + 1)
        for role in {"lead", "support"} - set(person["roles"]):
            yield "offer_role", 1, with_expert(content, at, roles=[*person["roles"], role])
        for month in range(len(content["months"])):
            for more in range(1, DAYS + 1):
                days = list(person["half_days"])
                days[month] += more
                yield "add_days", more, with_expert(content, at, half_days=days)
    for at, row in enumerate(content["regions"]):
        for need in row["needs"] if row["id"] == place else ():
            if need["must"]:
                needs = [{**other, "must": other["must"] and other is not need} for other in row["needs"]]
                regions = [*content["regions"][:at], {**row, "needs": needs}, *content["regions"][at + 1 :]]
                yield "drop_must", 1, {**content, "regions": regions}
    for key, kind in (("pinned", "lift_pins"), ("forbidden", "lift_forbidden")):
        for row in content[key]:
            if row["region"] == place:
                yield kind, 1, {**content, key: [other for other in content[key] if other is not row]}


def with_expert(content, at, **changed):
    experts = [*content["experts"][:at], {**content["experts"][at], **changed}, *content["experts"][at + 1 :]]
    return {**content, "experts": experts}


@cache
def served(text):
    _, teams = Referee(json.loads(text)).best()
    return {place for place, team in teams.items() if team}


def size(remedy):
    return sum(row["half_days"] for row in remedy["days"]) if remedy["kind"] == "add_days" else 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_no_smaller_change_is_left_untold_and_none_told_is_false(seed):
    content = small_problem(Random(seed), regions=3, experts=4)
    if Referee(content).combinations_count() > 2_000:
        return
    parsed = load_problem(content)
    for row in solve(parsed).regions:
        if not row.unserved:
            continue
        told = {}
        for remedy in row.unserved.remedies:
            told.setdefault(remedy["kind"], size(remedy))
            assert solve(apply_remedy(parsed, remedy), remedies=False).team(row.id), remedy
        assert row.unserved.complete
        for kind, more, changed in changes(content, row.id):
            if row.id in served(json.dumps(changed)):
                assert told.get(kind, DAYS + 1) <= more, (row.id, kind, more)


def test_cases_untold_false_or_too_large_before_are_told_rightly():
    wrong = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["kind"].startswith("whynot"):
            continue
        place, named, *smaller = case["detail"]
        parsed = load_problem(case["problem"])
        row = next(row for row in solve(parsed).regions if row.id == place)
        told = row.unserved.remedies
        if case["kind"].startswith("untold"):
            is_right = named in told
        elif smaller and isinstance(smaller[0], dict):
            is_right = any(size(one) <= size(smaller[0]) for one in told if one["kind"] == "add_days")
        else:
            is_right = all(solve(apply_remedy(parsed, one), remedies=False).team(place) for one in told)
        if not is_right:
            wrong.append((case["kind"], place, named, told))
    assert wrong == []


def test_a_recruit_asks_no_more_than_one_person_can_have_else_two_are_named():
    sides = [{"country": code.upper(), "languages": [code]} for code in ("fr", "de", "it", "nl")]
    needs = [{"area": area, "weight": 1, "level": 2, "must": True} for area in "abcd"]
    content = problem(regions=[region(sides=sides, needs=needs, half_days=[0, 30])], experts=[])
    parsed = load_problem(content)

    (remedy,) = solve(parsed).regions[0].unserved.remedies

    people = [step["expert"] for step in remedy["steps"]]
    assert [len(person["languages"]) <= 4 and len(person["areas"]) <= 3 for person in people] == [True, True]
    assert max(day for person in people for day in person["half_days"]) <= 20
    assert solve(apply_remedy(parsed, remedy)).team("R1")


def test_a_pin_of_another_region_in_the_way_is_told():
    rare = expert("E1", max_regions=1, half_days=[20, 20])
    content = problem(
        regions=[region("R1"), region("R2", sides=[{"country": "FR", "languages": ["fr"]}])],
        experts=[rare, expert("E2", languages={"fr": "C2", "en": "C1"})],
        pinned=[{"region": "R2", "expert": "E1"}],
    )

    row = next(row for row in solve(load_problem(content)).regions if row.unserved)

    assert {"kind": "lift_pins", "region": "R2", "experts": ["E1"]} in row.unserved.remedies
