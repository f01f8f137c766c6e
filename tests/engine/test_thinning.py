"""Leaving out those whom others can replace loses nothing, whatever people cost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load_problem, solve
from engine.problem.criteria import Instance
from engine.search import thinning
from engine.search.pricing import SCALE
from engine.search.teams import FORBIDDEN_VALUE, team_table
from engine.search.thinning import irreplaceable
from engine.synthetic import make_problem
from tests.engine.referee import Referee


def highest(criteria, costs, floor=0):
    worth = np.arange(1200, dtype=np.int64) * SCALE
    worth[:floor] = FORBIDDEN_VALUE
    at = np.searchsorted(np.arange(costs.shape[1]), criteria.candidates)
    return max(
        (int(block.values(worth, costs[:, at]).max()) for block in team_table(criteria).blocks), default=None
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.integers(0, 9), st.sampled_from([0, 3, 30, 300]), st.booleans())
def test_nobody_left_out_was_worth_more(seed, region, dearest, by_slot):
    instance = Instance(load_problem(make_problem(10, 60, seed)))
    criteria = instance.regions[region]
    dice = np.random.default_rng(seed)
    costs = dice.integers(0, dearest * SCALE + 1, size=(5, 60)) * dice.integers(0, 2, size=(5, 60))
    if not by_slot:
        costs[:] = costs[0]

    kept = irreplaceable(criteria, costs[:, criteria.candidates])
    floored = irreplaceable(criteria, costs[:, criteria.candidates], is_floored=True)
    roughly = irreplaceable(criteria, costs[:, criteria.candidates], slack=2 * SCALE)

    assert highest(kept, costs) == highest(criteria, costs)
    for floor in (0, 700, 850):
        assert highest(floored, costs, floor) == highest(criteria, costs, floor)
    assert len(roughly.candidates) <= len(kept.candidates) <= len(criteria.candidates)
    if highest(criteria, costs) is not None:
        assert highest(criteria, costs) - highest(roughly, costs) <= 3 * 2 * SCALE


@pytest.fixture
def small_memory(monkeypatch):
    """Let every problem count as too large to lay out all its teams."""
    monkeypatch.setattr(thinning, "TEAMS", 0)
    monkeypatch.setattr(thinning, "KEPT", 8)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("size", [(8, 60), (10, 30)])
def test_bounds_over_all_candidates_hold_where_only_some_are_laid_out(small_memory, monkeypatch, size, seed):
    content = make_problem(*size, seed)

    near = solve(load_problem(content)).to_json()
    monkeypatch.undo()
    best = solve(load_problem(content)).to_json()

    Referee(content).check(near)
    assert near["bound"]["served"] >= best["objective"]["served"] >= near["objective"]["served"]
    assert near["objective"]["fairness"] <= best["objective"]["fairness"]
    assert near["bound"]["sum"] >= near["objective"]["sum"]
    if "fairness" in near["proven"]:
        assert near["objective"]["fairness"] == best["objective"]["fairness"]
        assert near["bound"]["sum"] >= best["objective"]["sum"] >= near["objective"]["sum"]
        assert near["bound"]["sum"] - near["objective"]["sum"] <= best["objective"]["sum"] // 100
    else:
        assert near["status"] == "feasible"
