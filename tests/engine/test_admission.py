"""No answer counts that breaks a rule, whoever proposes it, and however far the search has come."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load_problem, solve
from engine.problem.criteria import Instance
from engine.search.admission import Admission
from engine.search.incumbent import Incumbent
from engine.search.teams import Team, team_table
from tests.engine.problems import expert, problem, region
from tests.engine.referee import Referee
from tests.engine.small import small_problem

REGIONS, EXPERTS = 3, 5


def any_team(random, allowed, experts):
    """Return ids, the lead first: often a team that keeps the region's own rules, else whoever comes."""
    if allowed and random.random() < 0.8:
        return random.choice(allowed)
    return tuple(random.choices(experts, k=random.randint(0, 3))) if experts else ()


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_admission_agrees_with_the_referee_on_any_answer(random):
    content = small_problem(random, regions=REGIONS, experts=EXPERTS)
    loaded, referee = load_problem(content), Referee(content)
    admission = Admission(Instance(loaded))
    place = loaded.expert_index()
    allowed = {row.id: referee.teams(row.id) for row in loaded.regions}
    for _ in range(20):
        teams = {name: any_team(random, allowed[name], list(place)) for name in allowed}
        answer = [
            Team(index, 0, tuple(place[name] for name in teams[row.id]))
            for index, row in enumerate(loaded.regions)
        ]
        is_allowed = all(not team or not referee.faults(name, team) for name, team in teams.items())

        assert admission.admits(answer) == (is_allowed and not referee.clashes(teams))


def test_admission_asks_for_each_region_once():
    admission = Admission(Instance(load_problem(problem(regions=[region("R1"), region("R2")]))))
    nobody = [Team(index, -1, ()) for index in range(2)]

    assert admission.admits(nobody)
    assert not admission.admits(nobody[:1])
    assert not admission.admits([*nobody, nobody[1]])


def test_incumbent_takes_no_better_answer_that_asks_too_much_of_an_expert():
    content = problem(regions=[region("R1"), region("R2")])
    instance = Instance(load_problem(content))
    incumbent = Incumbent(Admission(instance), [team_table(row) for row in instance.regions], 0)
    both = [Team(index, 943, (0,)) for index in range(2)]
    one = [both[0], Team(1, -1, ())]

    assert incumbent.offer(one)
    assert not incumbent.offer(both)
    assert incumbent.teams == tuple(one)


@pytest.mark.parametrize("days_short", [1, 6, 30])
def test_an_expert_of_many_regions_is_not_given_more_than_the_months_hold(days_short):
    """More regions than a facet is looked for among, so that no row says what they ask for together."""
    count = 14
    wanted = expert("E0", languages={"fr": "C2", "de": "C2", "en": "C1"}, max_regions=count)
    wanted["half_days"] = [0, 6 * count - days_short]
    others = [
        expert(f"F{n:02d}", max_regions=1, languages={"fr": "B2", "de": "B2", "en": "C1"})
        for n in range(count)
    ]
    regions = [region(f"R{n:02d}", team_max=1) for n in range(count)]
    content = problem(regions=regions, experts=[wanted, *others])

    result = solve(load_problem(content)).to_json()

    Referee(content).check(result)
    assert result["status"] == "optimal"
    assert result["experts"][0]["regions"] == count - -(-days_short // 6)


@pytest.mark.parametrize("seed", range(8))
def test_answer_of_everybody_at_once_is_refused(seed):
    """Each region's best team, as if nobody else needed anybody."""
    content = small_problem(Random(seed), regions=REGIONS, experts=EXPERTS)
    instance = Instance(load_problem(content))
    tables = [team_table(row) for row in instance.regions]
    best = [
        max(table.best_teams(1), key=lambda team: team.score, default=table.no_team()) for table in tables
    ]
    names = [person.id for person in instance.problem.experts]
    teams = {
        table.criteria.region.id: tuple(names[member] for member in team.members)
        for table, team in zip(tables, best, strict=True)
    }

    assert Incumbent(Admission(instance), tables, 0).offer(best) == (not Referee(content).clashes(teams))
