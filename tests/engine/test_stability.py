"""Solving again after a change keeps as much as possible of what was there."""

from random import Random

from engine import load_problem, solve
from impact.benchmarks.synthetic import make_problem
from tests.engine.problems import expert, problem, region
from tests.engine.referee import Referee
from tests.engine.small import small_problem

TWINS = [expert(f"E{number}", half_days=[20, 20], max_regions=1) for number in range(6)]
REGIONS = [region("R1"), region("R2"), region("R3")]


def previous(result):
    return [
        {"region": row.id, "expert": member.expert, "role": member.role}
        for row in result.regions
        for member in row.team
    ]


def test_among_equally_good_answers_the_one_with_fewest_changes_is_chosen():
    before = [{"region": f"R{number}", "expert": f"E{6 - number}", "role": "lead"} for number in (1, 2, 3)]

    result = solve(load_problem(problem(regions=REGIONS, experts=TWINS, previous=before)))

    assert result.objective["changes"] == 0
    assert previous(result) == before


def test_an_answer_given_back_as_previous_comes_out_again():
    content = make_problem(12, 60, 2)
    first = solve(load_problem(content))

    again = solve(
        load_problem(
            {**content, "previous": previous(first), "parameters": {**content["parameters"], "salt": "b"}}
        )
    )

    assert again.objective["changes"] == 0
    assert previous(again) == previous(first)


def test_after_a_decline_only_what_must_change_does():
    first = solve(load_problem(problem(regions=REGIONS, experts=TWINS)))
    declined = previous(first)[0]

    again = solve(
        load_problem(
            problem(
                regions=REGIONS,
                experts=TWINS,
                previous=previous(first),
                forbidden=[{"region": declined["region"], "expert": declined["expert"]}],
            )
        )
    )

    assert again.objective["changes"] == 1
    assert [row for row in previous(again) if row in previous(first)] == previous(first)[1:]


def test_change_cost_says_how_many_points_a_change_must_bring():
    better = expert("E9", languages={"fr": "C2", "de": "C1", "en": "C1"})
    before = [{"region": "R1", "expert": "E1", "role": "lead"}]
    content = problem(experts=[expert(), better], previous=before)

    def lead(cost):
        result = solve(load_problem({**content, "parameters": {"change_cost": cost}}))
        return result.team("R1")[0].expert, result.objective["changes"]

    assert lead(0) == ("E9", 1)
    assert lead(29) == ("E9", 1)
    assert lead(31) == ("E1", 0)


def test_balance_is_judged_anew_after_fewer_changes_have_cost_it():
    content = small_problem(Random(62), regions=6, experts=9)

    result = solve(load_problem(content)).to_json()

    objective, _ = Referee(content).best()
    assert (-result["objective"]["changes"], -result["objective"]["imbalance"]) == objective[2:]
    assert result["status"] == "optimal"
