"""How many regions can be served, without looking at scores: against trying every answer."""

from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import load_problem, solve
from engine.budget import Budget
from engine.search import fairness
from engine.search.admission import Admission
from engine.search.serving import ServingModel
from engine.search.solver import Layout
from impact.benchmarks.synthetic import make_problem
from tests.engine.referee import Referee
from tests.engine.small import small_problem


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_no_answer_serves_more_and_the_one_found_keeps_every_rule(seed):
    content = small_problem(Random(seed), regions=3, experts=5)
    referee = Referee(content)
    assume(content["experts"] and referee.combinations_count() <= 3_000)
    layout = Layout.of(load_problem(content))

    served = ServingModel(layout.calendar).solve(Budget(60), 1)

    most = max(sum(bool(team) for team in teams.values()) for teams in referee.answers())
    assert served.bound == most == sum(bool(team.members) for team in served.teams)
    assert Admission(layout.instance).admits(served.teams)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_a_region_that_must_be_served_is(seed):
    content = small_problem(Random(seed), regions=3, experts=5)
    referee = Referee(content)
    assume(content["experts"] and referee.combinations_count() <= 3_000)
    layout = Layout.of(load_problem(content))
    for index, region in enumerate(content["regions"]):
        answers = [teams for teams in referee.answers() if teams[region["id"]]]

        served = ServingModel(layout.calendar, demanded=index).solve(Budget(60), 1)

        assert (served is None) == (not answers)
        if served:
            most = max(sum(bool(team) for team in teams.values()) for teams in answers)
            assert served.bound == most
            assert served.teams[index].members


@pytest.mark.parametrize("seed", range(4))
def test_the_answer_is_the_same_whichever_way_the_served_are_counted(monkeypatch, seed):
    content = make_problem(12, 24, seed)
    usual = solve(load_problem(content), remedies=False).to_json()
    monkeypatch.setattr(fairness, "EASY_CASES", 0)

    counted = solve(load_problem(content), remedies=False).to_json()

    for result in (usual, counted):
        Referee(content).check(result)
        result.pop("seconds")
    assert counted == usual
