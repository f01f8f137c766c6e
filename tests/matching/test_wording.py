"""Half-days, reasons and what is missing, in words."""

import re
from pathlib import Path

import pytest

import engine
from core.half_days import days_in_words
from matching import wording
from matching.wording import bars, reasons, unserved, whynot

ENGINE = Path(engine.__file__).parent
# What is wrong with a whole team; the engine says it of a team that a person made up.
TEAM_RULES = {"lead_count", "team_size", "side_language", "need", "pin", "involvement", "outside"}


@pytest.mark.parametrize(
    ("half_days", "words"),
    [(0, "0 days"), (1, "½ day"), (2, "1 day"), (3, "1½ days"), (4, "2 days"), (9, "4½ days")],
)
def test_days_reads_as_people_say(half_days, words):
    assert days_in_words(half_days) == words


NAMES = wording.Names(
    countries={"FR": "France"},
    languages={"fr": "French", "br": "Breton"},
    areas={"clld-design": "Designing a strategy"},
    experts={"1": "Expert Ash", "2": "Expert Elm"},
    regions={"7": "Rhine"},
    organisations={"cityofstrasbourg": "City of Strasbourg"},
    places={"FRF11": "Bas-Rhin"},
)
SHORTAGES = [
    {"expert": "1", "month": "2026-11", "half_days": 5},
    {"expert": "1", "month": "2027-01", "half_days": 2},
    {"expert": "2", "month": "2026-11", "half_days": 2},
    {"expert": "1", "month": "2027-02", "half_days": 3},
]
SHORT_OF_DAYS = [
    {
        "expert": "1",
        "because": [
            {"kind": "role", "expert": "1", "role": "lead"},
            *(
                {"kind": "month", "expert": "1", "month": month, "asked": 10, "free": 2}
                for month in ("2026-11", "2026-12", "2027-01")
            ),
        ],
    }
]
BARRED = [{"expert": "1", "because": [{"kind": "conflict", "organisations": [], "places": ["FRF11"]}]}]


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (
            {
                "kind": "side_language",
                "country": "FR",
                "languages": ["fr", "br"],
                "level": "B2",
                "barred": [],
            },
            "Nobody available speaks French or Breton at B2 or better for the side of France.",
        ),
        (
            {"kind": "need", "area": "clld-design", "level": 2, "barred": BARRED},
            (
                "Nobody available covers “Designing a strategy” at level 2, which is a must-have. "
                "Experts who could, and what rules them out: Expert Ash: lives in the region "
                "(Bas-Rhin)."
            ),
        ),
        (
            {"kind": "contention", "score": 800, "experts": [{"expert": "2", "regions": ["7"]}]},
            (
                "The region would have a team if its experts were not needed elsewhere: Expert Elm "
                "is in the team of Rhine."
            ),
        ),
        (
            {"kind": "months", "shortages": [{"expert": "1", "month": "2026-11", "half_days": 3}]},
            "More days are needed: 1½ days more from Expert Ash in November 2026.",
        ),
        (
            {"kind": "months", "shortages": SHORTAGES},
            (
                "More days are needed: 1 to 2½ days more from Expert Ash in each of 3 months (November "
                "2026 to February 2027), 1 day more from Expert Elm in November 2026."
            ),
        ),
        (
            {"kind": "need", "area": "clld-design", "level": 2, "barred": SHORT_OF_DAYS},
            (
                "Nobody available covers “Designing a strategy” at level 2, which is a must-have. "
                "Experts who could, and what rules them out: Expert Ash: has not offered to be a "
                "lead expert, is 4 days short in each of 3 months (November 2026 to January 2027)."
            ),
        ),
    ],
)
def test_missing_is_said_in_words(fact, words):
    assert wording.missing(fact, NAMES) == words


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (
            {"kind": "raise_max_regions", "experts": ["1", "2"], "by": 1},
            "Raise the maximum number of regions by one for Expert Ash, Expert Elm.",
        ),
        (
            {"kind": "offer_role", "offers": [{"expert": "1", "role": "lead"}]},
            "Additional role: Expert Ash also as lead expert.",
        ),
        (
            {
                "kind": "add_expert",
                "expert": {"languages": {"sq": "B2"}, "areas": {}, "half_days": [2, 3]},
            },
            "One more expert: sq B2; 1½ days in the busiest month.",
        ),
        (
            {
                "kind": "add_expert",
                "expert": {"languages": {}, "areas": {"clld-design": 2}, "half_days": [2]},
            },
            "One more expert: “Designing a strategy” 2; 1 day in the busiest month.",
        ),
        (
            {
                "kind": "together",
                "steps": [
                    {"kind": "lift_pins", "region": "7", "experts": ["1"]},
                    {"kind": "drop_must", "region": "7", "area": "clld-design"},
                ],
            },
            "Remove “always include” for Expert Ash in Rhine. Make “Designing a strategy” optional.",
        ),
    ],
)
def test_remedy_is_said_in_words(fact, words):
    assert wording.remedy(fact, NAMES) == words


