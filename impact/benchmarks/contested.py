"""Made-up problems that once stalled the search: experts whom all regions want, and regions that are alike."""

from __future__ import annotations

from typing import Any

from impact.benchmarks.synthetic import AREAS, LANGUAGES, make_problem

BEST_LEVEL = 4  # in every area
HALF_DAYS = 20  # a month, of an expert whom all want: enough for about three regions at a time


def contested_problem(
    regions: int, experts: int, seed: int, *, wanted: int = 1, takes: int = 5, **parameters: object
) -> dict[str, Any]:
    """Return a problem of the contract in which some experts are the best of all for every region.

    Args:
        wanted: how many such experts; each takes so many regions.
        parameters: as of ``make_problem``.
    """
    content: dict[str, Any] = make_problem(regions, experts, seed, **parameters)
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


def alike_problem(regions: int, experts: int, seed: int, **parameters: object) -> dict[str, Any]:
    """Return a problem of the contract in which all regions differ in their names only."""
    content: dict[str, Any] = make_problem(regions, experts, seed, **parameters)
    first = {**content["regions"][0], "organisations": [], "places": []}
    content["regions"] = [{**first, "id": region["id"]} for region in content["regions"]]
    return content
