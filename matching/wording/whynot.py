"""Why not this expert in this region, and what choosing them would cost, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.wording import bars, unserved
from matching.wording.names import Names

Fact = Mapping[str, Any]
Say = Callable[[Fact, Names], str]


def why_not(fact: Fact, names: Names) -> str:
    """Say a reason; `fact` is an entry of `reasons` of an explanation: a barring rule, or a comparison."""
    if fact["kind"] in _COMPARISONS:
        return _COMPARISONS[fact["kind"]](fact, names)
    text = {"expert": names.expert(fact["expert"]), "bar": bars.because(fact, names)}
    if fact.get("as_role") == "lead":
        return _("As lead expert, %(expert)s %(bar)s.") % text
    if fact.get("as_role") == "support":
        return _("As support expert, %(expert)s %(bar)s.") % text
    return _("%(expert)s %(bar)s.") % text


def region_cost(points: int | None) -> str:
    """Say what the region itself loses; None if there is nothing to compare with."""
    if points is None:
        return ""
    if points > 0:
        text = ngettext(
            "The region's best team with this expert scores %(points)s point less than its current team.",
            "The region's best team with this expert scores %(points)s points less than its current team.",
            points,
        )
        return text % {"points": points}
    if points < 0:
        text = ngettext(
            "On its own, the region would gain %(points)s point.",
            "On its own, the region would gain %(points)s points.",
            -points,
        )
        return text % {"points": -points}
    return _("The region itself would have an equally good team with this expert.")


def whole_cost(cost: Fact, names: Names) -> list[str]:
    """Say what all regions together lose if the expert must serve the region; `cost` is `whole_cost`."""
    said = [regions_lost(cost["served"]), fairness_lost(cost["fairness"]), points_lost(cost["sum"])]
    if len(cost["regions"]) > 0:
        said.append(
            _("These regions would get a different team: %(regions)s.")
            % {"regions": names.region_list(cost["regions"])}
        )
    if not cost["proven"]:
        said.append(_("Not proven: the calculation ran out of time, or the run itself is not proven."))
    return [text for text in said if text]


def regions_lost(count: int) -> str:
    """Say how many regions fewer would have a team; nothing if none."""
    if count <= 0:
        return ""
    return ngettext(
        "%(count)s fewer region would have a team.", "%(count)s fewer regions would have a team.", count
    ) % {"count": count}


def fairness_lost(pair: tuple[int, int] | None) -> str:
    """Say where the sorted scores first differ; nothing if they do not, or if a region has no team."""
    if pair is None or min(pair) < 0:
        return ""
    text = _(
        "Counting up from the worst-served region, the first difference is %(now)s points now "
        "and %(then)s points then."
    )
    return text % {"now": pair[0], "then": pair[1]}


def points_lost(points: int) -> str:
    """Say what all teams together lose, or gain."""
    if points == 0:
        return _("The total would stay the same.")
    if points < 0:
        return ngettext(
            "The total would be %(points)s point higher, but shared less fairly.",
            "The total would be %(points)s points higher, but shared less fairly.",
            -points,
        ) % {"points": -points}
    return ngettext(
        "The total would fall by %(points)s point.", "The total would fall by %(points)s points.", points
    ) % {"points": points}


def _no_team_around(fact: Fact, names: Names) -> str:
    lacking = (unserved.missing(row, names) for row in fact.get("missing", ()))
    return " ".join((_("Eligible, but no complete team is possible with this expert."), *lacking))


def _weaker_team(fact: Fact, names: Names) -> str:
    return ngettext(
        "The region's best team with this expert scores %(points)s point less.",
        "The region's best team with this expert scores %(points)s points less.",
        fact["points"],
    ) % {"points": fact["points"]}


def _needed_elsewhere(fact: Fact, names: Names) -> str:
    return _("The expert serves %(regions)s instead.") % {"regions": names.region_list(fact["regions"])}


def _fewer_served(fact: Fact, names: Names) -> str:
    return regions_lost(fact["regions"])


def _less_fair(fact: Fact, names: Names) -> str:
    if fact["then"] < 0:
        return _("A region that now has a team would have none.")
    return _("The worst-served region would be worse off: %(now)s points now, %(then)s points then.") % fact


def _lower_sum(fact: Fact, names: Names) -> str:
    return points_lost(fact["points"])


def _tie(fact: Fact, names: Names) -> str:
    return _(
        "The result would be equally good. The choice was decided by fewer changes, more "
        "evenly shared work or the agreed draw."
    )


_COMPARISONS: dict[str, Say] = {
    "no_team_around": _no_team_around,
    "weaker_team": _weaker_team,
    "needed_elsewhere": _needed_elsewhere,
    "fewer_served": _fewer_served,
    "less_fair": _less_fair,
    "lower_sum": _lower_sum,
    "tie": _tie,
}
