"""A search that is ended early still answers: the best so far, with a bound, said not to be proven."""

import pytest

from engine import load_problem, solve
from impact.benchmarks.synthetic import make_problem
from tests.engine import stops
from tests.engine.referee import Referee


def test_time_limit_of_nothing_still_gives_an_answer_that_keeps_the_rules():
    content = make_problem(12, 40, 1, time_limit_s=0)

    result = solve(load_problem(content)).to_json()

    Referee(content).check(result)
    assert result["status"] == "feasible"
    assert "sum" not in result["proven"]
    assert result["bound"]["sum"] >= result["objective"]["sum"]
    assert result["bound"]["served"] >= result["objective"]["served"] > 0


@pytest.mark.parametrize("phase", ["tables", "fairness", "sum", "balance", "canonical"])
def test_wish_to_stop_ends_the_search_in_every_phase(phase):
    content = make_problem(12, 40, 1)
    reached = []

    result = solve(
        load_problem(content), progress=reached.append, should_stop=lambda: _is_in(reached, phase)
    ).to_json()

    Referee(content).check(result)
    optimum = solve(load_problem(content)).to_json()["objective"]
    assert result["objective"]["served"] <= result["bound"]["served"]
    assert result["bound"]["served"] >= optimum["served"]
    assert result["status"] == ("feasible" if _is_in(reached, phase) else "optimal")


def _is_in(reached, phase):
    return any(news.phase == phase for news in reached)


def test_progress_tells_phases_the_best_sum_and_a_bound_above_it():
    news = []

    result = solve(load_problem(make_problem(12, 40, 1)), progress=news.append)

    assert news[0].phase == "tables"
    assert {"sum", "canonical"} <= {entry.phase for entry in news}
    assert all(entry.share is None or 0 <= entry.share <= 1 for entry in news)
    known = [entry for entry in news if entry.best is not None]
    assert known[-1].best == result.objective["sum"]
    assert all(entry.bound >= result.objective["sum"] for entry in known if entry.bound is not None)


@pytest.mark.parametrize(
    ("make", "regions", "experts", "seed"),
    [
        (stops.plain, 30, 200, 4),
        (stops.plain, 30, 200, 9),
        (stops.plain, 30, 60, 4),
        (stops.decided, 30, 60, 2),
        (stops.decided, 12, 40, 0),
    ],
)
def test_answer_keeps_the_rules_and_its_word_wherever_the_search_is_stopped(make, regions, experts, seed):
    """`python -m tests.engine.stops` asks the same of 80 problems at 24 places each."""
    _, found = stops.stopped_everywhere(make(regions, experts, seed), 12)

    assert found == []


@pytest.mark.parametrize("name", ["stop_200_402_2", "stop_200_403_10"])
def test_answer_that_once_overworked_an_expert_keeps_the_rules_now(name):
    _, found = stops.stopped_everywhere(stops.known(name), 12)

    assert found == []
