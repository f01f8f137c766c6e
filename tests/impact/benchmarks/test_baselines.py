"""What the engine is measured against: the plain model finds the same best answer."""

from __future__ import annotations

from engine import load_problem, solve
from impact.benchmarks.baselines import plain_model
from impact.benchmarks.synthetic import make_problem


def test_plain_model_serves_as_many_regions_with_as_many_points_as_the_engine():
    problem = load_problem(make_problem(3, 9, seed=1))

    served, points, _seconds = plain_model(problem, seconds=20).split()

    best = solve(problem).objective
    assert (int(served), int(points)) == (best["served"], best["sum"])
