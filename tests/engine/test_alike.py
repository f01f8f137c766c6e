"""Regions that differ in nothing are asked of once: the answers stay those of brute force."""

from copy import deepcopy
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import load_problem, solve
from engine.budget import Budget
from engine.search.alike import alike, alike_under
from engine.search.integer import PoolModel
from engine.search.pricing import Goal
from engine.search.quality import score_worth
from engine.search.solver import Layout, start
from tests.engine.referee import Referee
from tests.engine.small import small_problem

SLOW = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def problem_with_twins(random: Random) -> dict:
    """Return a small problem whose first region stands two to four times, sometimes with decisions."""
    content = small_problem(random, regions=2, experts=5)
    first, *others = content["regions"]
    twins = [deepcopy(first) | {"id": f"T{number}"} for number in range(random.randint(1, 3))]
    content["regions"] = [first, *twins, *others]
    if random.random() < 0.7:
        content.update(pinned=[], forbidden=[], previous=[])
    return content


@SLOW
@given(seed=st.integers(0, 10**6))
def test_answer_for_alike_regions_is_the_best_one(seed: int) -> None:
    content = problem_with_twins(Random(seed))
    referee = Referee(content)
    assume(referee.combinations_count() <= 6000)

    result = solve(load_problem(content), remedies=False).to_json()

    referee.check(result)
    _, teams = referee.best()
    assert {row["id"]: tuple(each["expert"] for each in row["team"]) for row in result["regions"]} == teams
    assert result["status"] == "optimal"


@SLOW
@given(seed=st.integers(0, 10**6))
def test_model_of_alike_regions_has_the_optimum_of_the_model_of_each(seed: int) -> None:
    layout = Layout.of(load_problem(problem_with_twins(Random(seed))))
    search = start(layout, Budget(60))
    goal = Goal(score_worth(), tuple(-1 for _ in layout.tables))
    pool = [table.no_team() for table in layout.tables]
    pool += [team for table in layout.tables for team in table.best_teams(10**4)]
    firsts = alike(layout.instance, layout.calendar, layout.tables)
    found = []
    for each in (alike_under(goal, firsts), range(len(layout.tables))):
        model = PoolModel(layout.calendar, pool, (), each)
        model.model.maximize(model.total(goal.value))
        chosen = model.solve(Budget(60), 1)
        assert chosen.proven
        assert chosen.teams is not None
        assert [team.region for team in chosen.teams] == list(range(len(layout.tables)))
        assert search.take(chosen.teams), "it breaks a rule"
        found.append(sum(map(goal.value, chosen.teams)))
    assert found[0] == found[1]


def test_only_what_is_the_same_in_all_is_alike() -> None:
    content = problem_with_twins(Random(3)) | {"pinned": [], "forbidden": [], "locked": [], "previous": []}
    content["regions"] = [deepcopy(content["regions"][0]) | {"id": name} for name in ("R0", "R1", "R2", "R3")]
    for person in content["experts"]:
        person.update(roles=["lead", "support"], max_regions=3)

    def firsts(changed: dict) -> tuple[int, ...]:
        layout = Layout.of(load_problem(changed))
        return alike(layout.instance, layout.calendar, layout.tables)

    assert firsts(content) == (0, 0, 0, 0)
    other = deepcopy(content)
    other["regions"][2]["half_days"][0] += 1
    assert firsts(other) == (0, 0, 2, 0)
    served = Layout.of(load_problem(content)).tables[0]
    assert served.best >= 0, "the example has no team at all"
    expert = content["experts"][next(served.best_teams(1)).members[0]]["id"]
    forbidden = content | {"forbidden": [{"region": "R1", "expert": expert}]}
    assert firsts(forbidden) == (0, 1, 0, 0)

    goal = Goal(score_worth(), (-1, 0, -1, -1))
    assert alike_under(goal, (0, 0, 0, 0)) == (0, 1, 0, 0)
    assert alike_under(Goal(score_worth(), (-1,) * 4, pairs={(3, 0): True}), (0,) * 4) == (0, 0, 0, 3)
    assert alike_under(Goal(score_worth(), (-1,) * 4, ceilings={0: 100}), (0,) * 4) == (0, 1, 1, 1)
