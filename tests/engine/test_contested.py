"""Experts whom all regions want: whole schedules, and ties among very many teams, against brute force."""

from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import load_problem, solve
from engine.budget import Budget
from engine.search import cuts, search, ties
from engine.search.quality import any_sum
from engine.search.solver import Layout, start
from impact.benchmarks.contested import alike_problem, contested_problem
from tests.engine.referee import Referee
from tests.engine.small import small_problem


@pytest.fixture(params=[-1, 2, 10**6], ids=["all-many", "many", "few"])
def hard_ways(request, monkeypatch):
    """Every expert is held to whole schedules; teams are many as soon as there are more than a few."""
    monkeypatch.setattr(cuts, "FACET_ITEMS", 0)
    for module in (search, ties):
        monkeypatch.setattr(module, "EASY_TIES", request.param)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(seed=st.integers(0, 10**6))
def test_the_ways_for_contested_experts_reach_the_optimum_of_every_objective(hard_ways, seed):
    content = small_problem(Random(seed))
    referee = Referee(content)
    assume(referee.combinations_count() <= 4000)

    result = solve(load_problem(content), remedies=False).to_json()

    referee.check(result)
    _, teams = referee.best()
    found = {row["id"]: tuple(member["expert"] for member in row["team"]) for row in result["regions"]}
    assert found == teams
    assert result["status"] == "optimal"
    assert result["bound"] == {"served": result["objective"]["served"], "sum": result["objective"]["sum"]}


@pytest.mark.parametrize(
    "content",
    [contested_problem(30, 200, 4, time_limit_s=300), alike_problem(16, 24, 0, time_limit_s=300)],
    ids=["wanted by all", "alike"],
)
def test_an_answer_is_proven_in_full_although_very_many_teams_are_equal(content):
    result = solve(load_problem(content), remedies=False)

    Referee(content).check(result.to_json())
    assert result.is_optimal


def test_a_pool_is_not_made_beyond_what_is_asked_for():
    content = alike_problem(16, 24, 0, time_limit_s=300)
    made = start(Layout.of(load_problem(content)), Budget(300))
    relaxed = made.relaxation.solve(any_sum(made, 0), "sum")

    assert len(made.relaxation.pool(relaxed, 10**9, 100)) == 101
