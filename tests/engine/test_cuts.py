"""Rows that cut off a fractional answer never cut off a whole one."""

from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.linear_solver import pywraplp

from engine import load_problem
from engine.budget import Budget
from engine.problem.criteria import Instance
from engine.search.calendar import Calendar
from engine.search.cuts import ClashRows
from engine.search.schedules import Schedules
from impact.benchmarks.synthetic import make_problem


def calendar_of(seed):
    instance = Instance(load_problem(make_problem(12, 30, seed)))
    return Calendar(instance)


def whole(calendar, expert, items):
    """Yield all that the expert can hold together."""
    for size in range(int(calendar.capacity[expert]) + 1):
        for held in combinations(items, size):
            if len({region for region, _ in held}) == size and calendar.fits(expert, held):
                yield held


def is_mixture(calendar, expert, load):
    """Return whether the load is (nearly) below an average of what can be held together."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    corners = list(whole(calendar, expert, sorted(load)))
    share = [solver.NumVar(0, 1, "") for _ in corners]
    lacking = solver.NumVar(0, 10, "")
    solver.Add(sum(share) == 1)
    for item, value in load.items():
        held = [part for part, corner in zip(share, corners, strict=True) if item in corner]
        solver.Add(sum(held, lacking) >= value)
    solver.Minimize(lacking)
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return solver.Objective().Value() < 0.05


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), st.data())
def test_a_row_is_broken_by_the_fraction_and_held_by_everything_whole(seed, data):
    calendar = calendar_of(seed)
    experts = [e for e in range(30) if calendar.capacity[e] >= 2 and len(calendar.items(e)) >= 3]
    expert = data.draw(st.sampled_from(experts))
    items = calendar.items(expert)
    chosen = data.draw(st.lists(st.sampled_from(items), min_size=2, max_size=6, unique=True))
    load = {item: data.draw(st.sampled_from([0.2, 0.25, 0.5, 0.75, 1.0])) for item in chosen}

    row = ClashRows(calendar).row(expert, load)

    if row is None:
        assert is_mixture(calendar, expert, load)
        return
    weights = dict(row.weights)
    assert sum(weights.get(item, 0) * value for item, value in load.items()) > row.limit
    assert all(
        sum(weights.get(item, 0) for item in held) <= row.limit for held in whole(calendar, expert, items)
    )


MANY = 16  # regions of one expert: more than a facet speaks of


def calendar_of_many(seed):
    content, dice = make_problem(MANY, 8, seed), Random(seed)
    for person in content["experts"]:
        person["max_regions"] = MANY
        person["half_days"] = [dice.randint(20, 40) for _ in person["half_days"]]
    return Calendar(Instance(load_problem(content)))


def filled(random, calendar, expert, items):
    """Return what the expert can hold of the items, taken as they come."""
    held = []
    for item in random.sample(items, len(items)):
        if item[0] not in {region for region, _ in held} and calendar.fits(expert, [*held, item]):
            held.append(item)
    return held


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5), st.integers(0, 7), st.randoms(use_true_random=False))
def test_the_dearest_schedule_of_one_expert_for_many_regions_can_be_held_and_none_is_dearer(
    seed, expert, random
):
    calendar = calendar_of_many(seed)
    items = list(calendar.items(expert))
    load = dict.fromkeys({region: (region, slot) for region, slot in items}.values(), 1.0)
    rows = ClashRows(calendar)
    prices = {item: random.randint(0, 10**6) for item in random.sample(items, len(items) // 2)}

    schedule, most = Schedules(calendar, expert).dearest(prices, Budget(60))

    assert rows.row(expert, load) is not None or expert in rows.planned or calendar.fits(expert, load)
    assert calendar.fits(expert, schedule.items)
    assert len({region for region, _ in schedule.items}) == len(schedule.items) <= calendar.capacity[expert]
    assert sum(prices.get(item, 0) for item in schedule.items) == most
    for _ in range(20):
        assert sum(prices.get(item, 0) for item in filled(random, calendar, expert, items)) <= most
