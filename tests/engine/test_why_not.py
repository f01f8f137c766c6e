"""What it costs to serve a region with an expert: against every answer, and cases told wrongly before."""

import json
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load_problem, solve, why_not
from tests.engine.problems import expert, problem, region
from tests.engine.referee import Referee
from tests.engine.small import small_problem

CASES = Path(__file__).parent / "data" / "single_region.jsonl"


def whole_cost(before, after):
    """What is lost between two objectives, as the engine tells it."""
    bands = list(
        zip(
            *([band * 10 if band >= 0 else -1 for band in bands] for bands in (before[0], after[0])),
            strict=True,
        )
    )
    return {
        "served": sum(old >= 0 for old, _ in bands) - sum(new >= 0 for _, new in bands),
        "fairness": next(([old, new] for old, new in bands if old != new), None),
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_price_is_that_of_the_best_answer_in_which_the_region_is_served_with_the_expert(seed):
    dice = Random(seed)
    content = small_problem(dice, regions=3, experts=5)
    referee = Referee(content)
    if not content["experts"] or referee.combinations_count() > 30_000:
        return
    parsed = load_problem(content)
    result = solve(parsed, remedies=False)
    now, _ = referee.best()
    place = dice.choice(content["regions"])["id"]
    for person in content["experts"]:
        explanation = why_not(parsed, place, person["id"], result).to_json()
        truth = referee.best((place, person["id"]))
        if explanation["in_team"]:
            continue
        assert (explanation["whole_cost"] is None) == (truth is None)
        if truth is None:
            assert explanation["reasons"]
            continue
        cost = explanation["whole_cost"]
        assert {key: cost[key] for key in ("served", "fairness")} == whole_cost(now, truth[0])
        price = content["parameters"]["change_cost"]
        assert cost["sum"] == (now[1] - price * now[2]) - (truth[0][1] - price * truth[0][2])
        assert cost["proven"]


def test_cases_told_wrongly_before_are_told_rightly():
    wrong = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["kind"].startswith("whynot"):
            place, person, told = case["detail"]
            parsed = load_problem(case["problem"])
            cost = why_not(parsed, place, person, solve(parsed, remedies=False)).to_json()["whole_cost"]
            if {key: cost[key] for key in told["truth"]} != told["truth"]:
                wrong.append((place, person, cost, told["truth"]))
    assert wrong == []


def test_an_expert_with_no_place_left_beside_pins_is_told_so():
    full = region(team_max=1)
    content = problem(
        regions=[full], experts=[expert(), expert("E2")], pinned=[{"region": "R1", "expert": "E1"}]
    )
    parsed = load_problem(content)

    explanation = why_not(parsed, "R1", "E2", solve(parsed))

    assert explanation.whole is None
    (reason,) = explanation.reasons
    assert reason["kind"] == "no_team_around"
    assert {"kind": "pins", "experts": ["E1", "E2"], "most": 1} in reason["missing"]
