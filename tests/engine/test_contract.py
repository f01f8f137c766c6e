"""What the engine refuses, and that it names the place and what was expected there."""

import copy

import pytest

from engine import ProblemError, load_problem, solve
from tests.engine.problems import expert, problem, region

REFUSED = [
    ("$", "object", []),
    ("$.version", "expected 1", problem(version=2)),
    ("$.regions", "missing", {key: value for key, value in problem().items() if key != "regions"}),
    ("$.colour", "unknown key", problem(colour="blue")),
    ("$.months", "at least one month", problem(months=[])),
    ("$.months[1]", "YYYY-MM", problem(months=["2026-09", "2026-13"])),
    ("$.months[1]", "only once", problem(months=["2026-09", "2026-09"])),
    ("$.months[1]", "in their order", problem(months=["2026-10", "2026-09"])),
    ("$.months[1]", "YYYY-MM", problem(months=["2026-09", "2026-1\u0660"])),
    ("$.regions[0].id", "halves of a character", problem(regions=[region("R\ud800")])),
    ("$.experts[0].areas", "halves of a character", problem(experts=[expert(areas={"a\udfff": 1})])),
    ("$.parameters.salt", "halves of a character", problem(parameters={"salt": "\ud83d"})),
    (
        "$.regions[0].organisations",
        "at most 10000 entries",
        problem(regions=[region(organisations=["a"] * 2_000_000)]),
    ),
    ("$.regions", "a list", problem(regions={"R1": region()})),
    ("$.regions[0].sides", "at least one side", problem(regions=[region(sides=[])])),
    (
        "$.regions[0].sides[0].languages",
        "at least one",
        problem(regions=[region(sides=[{"country": "FR", "languages": []}])]),
    ),
    ("$.regions[0].working_languages", "at least one", problem(regions=[region(working_languages=[])])),
    ("$.regions[0].half_days", "2 numbers", problem(regions=[region(half_days=[1])])),
    ("$.regions[0].half_days[1]", "0 to 1000", problem(regions=[region(half_days=[0, -6])])),
    ("$.regions[0].half_days[1]", "whole number", problem(regions=[region(half_days=[0, 1.5])])),
    ("$.regions[0].half_days[1]", "whole number", problem(regions=[region(half_days=[0, True])])),
    ("$.regions[0].team_max", "1 to 3", problem(regions=[region(team_max=4)])),
    ("$.regions[0].needs", "only once", problem(regions=[region(needs=region()["needs"] * 2)])),
    (
        "$.regions[0].needs[0].weight",
        "1 to 1000",
        problem(regions=[region(needs=[{**region()["needs"][0], "weight": 0}])]),
    ),
    (
        "$.regions[0].needs[0].must",
        "true or false",
        problem(regions=[region(needs=[{**region()["needs"][0], "must": 1}])]),
    ),
    ("$.regions[1].id", "'R1' comes twice", problem(regions=[region(), region()])),
    ("$.experts[1].id", "'E1' comes twice", problem(experts=[expert(), expert()])),
    ("$.experts[0].id", "1 to 200 characters", problem(experts=[expert("")])),
    ("$.experts[0].half_days[0]", "0 to 1000", problem(experts=[expert(half_days=[-1, 0])])),
    ("$.experts[0].languages['fr']", "A1, A2", problem(experts=[expert(languages={"fr": "fluent"})])),
    ("$.experts[0].max_regions", "0 to 1000", problem(experts=[expert(max_regions=-1)])),
    ("$.experts[0].roles[0]", "lead, support", problem(experts=[expert(roles=["boss"])])),
    ("$.experts[0].areas['clld-design']", "0 to 10", problem(experts=[expert(areas={"clld-design": 11})])),
    ("$.pinned[0].expert", "'E9' is unknown", problem(pinned=[{"region": "R1", "expert": "E9"}])),
    ("$.pinned[0].region", "'R9' is unknown", problem(pinned=[{"region": "R9", "expert": "E1"}])),
    ("$.forbidden[0].expert", "'E9' is unknown", problem(forbidden=[{"region": "R1", "expert": "E9"}])),
    ("$.wishes[0].region", "'R9' is unknown", problem(wishes=[{"region": "R9", "expert": "E1"}])),
    ("$.wishes[1]", "only once", problem(wishes=[{"region": "R1", "expert": "E1"}] * 2)),
    ("$.previous[0].expert", "unknown", problem(previous=[{"region": "R1", "expert": "E9", "role": "lead"}])),
    (
        "$.locked[0].expert",
        "unknown",
        problem(locked=[{"region": "R0", "expert": "E9", "role": "lead", "half_days": [0, 0]}]),
    ),
    (
        "$.locked[0].half_days",
        "2 numbers",
        problem(locked=[{"region": "R0", "expert": "E1", "role": "lead", "half_days": [0]}]),
    ),
    ("$.forbidden[1]", "only once", problem(forbidden=[{"region": "R1", "expert": "E1"}] * 2)),
    ("$.parameters.salt", "1 to 200", problem(parameters={"salt": ""})),
    ("$.parameters.threads", "1 to 64", problem(parameters={"threads": 0})),
    ("$.parameters.time_limit_s", "number", problem(parameters={"time_limit_s": float("nan")})),
    ("$.parameters.side_language_level", "A1", problem(parameters={"side_language_level": "B3"})),
    ("$.parameters.weight", "unknown key", problem(parameters={"weight": 1})),
    ("$.parameters.member_half_days_min", "1 to 1000", problem(parameters={"member_half_days_min": 0})),
    ("$.parameters.outside_member", "true or false", problem(parameters={"outside_member": 1})),
    ("$.parameters.half_days_max", "0 to 1000000000", problem(parameters={"half_days_max": -1})),
    ("$.parameters.single_teams_max", "0 to 1000", problem(parameters={"single_teams_max": "none"})),
    ("$.parameters.expert_half_days_min", "1 to", problem(parameters={"expert_half_days_min": 1.5})),
    ("$.parameters.lead_all_areas", "true or false", problem(parameters={"lead_all_areas": None})),
    ("$.parameters.lead_written_level", "A1, A2", problem(parameters={"lead_written_level": "B7"})),
    ("$.experts[0].written['fr']", "A1, A2", problem(experts=[expert(written={"fr": "well"})])),
]

