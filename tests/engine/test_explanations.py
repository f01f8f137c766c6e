"""What members contribute, what a team made by hand is worth, and why not somebody else."""

import random

import pytest

from engine import ProblemError, load_problem, score_team, solve, why_not
from tests.engine.problems import expert, problem, region
from tests.engine.referee import Referee
from tests.engine.small import small_problem


def test_contributions_name_sides_needs_and_the_lead_and_add_up():
    row = solve(load_problem(problem())).to_json()["regions"][0]

    assert row["team"][0]["contributes"] == [
        {"kind": "side", "country": "FR", "language": "fr", "level": "C2", "points": 150},
        {"kind": "side", "country": "DE", "language": "de", "level": "B2", "points": 105},
        {"kind": "need", "area": "clld-design", "level": 3, "asked": 2, "points": 480},
        {"kind": "neutrality", "country": "FR", "local": False, "points": 30},
        {"kind": "neutrality", "country": "DE", "local": False, "points": 30},
        {"kind": "bridge", "sides": 2, "points": 60},
        {"kind": "headroom", "points": 88},
    ]
    assert row["score"] == 150 + 105 + 480 + 30 + 30 + 60 + 88


def test_score_team_agrees_with_an_independent_reading():
    dice = random.Random(4)
    for _ in range(150):
        content = small_problem(dice)
        people = [person["id"] for person in content["experts"]]
        team = dice.sample(people, min(len(people), dice.randint(1, 3)))
        if not team:
            continue
        referee, place = Referee(content), dice.choice(content["regions"])["id"]

        appraisal = score_team(
            load_problem(content), place, [(name, "support" if i else "lead") for i, name in enumerate(team)]
        )

        supports = sorted(team[1:])
        shared_out = [team[0], *supports]
        assert [member.expert for member in appraisal.team] == shared_out
        assert appraisal.score == referee.score(place, shared_out)
        full = {row["expert"] for row in content["locked"]}
        faults = referee.faults(place, shared_out)
        faults += [name for name in team if _has_no_region_left(content, name) and name]
        assert (not appraisal.broken) == (not faults), (appraisal.broken, faults, full)


def _has_no_region_left(content, name):
    person = next(person for person in content["experts"] if person["id"] == name)
    return sum(row["expert"] == name for row in content["locked"]) >= person["max_regions"]


def test_score_team_names_each_broken_rule():
    content = problem(
        regions=[region(organisations=["org-a"])],
        experts=[
            expert(
                languages={"fr": "C2"}, areas={}, half_days=[8, 1], organisations=["org-a"], roles=["support"]
            )
        ],
        forbidden=[{"region": "R1", "expert": "E1"}],
        parameters={"lead_areas": [{"area": "clld-design", "level": 2}]},
    )

    kinds = [fact["kind"] for fact in score_team(load_problem(content), "R1", [("E1", "lead")]).broken]

    assert kinds == [
        "forbidden",
        "role",
        "conflict",
        "lead_language",
        "lead_area",
        "month",
        "side_language",
        "need",
    ]


@pytest.mark.parametrize(
    ("path", "team"),
    [
        ("$.team", []),
        ("$.team", [("E1", "support")]),
        ("$.team", [("E1", "lead"), ("E1", "support")]),
        ("$.team[0].expert", [("E9", "lead")]),
        ("$.team[0].role", [("E1", "boss")]),
    ],
)
def test_score_team_refuses_what_is_no_team(path, team):
    with pytest.raises(ProblemError) as refusal:
        score_team(load_problem(problem()), "R1", team)

    assert refusal.value.path == path


def explain(content, region_id, expert_id):
    parsed = load_problem(content)
    return why_not(parsed, region_id, expert_id, solve(parsed))


def test_why_not_names_the_rule_that_bars_an_expert():
    content = problem(regions=[region(places=["FRF11"])], experts=[expert(), expert("E2", places=["FRF11"])])

    explanation = explain(content, "R1", "E2")

    assert explanation.reasons == (
        {"kind": "conflict", "expert": "E2", "organisations": [], "places": ["FRF11"]},
    )
    assert (explanation.is_possible, explanation.region_cost, explanation.whole) == (False, None, None)


def test_why_not_tells_what_a_weaker_expert_costs():
    content = problem(experts=[expert(), expert("E2", languages={"fr": "C1", "de": "B2", "en": "C1"})])

    explanation = explain(content, "R1", "E2")

    assert [fact["kind"] for fact in explanation.reasons] == ["weaker_team", "lower_sum"]
    assert explanation.region_cost == explanation.whole.sum == 15
    assert explanation.whole.regions == ("R1",)


def test_why_not_says_where_an_expert_is_needed_instead():
    content = problem(
        regions=[region(), region("R2", sides=[{"country": "PT", "languages": ["pt"]}])],
        experts=[
            expert(),
            expert(
                "E2",
                languages={"fr": "C2", "de": "C2", "pt": "C2", "en": "C1"},
                max_regions=1,
                half_days=[20, 20],
            ),
        ],
    )

    explanation = explain(content, "R1", "E2")

    assert {"kind": "needed_elsewhere", "regions": ["R2"]} in explanation.reasons
    assert {"kind": "fewer_served", "regions": 1} in explanation.reasons
    assert explanation.region_cost < 0


def test_why_not_of_a_member_says_only_that():
    explanation = explain(problem(), "R1", "E1")

    assert (explanation.in_team, explanation.reasons) == (True, ())


def test_why_not_refuses_unknown_names():
    parsed = load_problem(problem())
    result = solve(parsed)

    with pytest.raises(ProblemError, match=r"\$\.expert"):
        why_not(parsed, "R1", "E9", result)
    with pytest.raises(ProblemError, match=r"\$\.region"):
        why_not(parsed, "R9", "E1", result)


@pytest.mark.parametrize("seed", range(25))
def test_why_not_cost_is_the_difference_between_two_optima(seed):
    content = small_problem(random.Random(seed), regions=3, experts=5)
    content["pinned"] = []
    parsed = load_problem(content)
    result = solve(parsed)
    place = content["regions"][0]["id"]
    for person in content["experts"][:3]:
        explanation = why_not(parsed, place, person["id"], result)
        if explanation.whole is None:
            continue
        pinned = {**content, "pinned": [{"region": place, "expert": person["id"]}]}
        then = solve(load_problem(pinned))

        assert explanation.whole.sum == result.objective["sum"] - then.objective["sum"]
        assert explanation.whole.served == result.objective["served"] - then.objective["served"]
        changed = [
            row.id
            for row in result.regions
            if {(m.expert, m.role) for m in row.team} != {(m.expert, m.role) for m in then.team(row.id)}
        ]
        assert list(explanation.whole.regions) == changed
