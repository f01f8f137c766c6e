"""Half-days, reasons and what is missing, in words."""

import re
from pathlib import Path

import pytest

from matching import engine, wording
from matching.wording import bars, reasons, unserved

ENGINE = Path(engine.__file__).parent
# What is wrong with a whole team; the engine says it of a team that a person made up.
TEAM_RULES = {"lead_count", "team_size", "side_language", "need", "pin"}


@pytest.mark.parametrize(
    ("half_days", "words"),
    [(0, "0 days"), (1, "½ day"), (2, "1 day"), (3, "1½ days"), (4, "2 days"), (9, "4½ days")],
)
def test_days_reads_as_people_say(half_days, words):
    assert wording.days(half_days) == words


NAMES = wording.Names(
    countries={"FR": "France"},
    languages={"fr": "French", "br": "Breton"},
    areas={"clld-design": "Designing a strategy"},
    experts={"1": "Expert Ash", "2": "Expert Elm"},
    regions={"7": "Rhine"},
)
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
            "Nobody who is free speaks French or Breton at B2 or better, for the side of France.",
        ),
        (
            {"kind": "need", "area": "clld-design", "level": 2, "barred": BARRED},
            "Nobody who is free covers “Designing a strategy” at level 2, which must be covered. "
            "Who would, but for this: Expert Ash: lives in the region.",
        ),
        (
            {"kind": "contention", "score": 800, "experts": [{"expert": "2", "regions": ["7"]}]},
            "It would have a team, were its experts not needed elsewhere: "
            "Expert Elm is in the team of Rhine.",
        ),
        (
            {"kind": "months", "shortages": [{"expert": "1", "month": "2026-11", "half_days": 3}]},
            "Days are lacking: Expert Ash 1½ days more in November 2026.",
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
            "One region more for Expert Ash, Expert Elm.",
        ),
        (
            {"kind": "offer_role", "offers": [{"expert": "1", "role": "lead"}]},
            "Another role: Expert Ash also as lead expert.",
        ),
        (
            {
                "kind": "together",
                "steps": [
                    {"kind": "lift_pins", "region": "7", "experts": ["1"]},
                    {"kind": "drop_must", "region": "7", "area": "clld-design"},
                ],
            },
            "Lift the pin of Expert Ash. No longer insist on “Designing a strategy”.",
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

    assert kinds(kind, "contributions") == set(reasons._REASONS)
    assert kinds(kind, "diagnosis") == set(unserved._MISSING)
    assert kinds(kind, "remedies") == set(unserved._REMEDIES)
    assert kinds(kind, "rules") - TEAM_RULES == set(bars._BARS)
