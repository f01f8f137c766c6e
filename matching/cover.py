"""Which side of the border and which area of expertise a team covers, and through whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.phrases import labelled
from core.reference.enums import CefrLevel
from matching.wording import Names, cefr


@dataclass(frozen=True)
class Cover:
    """Something that a region asks for, and who brings it.

    Attributes:
        asked: in words, e.g. `France: French` or `Cross-border governance`.
        detail: the level asked, in words.
        people: who brings it, best first, each with the level.
        is_covered: whether somebody reaches the level asked.
        is_must: whether no team may do without.
    """

    asked: str
    detail: str
    people: list[str]
    is_covered: bool
    is_must: bool


def sides_covered(
    region: Mapping[str, Any], team: Sequence[Mapping[str, Any]], level: str, names: Names
) -> list[Cover]:
    """Return each side of a region with the members who speak a language of it well enough.

    Args:
        region: an entry of a problem's `regions`.
        team: entries of its `experts`.
        level: the least CEFR level that counts.
    """
    return [_side(side, team, level, names) for side in region["sides"]]


def areas_covered(region: Mapping[str, Any], team: Sequence[Mapping[str, Any]], names: Names) -> list[Cover]:
    """Return each area that a region needs, the weightiest first, with the members who know it."""
    needs = sorted(region["needs"], key=lambda need: -need["weight"])
    return [_area(need, team, names) for need in needs]


def _side(side: Mapping[str, Any], team: Sequence[Mapping[str, Any]], level: str, names: Names) -> Cover:
    enough = list(CefrLevel.at_least(level))
    people = [
        (enough.index(expert["languages"][code]), expert["id"], code)
        for expert in team
        for code in side["languages"]
        if expert["languages"].get(code) in enough
    ]
    return Cover(
        asked=labelled(names.country(side["country"]), names.language_list(side["languages"])),
        detail=_("%(level)s or better") % {"level": level},
        people=[
            f"{names.expert(key)} ({names.language(code)} {cefr(enough[step])})"
            for step, key, code in sorted(people, reverse=True)
        ],
        is_covered=bool(people),
        is_must=True,
    )


def _area(need: Mapping[str, Any], team: Sequence[Mapping[str, Any]], names: Names) -> Cover:
    people = sorted(
        ((expert["areas"][need["area"]], expert["id"]) for expert in team if need["area"] in expert["areas"]),
        reverse=True,
    )
    return Cover(
        asked=names.area(need["area"]),
        detail=_("level %(level)s") % need,
        people=[
            _("%(expert)s (level %(level)s)") % {"expert": names.expert(k), "level": v} for v, k in people
        ],
        is_covered=any(level >= need["level"] for level, _key in people),
        is_must=need["must"],
    )
