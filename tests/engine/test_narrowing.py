"""Laying out only the teams that can be worth enough loses none of them, whatever people cost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load_problem, solve
from engine.problem.criteria import Instance
from engine.search import narrowing
from engine.search.pricing import SCALE
from engine.search.teams import team_table
from impact.benchmarks.synthetic import make_problem
from tests.engine.referee import Referee


def worth_more(criteria, costs, above):
    """The members of every team worth more than that, by expert."""
    worth = np.arange(1200, dtype=np.int64) * SCALE
    table = team_table(criteria)
    return {
        table.team(block, int(at)).members
        for block in table.blocks
        for at in np.flatnonzero(block.values(worth, costs[:, criteria.candidates]).ravel() > above)
    }


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 30), st.integers(0, 9), st.sampled_from([0, 3, 30, 300]), st.integers(0, 60))
def test_no_team_worth_more_is_left_out(seed, region, dearest, below):
    instance = Instance(load_problem(make_problem(10, 60, seed)))
    criteria = instance.regions[region]
    dice = np.random.default_rng(seed)
    costs = dice.integers(0, dearest * SCALE + 1, size=(5, 60)) * dice.integers(0, 2, size=(5, 60))
    best = max((block.scores.max() for block in team_table(criteria).blocks), default=0)
    above = (int(best) - below) * SCALE
    most = np.arange(1102, dtype=np.int64) * SCALE

    kept = narrowing.narrowed(criteria, most, costs[:, criteria.candidates], above)

    assert worth_more(kept, costs, above) == worth_more(criteria, costs, above)
    assert len(kept.candidates) <= len(criteria.candidates)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [(8, 60), (10, 30)])
def test_the_answer_and_its_proof_are_the_same_where_only_some_teams_are_laid_out(monkeypatch, size, seed):
    content = make_problem(*size, seed)
    whole = solve(load_problem(content), remedies=False).to_json()
    monkeypatch.setattr(narrowing, "TEAMS", 0)
    monkeypatch.setattr(narrowing, "KEPT", 8)

    narrow = solve(load_problem(content), remedies=False).to_json()

    Referee(content).check(narrow)
    for result in (narrow, whole):
        result.pop("seconds")
        for row in result["regions"]:
            row.pop("unserved")
    assert narrow == whole


def test_a_thousand_experts_are_proven_in_full():
    content = make_problem(30, 1000, 2)

    result = solve(load_problem(content), remedies=False).to_json()

    Referee(content).check(result)
    assert result["status"] == "optimal"