CONTRADICTIONS = [
    (
        "forbidden",
        {"pinned": [{"region": "R1", "expert": "E1"}], "forbidden": [{"region": "R1", "expert": "E1"}]},
    ),
    (
        "locked",
        {
            "pinned": [{"region": "R1", "expert": "E1"}],
            "locked": [{"region": "R1", "expert": "E1", "role": "lead", "half_days": [0, 1]}],
        },
    ),
    ("one lead", {"pinned": [{"region": "R1", "expert": name, "role": "lead"} for name in ("E1", "E2")]}),
    (
        "only once",
        {"pinned": [{"region": "R1", "expert": "E1", "role": role} for role in ("lead", "support")]},
    ),
    (
        "room for a lead",
        {"pinned": [{"region": "R1", "expert": name, "role": "support"} for name in ("E1", "E2", "E3")]},
    ),
    ("at most 3 members", {"pinned": [{"region": "R1", "expert": f"E{number}"} for number in range(1, 5)]}),
]


@pytest.mark.parametrize(("path", "expected", "content"), REFUSED)
def test_load_problem_names_the_place_and_what_was_expected(path, expected, content):
    with pytest.raises(ProblemError) as refusal:
        load_problem(content)

    assert refusal.value.path == path
    assert expected in refusal.value.expected
    assert str(refusal.value) == f"{path}: {refusal.value.expected}"


@pytest.mark.parametrize(("expected", "decisions"), CONTRADICTIONS)
def test_load_problem_refuses_decisions_that_contradict_each_other(expected, decisions):
    people = [expert(f"E{number}") for number in range(1, 5)]

    with pytest.raises(ProblemError, match=expected) as refusal:
        load_problem(problem(experts=people, **decisions))

    assert refusal.value.path.startswith("$.pinned[")


def test_load_problem_refuses_a_pin_on_a_role_that_is_not_offered():
    content = problem(
        experts=[expert(roles=["support"])], pinned=[{"region": "R1", "expert": "E1", "role": "lead"}]
    )

    with pytest.raises(ProblemError, match="does not offer 'lead'"):
        load_problem(content)


def test_load_problem_leaves_its_input_alone():
    content = problem(pinned=[{"region": "R1", "expert": "E1"}])
    before = copy.deepcopy(content)

    solve(load_problem(content))

    assert content == before


def test_result_has_exactly_the_keys_of_the_contract():
    result = solve(load_problem(problem())).to_json()

    assert list(result) == [
        *(
            "version",
            "status",
            "input_sha256",
            "engine",
            "seconds",
            "objective",
            "bound",
            "proven",
            "regions",
            "experts",
        )
    ]
    assert list(result["objective"]) == ["served", "fairness", "sum", "changes", "imbalance"]
    assert list(result["regions"][0]) == ["id", "score", "team", "unserved"]
    assert list(result["regions"][0]["team"][0]) == ["expert", "role", "half_days", "contributes"]
    assert result["experts"] == [{"id": "E1", "regions": 1, "half_days": [0, 6]}]


def test_problem_without_regions_is_solved():
    result = solve(load_problem(problem(regions=[]))).to_json()

    assert (result["status"], result["regions"], result["objective"]["fairness"]) == ("optimal", [], [])
