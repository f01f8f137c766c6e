"""Who is irreplaceable, which teams come next and what fairness costs: against trying every answer."""

from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import Insights, load_problem, solve
from engine.explain import recruiting
from engine.explain.recruits import recruit_row
from engine.search import narrowing
from impact.benchmarks.synthetic import make_problem
from tests.engine.problems import expert, problem, region
from tests.engine.referee import Referee
from tests.engine.small import small_problem

SMALL = settings(max_examples=25, deadline=None)
SEEDS = st.integers(0, 10**6)


def solved(seed):
    content = small_problem(Random(seed), regions=3, experts=5)
    content["parameters"]["change_cost"] = 0
    referee = Referee(content)
    assume(content["experts"] and referee.combinations_count() <= 3_000)
    parsed = load_problem(content)
    return content, referee, parsed, solve(parsed, remedies=False)


def without(content, name):
    rows = {
        key: [row for row in content[key] if row["expert"] != name]
        for key in ("pinned", "forbidden", "locked", "previous", "wishes")
        if key in content
    }
    return {**content, **rows, "experts": [row for row in content["experts"] if row["id"] != name]}


@SMALL
@given(SEEDS)
def test_the_loss_without_an_expert_is_the_difference_between_two_optima(seed):
    content, _, parsed, result = solved(seed)
    insights = Insights(parsed, result)
    members = {member.expert for row in result.regions for member in row.team}

    for name in members:
        fact = insights.without(name)
        (bands, net, *_), teams = Referee(without(content, name)).best()
        assert fact["sum"] == result.sum - net
        assert fact["served"] == sum(band >= 0 for band in result.bands) - sum(band >= 0 for band in bands)
        assert fact["without_team"] == [row.id for row in result.regions if row.team and not teams[row.id]]
        assert fact["proven"]


def differ(one, two):
    return len(set(one) - set(two)) if len(one) == 1 else len(set(one) - set(two)) >= 2


@SMALL
@given(SEEDS)
def test_alternatives_are_the_best_answers_with_a_team_so_different(seed):
    content, referee, parsed, result = solved(seed)
    for row in result.regions:
        if not row.team:
            continue
        now = [member.expert for member in row.team]
        others = [teams for teams in referee.answers() if teams[row.id] and differ(now, teams[row.id])]
        told = Insights(parsed, result).alternatives(row.id, count=1)

        assert bool(told) == bool(others)
        if told:
            best = max(referee.objective(teams)[:2] for teams in others)
            assert told[0].whole.sum == result.sum - best[1]
            assert differ(now, [expert for expert, _ in told[0].team])
            assert told[0].whole.proven


def test_several_alternatives_differ_from_one_another():
    people = [expert(f"E{number}", half_days=[20, 20]) for number in range(4)]
    parsed = load_problem(problem(regions=[region()], experts=people))
    result = solve(parsed)

    told = Insights(parsed, result).alternatives("R1", count=3)

    leads = {result.team("R1")[0].expert, *(row.team[0][0] for row in told)}
    assert len(leads) == 4
    assert [row.whole.sum for row in told] == [0, 0, 0]


@SMALL
@given(SEEDS)
def test_the_price_of_fairness_is_what_the_greatest_sum_has_more(seed):
    _, referee, parsed, result = solved(seed)

    price = Insights(parsed, result).price_of_fairness()

    most = max(referee.objective(teams)[1] for teams in referee.answers())
    assert (price["sum"], price["free_sum"]) == (result.sum, most)
    assert price["price"] == most - result.sum
    sums = [step["sum"] for step in price["front"]]
    assert sums == sorted(sums, reverse=True)
    assert sums[-1] == result.sum
    assert all(step["proven"] for step in price["front"])


@pytest.mark.parametrize("seed", range(3))
def test_insights_are_the_same_where_only_some_teams_are_laid_out(monkeypatch, seed):
    parsed = load_problem(make_problem(6, 40, seed, months=6))
    result = solve(parsed, remedies=False)
    members = sorted({member.expert for row in result.regions for member in row.team})
    served = [row.id for row in result.regions if row.team]

    def told():
        insights = Insights(parsed, result)
        losses = [insights.without(expert) for expert in members]
        return losses, [insights.alternatives(region) for region in served], insights.price_of_fairness()

    whole = told()
    monkeypatch.setattr(narrowing, "TEAMS", 0)
    monkeypatch.setattr(narrowing, "KEPT", 8)

    assert told() == whole


@pytest.mark.parametrize("seed", range(3))
def test_remedies_told_afterwards_are_those_of_the_result(seed):
    parsed = load_problem(make_problem(8, 16, seed, months=6))
    result = solve(parsed)
    lacking = {row.id: row.unserved for row in result.regions if row.unserved}

    told = Insights(parsed, solve(parsed, remedies=False)).remedies()

    assert lacking
    assert told == {key: (list(row.remedies), row.complete) for key, row in lacking.items()}


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_recruiting_plan_serves_as_many_regions_as_it_says_and_no_fewer_people_do(seed):
    content = make_problem(5, 6, seed, months=4)
    parsed = load_problem(content)
    result = solve(parsed, remedies=False)
    assume(result.objective["served"] < 5)
    insights = Insights(parsed, result)
    profiles = list(recruiting._profiles(parsed, insights.people_left(), bare(result)))

    plans = insights.recruiting_plan()

    known = [recruit_row(person) for person in profiles]
    for plan in plans:
        assert served_with(content, plan["experts"]) == plan["served"]
        assert plan["served"] == result.objective["served"] + plan["more"]
        assert plan["people"] == len(plan["experts"])
        assert all(row in known for row in plan["experts"])
        assert plan["proven"]
    best_alone = max((served_with(content, [row]) for row in known[:40]), default=0)
    if len(known) <= 40:
        assert best_alone == max(
            [result.objective["served"], *(plan["served"] for plan in plans if plan["people"] == 1)]
        )


def bare(result):
    return [at for at, row in enumerate(result.regions) if not row.team]


def served_with(content, rows):
    whole = load_problem({**content, "experts": [*content["experts"], *rows]})
    return solve(whole, remedies=False).objective["served"]
