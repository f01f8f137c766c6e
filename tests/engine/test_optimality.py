"""The engine against brute force: every objective, on random small problems with every feature."""

import random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import load_problem, solve
from tests.engine.referee import Referee
from tests.engine.small import small_problem

SMALL = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


@SMALL
@given(st.randoms(use_true_random=False))
def test_solve_reaches_the_optimum_of_every_objective(random):
    problem = small_problem(random)
    referee = Referee(problem)
    assume(referee.combinations_count() <= 4000)

    result = solve(load_problem(problem), remedies=False).to_json()

    referee.check(result)
    objective, teams = referee.best()
    found = {row["id"]: tuple(member["expert"] for member in row["team"]) for row in result["regions"]}
    assert referee.objective(found) == objective
    assert found == teams
    assert result["status"] == "optimal"
    assert result["proven"] == ["fairness", "sum", "changes", "balance", "canonical"]
    assert result["bound"] == {"served": result["objective"]["served"], "sum": result["objective"]["sum"]}


@pytest.mark.parametrize("seed", range(12))
def test_solve_reaches_the_optimum_when_regions_compete(seed):
    """Experts alike and few, so that fairness, balance and the draw all have something to decide."""
    dice = random.Random(seed)
    problem = small_problem(dice, regions=4, experts=4)
    for person in problem["experts"]:
        person.update(
            languages={"fr": "C2", "de": "C1", "nl": "B2"},
            roles=["lead", "support"],
            half_days=[6] * 3,
            max_regions=2,
        )
        person["half_days"] = [6] * len(problem["months"])
    for row in problem["regions"]:
        row.update(organisations=[], places=[], team_max=min(2, row["team_max"]))
    problem.update(pinned=[], forbidden=[], locked=[])
    referee = Referee(problem)
    assume_small = referee.combinations_count() <= 30_000
    if not assume_small:
        problem["regions"] = problem["regions"][:2]
        problem["previous"] = [row for row in problem["previous"] if row["region"] in ("R0", "R1")]
        referee = Referee(problem)

    result = solve(load_problem(problem), remedies=False).to_json()

    referee.check(result)
    objective, teams = referee.best()
    found = {row["id"]: tuple(member["expert"] for member in row["team"]) for row in result["regions"]}
    assert (referee.objective(found), found) == (objective, teams)