def kinds(pattern, *modules):
    text = "".join((ENGINE / f"{name}.py").read_text() for name in modules)
    return set(re.findall(pattern, text))


def test_every_kind_of_the_engine_has_words():
    kind = r'"kind": "(\w+)"'

    assert kinds(kind, "explain/contributions") == set(reasons._REASONS)
    assert kinds(kind, "explain/diagnosis") == set(unserved._MISSING)
    assert kinds(kind, "explain/remedies", "explain/changes", "explain/recruits") == set(unserved._REMEDIES)
    assert kinds(kind, "problem/rules") - TEAM_RULES == set(bars._BARS)
    assert kinds(kind, "explain/counterfactual") == set(whynot._COMPARISONS)


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (
            {"kind": "role", "expert": "1", "role": "lead", "as_role": "lead"},
            "As lead expert, Expert Ash has not offered to be a lead expert.",
        ),
        (
            {"kind": "conflict", "expert": "1", "organisations": [], "places": ["FRF11"]},
            "Expert Ash lives in the region (Bas-Rhin).",
        ),
        (
            {
                "kind": "conflict",
                "expert": "1",
                "organisations": ["cityofstrasbourg@4"],
                "places": ["FRF11"],
            },
            (
                "Expert Ash is connected to a partner of the region (City of Strasbourg), lives in "
                "the region (Bas-Rhin)."
            ),
        ),
        ({"kind": "needed_elsewhere", "regions": ["7"]}, "The expert serves Rhine instead."),
        ({"kind": "fewer_served", "regions": 1}, "1 fewer region would have a team."),
        ({"kind": "less_fair", "now": 700, "then": -1}, "A region that now has a team would have none."),
    ],
)
def test_why_not_is_said_in_words(fact, words):
    assert wording.why_not(fact, NAMES) == words


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (None, ""),
        (0, "The region itself would have an equally good team with this expert."),
        (1, "The region's best team with this expert scores 1 point less than its current team."),
        (-5, "On its own, the region would gain 5 points."),
    ],
)
def test_region_cost_is_said_in_words(points, words):
    assert wording.region_cost(points) == words


def test_whole_cost_tells_every_loss_and_the_lack_of_a_proof():
    cost = {"served": 1, "fairness": [700, -1], "sum": 30, "regions": ["7"], "proven": False}

    assert wording.whole_cost(cost, NAMES) == [
        "1 fewer region would have a team.",
        "The total would fall by 30 points.",
        "These regions would get a different team: Rhine.",
        "Not proven: the calculation ran out of time, or the run itself is not proven.",
    ]


def test_parameters_are_said_in_words():
    values = {
        "side_language_level": "B2",
        "lead_language_level": "C1",
        "lead_areas": [{"area": "clld-design", "level": 2}],
        "change_cost": 20,
        "time_limit_s": 120,
    }

    assert wording.parameters(values, NAMES) == [
        "For each side of the border, somebody in the team speaks its language at B2 or better.",
        "The lead expert speaks a working language at C1 or better.",
        "The lead expert covers “Designing a strategy” at level 2.",
        "A team member is changed only for a gain of at least 20 points.",
        "The time limit was 120 seconds.",
    ]
