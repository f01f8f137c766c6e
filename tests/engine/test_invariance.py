"""The same problem has the same answer, whatever the order of its rows, the threads or the run."""

import copy
import random

import pytest

from engine import load_problem, solve
from impact.benchmarks.synthetic import make_problem
from tests.engine.referee import Referee
from tests.engine.small import small_problem


def answer(content, *, remedies=True):
    """Return everything of a result that must not depend on the machine."""
    result = solve(load_problem(content), remedies=remedies).to_json()
    return {key: value for key, value in result.items() if key != "seconds"}


def shuffled(content, seed):
    dice = random.Random(seed)
    other = copy.deepcopy(content)
    for key in ("regions", "experts", "pinned", "forbidden", "locked", "previous"):
        dice.shuffle(other.get(key, []))
    for person in other["experts"]:
        person["languages"] = dict(dice.sample(list(person["languages"].items()), len(person["languages"])))
        dice.shuffle(person["roles"])
    return other


@pytest.mark.parametrize("seed", range(20))
def test_solve_ignores_the_order_of_rows_in_small_problems(seed):
    content = small_problem(random.Random(seed), regions=4, experts=6)

    assert answer(shuffled(content, seed)) == answer(content)


@pytest.mark.parametrize("seed", range(10))
def test_order_of_inner_lists_decides_neither_the_hash_nor_the_teams(seed):
    content, dice = small_problem(random.Random(seed), regions=4, experts=6), random.Random(seed)
    other = copy.deepcopy(content)
    for row in other["regions"]:
        for inner in (row["sides"], row["needs"], row["working_languages"], row["organisations"]):
            dice.shuffle(inner)
        for side in row["sides"]:
            dice.shuffle(side["languages"])

    one, two = (solve(load_problem(each), remedies=False).to_json() for each in (content, other))

    assert one["input_sha256"] == two["input_sha256"]
    assert [[m["expert"] for m in row["team"]] for row in one["regions"]] == [
        [m["expert"] for m in row["team"]] for row in two["regions"]
    ]


# Remedies for many regions take a hundred times as long as their teams, and fewer tell as much.
@pytest.mark.parametrize(
    ("regions", "experts", "seed", "remedies"),
    [(12, 40, 1, True), (12, 60, 2, True), (8, 16, 1, True), (15, 40, 3, False)],
)
def test_solve_ignores_order_and_threads_in_larger_problems(regions, experts, seed, remedies):
    content = make_problem(regions, experts, seed)
    on_two_threads = {**content, "parameters": {**content["parameters"], "threads": 2}}
    first = answer(content, remedies=remedies)

    assert first["status"] == "optimal"
    assert answer(shuffled(content, seed), remedies=remedies) == first
    assert answer(shuffled(on_two_threads, seed + 1), remedies=remedies) == first


def test_solve_keeps_every_rule_in_a_problem_of_the_programme_size():
    content = make_problem(30, 60, 5)

    result = solve(load_problem(content), remedies=False).to_json()

    Referee(content).check(result)
    assert result["status"] == "optimal"


def test_another_salt_draws_another_of_equal_answers():
    twins = [
        {
            "id": f"E{number}",
            "country": "BE",
            "languages": {"fr": "C2", "en": "C2"},
            "areas": {"clld": 3},
            "half_days": [8],
            "max_regions": 1,
            "roles": ["lead"],
        }
        for number in range(8)
    ]
    place = {
        "id": "R1",
        "sides": [{"country": "FR", "languages": ["fr"]}],
        "working_languages": ["en"],
        "needs": [{"area": "clld", "weight": 1, "level": 3, "must": True}],
        "half_days": [4],
    }
    content = {"version": 1, "months": ["2026-09"], "regions": [place], "experts": twins}

    leads = {
        answer({**content, "parameters": {"salt": f"draw {number}"}})["regions"][0]["team"][0]["expert"]
        for number in range(20)
    }

    assert len(leads) > 3
