"""Made-up problems that once stalled the search: experts whom all regions want, and alike regions."""

from __future__ import annotations

from random import Random
from typing import Any

from impact.benchmarks.synthetic import AREAS, LANGUAGES, MONTHS, make_problem

BEST_LEVEL = 4  # in every area
HALF_DAYS = 20  # a month, of an expert whom all want: enough for about three regions at a time
ACTIVE_MONTHS = 10
SPOKEN = ({"fr": "C1"}, {"de": "C1"}, {"fr": "B2", "de": "B2"})


def contested_problem(
    regions: int,
    experts: int,
    seed: int,
    *,
    wanted: int = 1,
    takes: int = 5,
    months: int = MONTHS,
    **parameters: object,
) -> dict[str, Any]:
    """Return a problem of the contract in which some experts are the best of all for every region.

    Args:
        wanted: how many such experts; each takes so many regions.
        parameters: as of ``make_problem``.
    """
    content: dict[str, Any] = make_problem(regions, experts, seed, months=months, **parameters)
    languages = sorted({code for codes in LANGUAGES.values() for code in codes.split()})
    for expert in content["experts"][:wanted]:
        expert |= {
            "country": "CY",
            "languages": dict.fromkeys(languages, "C2"),
            "areas": dict.fromkeys(AREAS, BEST_LEVEL),
            "half_days": [HALF_DAYS] * len(content["months"]),
            "max_regions": takes,
            "organisations": [],
            "places": [],
        }
    return content


def alike_problem(
    regions: int, experts: int, seed: int, *, months: int = MONTHS, **parameters: object
) -> dict[str, Any]:
    """Return a problem of the contract whose regions differ in their names only."""
    dice = Random(f"alike-{regions}-{experts}-{seed}")
    content: dict[str, Any] = make_problem(regions, experts, seed, months=months, **parameters)
    region = {
        **content["regions"][0],
        "sides": [{"country": "FR", "languages": ["fr"]}, {"country": "DE", "languages": ["de"]}],
        "working_languages": ["en"],
        "half_days": [8] * ACTIVE_MONTHS + [0] * (months - ACTIVE_MONTHS),
        "organisations": [],
        "places": [],
    }
    content["regions"] = [{**region, "id": other["id"]} for other in content["regions"]]
    musts = {need["area"]: BEST_LEVEL for need in region["needs"] if need["must"]}
    for expert in content["experts"]:
        expert |= {
            "languages": {"en": "C1", **dice.choice(SPOKEN)},
            "areas": expert["areas"] | musts,
            "half_days": [dice.choice([6, 8, 10])] * months,
            "max_regions": 2,
        }
    return content
