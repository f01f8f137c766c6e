"""Rules of the programme, each off unless asked for: kept exactly, with proof, priced, and told."""

from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import Insights, apply_remedy, load_problem, score_team, solve, why_not
from engine.problem.fingerprint import fingerprint
from engine.problem.programme import RULES
from engine.search import narrowing
from impact.benchmarks.synthetic import make_problem
from tests.engine.problems import expert, problem
from tests.engine.referee import Referee
from tests.engine.small import small_problem, with_rules

HASH_BEFORE = "da66d897aea646cb998341889b83dd35f0835daab88c999a0158ff874d76d1fa"
SEEDS = st.integers(0, 10**6)
SMALL = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def ruled(seed, most=3, answers=4_000, **size):
    dice = Random(seed)
    content = with_rules(dice, small_problem(dice, **size), most=most)
    referee = Referee(content)
    assume(content["experts"] and referee.combinations_count() <= answers)
    return content, referee


@SMALL
@given(SEEDS)
def test_solve_reaches_the_optimum_under_rules_of_the_programme(seed):
    content, referee = ruled(seed, regions=4)

    result = solve(load_problem(content), remedies=False).to_json()

    referee.check(result)
    objective, teams = referee.best()
    found = {row["id"]: tuple(member["expert"] for member in row["team"]) for row in result["regions"]}
    assert (referee.objective(found), found) == (objective, teams)
    assert result["status"] == "optimal"


def without_rule(content, rule):
    parameters = {key: value for key, value in content["parameters"].items() if key != rule}
    return {**content, "parameters": parameters}


@settings(SMALL, max_examples=60)
@given(SEEDS)
def test_the_price_of_a_rule_is_what_brute_force_gains_without_it(seed):
    content, referee = ruled(seed)
    parsed = load_problem(content)
    result = solve(parsed)
    (bands, net, *_), teams = referee.best()

    told = {row["rule"]: row["gain"] for row in result.to_json()["rules"]}

    assert set(told) == content["parameters"].keys() & set(RULES)
    assert Insights(parsed, result).price_of_rules() == list(result.rules)
    for rule, gain in told.items():
        free = Referee(without_rule(content, rule))
        (then, then_net, *_), others = free.best()
        cost = content["parameters"]["change_cost"]
        changed = [
            sum(one.changes(row, team) for row, team in each.items())
            for one, each in ((referee, teams), (free, others))
        ]
        assert gain["served"] == sum(band >= 0 for band in then) - sum(band >= 0 for band in bands)
        assert gain["sum"] == then_net - net + cost * (changed[1] - changed[0])
        first = next(([a, b] for a, b in zip(bands, then, strict=True) if a != b), None)
        assert gain["fairness"] == (first and [band * 10 if band >= 0 else -1 for band in first])
        assert gain["regions"] == [row for row in sorted(teams) if teams[row] != others[row]]


@settings(SMALL, max_examples=60)
@given(SEEDS)
def test_why_not_under_rules_is_the_best_answer_with_the_pin_or_says_that_there_is_none(seed):
    content, _ = ruled(seed)
    parsed = load_problem(content)
    result = solve(parsed, remedies=False)
    for row in result.regions:
        for person in content["experts"]:
            told = why_not(parsed, row.id, person["id"], result)
            pairs = {(pin["region"], pin["expert"]) for pin in content["pinned"]}
            barred = [*content["forbidden"], *content["locked"]]
            if told.in_team or {"region": row.id, "expert": person["id"]} in [
                {"region": each["region"], "expert": each["expert"]} for each in barred
            ]:
                continue
            fresh = [] if (row.id, person["id"]) in pairs else [{"region": row.id, "expert": person["id"]}]
            best = Referee({**content, "pinned": [*content["pinned"], *fresh]}).best((row.id, person["id"]))
            assert bool(told.whole) == bool(best)
            if best:
                (_, net, negative, _), _ = best
                changed = -negative - result.objective["changes"]
                assert told.whole.sum == result.sum - net - content["parameters"]["change_cost"] * -negative
                assert told.whole.proven, changed
            else:
                assert told.reasons


@settings(SMALL, max_examples=60)
@given(SEEDS)
def test_remedies_under_rules_serve_the_region_and_name_every_rule_that_binds(seed):
    content, referee = ruled(seed, regions=3)
    parsed = load_problem(content)
    result = solve(parsed)
    rules = sorted(content["parameters"].keys() & set(RULES))
    bare = [row for row in result.regions if not row.team]
    assume(bare)

    for row in bare:
        told = [fact["rule"] for fact in row.unserved.remedies if fact["kind"] == "drop_rule"]
        served = [rule for rule in rules if Referee(without_rule(content, rule)).best()[1][row.id]]
        assert sorted(told) == served
        assert row.unserved.missing
        for fact in row.unserved.remedies:
            assert solve(apply_remedy(parsed, fact), remedies=False).team(row.id)


@SMALL
@given(SEEDS)
def test_a_team_put_together_by_hand_is_told_the_rules_that_it_breaks(seed):
    content, referee = ruled(seed)
    parsed, dice = load_problem(content), Random(seed)
    row = dice.choice(content["regions"])["id"]
    team = dice.sample(sorted(referee.experts), min(len(referee.experts), dice.randint(1, 3)))
    roles = [(expert, "support" if place else "lead") for place, expert in enumerate(team)]

    told = {fact["kind"] for fact in score_team(parsed, row, roles).broken}

    faults = set(referee.programme_faults(row, team))
    assert ("outside" in told) == ("nobody from outside" in faults)
    assert ("involvement" in told) == ("a member with too little to do" in faults)
    assert ("lead_area" in told) == ("lead area" in referee.faults(row, team))
    assert bool(told & {"lead_language", "lead_writing"}) == ("lead language" in referee.faults(row, team))


def test_the_hash_of_a_problem_without_rules_is_that_of_former_versions():
    told = [
        solve(load_problem(content)).to_json()
        for content in (problem(), problem(parameters={"outside_member": False}))
    ]

    assert {row["input_sha256"] for row in told} == {HASH_BEFORE}
    assert all("rules" not in row for row in told)


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {"single_teams_max": 0}},
        {"parameters": {"lead_all_areas": True}},
        {"experts": [expert(written={"en": "B2"})]},
    ],
)
def test_the_hash_of_a_problem_says_which_rules_it_has(change):
    assert fingerprint(load_problem(problem(**change))) != HASH_BEFORE


def test_prices_that_there_is_no_time_for_are_not_told():
    parsed = load_problem(
        problem(parameters={"outside_member": True, "single_teams_max": 1, "time_limit_s": 0})
    )

    assert solve(parsed).to_json()["rules"] == [
        {"rule": "outside_member", "value": True, "gain": None},
        {"rule": "single_teams_max", "value": 1, "gain": None},
    ]


@pytest.mark.parametrize("wide", [False, True])
def test_rules_are_kept_with_proof_where_regions_compete(monkeypatch, wide):
    content = make_problem(8, 30, 3, months=6)
    spent = sum(sum(row["half_days"]) for row in content["regions"])
    content["parameters"].update(half_days_max=spent * 2 // 3, expert_half_days_min=8, single_teams_max=0)
    plain = solve(load_problem(content), remedies=False).to_json()
    if wide:
        monkeypatch.setattr(narrowing, "TEAMS", 0)
        monkeypatch.setattr(narrowing, "KEPT", 8)

    result = solve(load_problem(content), remedies=False).to_json()

    Referee(content).check(result)
    assert result["status"] == "optimal"
    assert result["regions"] == plain["regions"]
    assert 0 < result["objective"]["served"] < 8
