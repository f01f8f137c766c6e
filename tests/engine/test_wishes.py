"""Wishes of experts weigh a little, once in a team, and are told as a reason."""

from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import Insights, load_problem, score_team, solve
from engine.problem.fingerprint import fingerprint
from tests.engine.problems import expert, problem
from tests.engine.referee import Referee
from tests.engine.small import small_problem, with_rules, with_wishes
from tests.engine.test_insights import without


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_solve_reaches_the_optimum_with_wishes_and_tells_each_that_counts(seed, has_rules):
    dice = Random(seed)
    content = small_problem(dice)
    content = with_wishes(dice, with_rules(dice, content) if has_rules else content)
    referee = Referee(content)
    assume(content["experts"] and referee.combinations_count() <= 4_000)

    parsed = load_problem(content)
    result = solve(parsed, remedies=False)

    referee.check(result.to_json())
    objective, teams = referee.best()
    found = {row.id: tuple(member.expert for member in row.team) for row in result.regions}
    assert (referee.objective(found), found) == (objective, teams)
    wished = {(row["region"], row["expert"]) for row in content["wishes"]}
    for row in result.regions:
        told = [fact for member in row.team for fact in member.contributes if fact["kind"] == "wish"]
        asking = {member.expert for member in row.team if (row.id, member.expert) in wished}
        assert len(told) == bool(asking)
        assert sum(1 + fact.get("shared_with", 0) for fact in told) == len(asking)
        for name in {member.expert for member in row.team}:
            left = Referee(without(content, name)).best()[0][1]
            changes = content["parameters"]["change_cost"]
            if not changes and result.is_optimal:
                assert Insights(parsed, result).without(name)["sum"] == result.sum - left


def test_a_wish_decides_between_equals_and_outweighs_no_skill():
    wish = [{"region": "R1", "expert": "E2"}]
    twins = load_problem(problem(experts=[expert("E1"), expert("E2")], wishes=wish))
    better = expert("E1", languages={"fr": "C2", "de": "C1", "en": "C1"})
    unlike = load_problem(problem(experts=[better, expert("E2")], wishes=wish))

    assert [member.expert for member in solve(twins).team("R1")] == ["E2"]
    assert [member.expert for member in solve(unlike).team("R1")] == ["E1"]
    told = score_team(twins, "R1", [("E2", "lead")])
    assert told.score == score_team(twins, "R1", [("E1", "lead")]).score + 10
    assert {"kind": "wish", "points": 10} in told.team[0].contributes


def test_wishes_are_in_the_hash_and_nothing_is_where_there_are_none():
    plain = fingerprint(load_problem(problem()))

    assert fingerprint(load_problem(problem(wishes=[]))) == plain
    assert fingerprint(load_problem(problem(wishes=[{"region": "R1", "expert": "E1"}]))) != plain
