"""Rules of the programme, each off unless asked for: kept exactly, with proof, priced, and told."""

from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import load_problem, solve
from tests.engine.referee import Referee
from tests.engine.small import small_problem, with_rules

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
