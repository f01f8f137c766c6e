"""Regions without a team: what is missing is named, and every remedy does what it says."""

import random

import pytest

from engine import apply_remedy, load_problem, solve
from tests.engine.problems import expert, problem, region
from tests.engine.referee import Referee
from tests.engine.small import small_problem

FRENCH = expert("E1", languages={"fr": "C2", "en": "C1"})
GERMAN = expert("E2", languages={"de": "C2"}, areas={})


def unserved(content, region_id="R1"):
    """Return the missing facts and the remedies by kind, after trying every remedy."""
    parsed = load_problem(content)
    row = next(row for row in solve(parsed).to_json()["regions"] if row["id"] == region_id)
    for remedy in row["unserved"]["remedies"]:
        assert served(solve(apply_remedy(parsed, remedy)), region_id), remedy
    missing = {fact["kind"]: fact for fact in row["unserved"]["missing"]}
    return missing, {fact["kind"]: fact for fact in row["unserved"]["remedies"]}


def served(result, region_id):
    return bool(result.team(region_id))


def test_empty_pool_is_reported_region_by_region():
    missing, remedies = unserved(problem(experts=[]))

    assert list(missing) == ["side_language", "need", "lead"]
    assert remedies["add_expert"]["expert"]["languages"] == {"de": "B2", "en": "C1", "fr": "B2"}
    assert remedies["add_expert"]["expert"]["areas"] == {"clld-design": 2}


def test_missing_language_of_a_side_is_named_with_a_support_who_has_it():
    missing, remedies = unserved(problem(experts=[FRENCH]))

    assert missing == {
        "side_language": {
            "kind": "side_language",
            "country": "DE",
            "languages": ["de"],
            "level": "B2",
            "barred": [],
        }
    }
    assert remedies["add_expert"]["expert"] == {
        "id": "new-expert",
        "country": "DE",
        "languages": {"de": "B2"},
        "areas": {},
        "half_days": [0, 2],
        "max_regions": 1,
        "roles": ["support"],
    }


def test_missing_area_can_be_dropped_as_a_must():
    missing, remedies = unserved(problem(experts=[expert(areas={"clld-design": 1})]))

    assert missing["need"] == {"kind": "need", "area": "clld-design", "level": 2, "barred": []}
    assert remedies["drop_must"] == {"kind": "drop_must", "region": "R1", "area": "clld-design"}


def test_missing_months_are_named_with_the_fewest_half_days():
    missing, remedies = unserved(problem(experts=[expert(half_days=[0, 5])]))

    shortage = [{"expert": "E1", "month": "2026-10", "half_days": 1}]
    assert missing["months"] == {"kind": "months", "shortages": shortage}
    assert remedies["add_days"] == {"kind": "add_days", "days": shortage}


def test_missing_lead_is_named_with_who_might_have_led():
    away = expert("E1", half_days=[8, 0])
    missing, _ = unserved(problem(experts=[away, GERMAN]))

    assert missing["lead"]["languages"] == ["en"]
    assert missing["lead"]["barred"] == [
        {
            "expert": "E1",
            "because": [{"kind": "month", "expert": "E1", "month": "2026-10", "asked": 4, "free": 0}],
        }
    ]


def test_conflict_of_interest_is_named_but_never_offered_for_lifting():
    missing, remedies = unserved(
        problem(regions=[region(places=["FRF11"])], experts=[expert(places=["FRF11"])])
    )

    assert missing["conflict"] == {"kind": "conflict", "experts": ["E1"]}
    assert set(remedies) == {"add_expert"}


def test_role_that_nobody_offers_can_be_offered():
    _, remedies = unserved(problem(experts=[expert(roles=["support"])]))

    assert remedies["offer_role"]["offers"] == [{"expert": "E1", "role": "lead"}]


def test_forbidden_pair_can_be_allowed_again():
    _, remedies = unserved(problem(forbidden=[{"region": "R1", "expert": "E1"}]))

    assert remedies["lift_forbidden"] == {"kind": "lift_forbidden", "region": "R1", "expert": "E1"}


def test_pin_that_breaks_a_rule_is_named_and_can_be_lifted():
    tied = expert("E2", organisations=["org-a"])
    content = problem(
        regions=[region(organisations=["org-a"])],
        experts=[expert(), tied],
        pinned=[{"region": "R1", "expert": "E2"}],
    )

    missing, remedies = unserved(content)

    conflict = {"kind": "conflict", "expert": "E2", "organisations": ["org-a"], "places": []}
    assert missing["pin"] == {"kind": "pin", "expert": "E2", "role": None, "broken": [conflict]}
    assert remedies["lift_pins"] == {"kind": "lift_pins", "region": "R1", "experts": ["E2"]}


def test_pins_of_one_expert_in_more_regions_than_allowed_are_reported_as_contention():
    content = problem(
        regions=[region("R1"), region("R2")],
        experts=[expert(max_regions=1, half_days=[20, 20])],
        pinned=[{"region": name, "expert": "E1"} for name in ("R1", "R2")],
    )
    result = solve(load_problem(content))
    loser, winner = ("R1", "R2") if served(result, "R2") else ("R2", "R1")

    missing, remedies = unserved(content, loser)

    assert missing["contention"]["experts"] == [{"expert": "E1", "regions": [winner]}]
    assert remedies["raise_max_regions"] == {"kind": "raise_max_regions", "experts": ["E1"], "by": 1}


def test_one_unservable_region_leaves_the_others_as_they_were():
    alone = solve(load_problem(problem()))
    unservable = region("R2", sides=[{"country": "MT", "languages": ["mt"]}])
    both = solve(load_problem(problem(regions=[region(), unservable])))

    assert both.team("R1") == alone.team("R1")
    assert [row.id for row in both.regions if row.unserved] == ["R2"]


@pytest.mark.parametrize("seed", range(60))
def test_every_remedy_serves_the_region_when_applied(seed):
    content = small_problem(random.Random(seed), regions=4, experts=6)
    parsed = load_problem(content)

    result = solve(parsed)

    for row in result.regions:
        for remedy in row.unserved.remedies if row.unserved else ():
            changed = solve(apply_remedy(parsed, remedy))
            assert served(changed, row.id), (row.id, remedy)
        if row.unserved and not content["pinned"]:
            assert row.unserved.missing
            assert row.unserved.remedies


def test_remedies_keep_the_rules_of_the_contract():
    content = problem(experts=[])
    remedy = solve(load_problem(content)).regions[0].unserved.remedies[-1]

    repaired = {**content, "experts": [remedy["expert"]]}

    Referee(repaired).check(solve(load_problem(repaired)).to_json())
