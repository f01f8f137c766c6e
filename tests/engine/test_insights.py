"""Who is irreplaceable, which teams come next and what fairness costs: against trying every answer."""

from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import alternatives, irreplaceable, load_problem, price_of_fairness, solve
from tests.engine.problems import expert, problem, region
from tests.engine.referee import Referee
from tests.engine.small import small_problem

SMALL = settings(max_examples=25, deadline=None)
SEEDS = st.integers(0, 10**6)


def solved(seed):
    content = small_problem(Random(seed), regions=3, experts=5)
    content["parameters"]["change_cost"] = 0
    referee = Referee(content)
    assume(content["experts"] and referee.combinations_count() <= 3_000)
    parsed = load_problem(content)
    return content, referee, parsed, solve(parsed, remedies=False)


def without(content, name):
    rows = {
        key: [row for row in content[key] if row["expert"] != name]
        for key in ("pinned", "forbidden", "locked", "previous")
    }
    return {**content, **rows, "experts": [row for row in content["experts"] if row["id"] != name]}


@SMALL
@given(SEEDS)
def test_the_loss_without_an_expert_is_the_difference_between_two_optima(seed):
    content, _, parsed, result = solved(seed)
    told = {fact["expert"]: fact for fact in irreplaceable(parsed, result)}

    assert set(told) == {member.expert for row in result.regions for member in row.team}
    for name, fact in told.items():
        (bands, net, *_), teams = Referee(without(content, name)).best()
        assert fact["sum"] == result.sum - net
        assert fact["served"] == sum(band >= 0 for band in result.bands) - sum(band >= 0 for band in bands)
        assert fact["without_team"] == [row.id for row in result.regions if row.team and not teams[row.id]]
        assert fact["proven"]


def differ(one, two):
    return len(set(one) - set(two)) if len(one) == 1 else len(set(one) - set(two)) >= 2


@SMALL
@given(SEEDS)
def test_alternatives_are_the_best_answers_with_a_team_so_different(seed):
    content, referee, parsed, result = solved(seed)
    for row in result.regions:
        if not row.team:
            continue
        now = [member.expert for member in row.team]
        others = [teams for teams in referee.answers() if teams[row.id] and differ(now, teams[row.id])]
        told = alternatives(parsed, result, row.id, count=1)

        assert bool(told) == bool(others)
        if told:
            best = max(referee.objective(teams)[:2] for teams in others)
            assert told[0].whole.sum == result.sum - best[1]
            assert differ(now, [expert for expert, _ in told[0].team])
            assert told[0].whole.proven


def test_several_alternatives_differ_from_one_another():
    people = [expert(f"E{number}", half_days=[20, 20]) for number in range(4)]
    parsed = load_problem(problem(regions=[region()], experts=people))
    result = solve(parsed)

    told = alternatives(parsed, result, "R1", count=3)

    leads = {result.team("R1")[0].expert, *(row.team[0][0] for row in told)}
    assert len(leads) == 4
    assert [row.whole.sum for row in told] == [0, 0, 0]


@SMALL
@given(SEEDS)
def test_the_price_of_fairness_is_what_the_greatest_sum_has_more(seed):
    _, referee, parsed, result = solved(seed)

    price = price_of_fairness(parsed)

    most = max(referee.objective(teams)[1] for teams in referee.answers())
    assert (price["sum"], price["free_sum"]) == (result.sum, most)
    assert price["price"] == most - result.sum
    sums = [step["sum"] for step in price["front"]]
    assert sums == sorted(sums, reverse=True)
    assert sums[-1] == result.sum
    assert all(step["proven"] for step in price["front"])
