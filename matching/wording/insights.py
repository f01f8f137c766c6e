"""What a run tells beside its teams, in words: who is irreplaceable, other teams, what fairness costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.wording.names import Names
from matching.wording.whynot import fairness_lost, points_lost, regions_lost

Fact = Mapping[str, Any]


def loss(fact: Fact, names: Names) -> str:
    """Say what is lost if an expert withdraws; `fact` is what `Insights.without` returns."""
    words = {"expert": names.expert(fact["expert"])} | _loss_in_figures(fact, names)
    said = _sentence_of_loss(fact) % words
    return said if fact["proven"] else f"{said} {_('Not proven: the calculation ran out of time.')}"


def is_grave(fact: Fact) -> bool:
    """Return whether a region would be without a team."""
    return bool(fact["without_team"])


def _loss_in_figures(fact: Fact, names: Names) -> dict[str, Any]:
    now, then = fact["fairness"] or (0, 0)
    regions = names.region_list(fact["without_team"])
    return {"regions": regions, "count": len(fact["without_team"]), "now": now, "then": then} | {
        "points": fact["sum"]
    }


def _sentence_of_loss(fact: Fact) -> str:
    bare = len(fact["without_team"])
    if bare and fact["served"] <= 0:
        return _(
            "If %(expert)s withdraws, %(regions)s would have no team and another region would "
            "have one instead."
        )
    if bare:
        return ngettext(
            "If %(expert)s withdraws, one region loses its team: %(regions)s.",
            "If %(expert)s withdraws, %(count)s regions lose their teams: %(regions)s.",
            bare,
        )
    if fact["fairness"]:
        return _(
            "If %(expert)s withdraws, every region keeps a team. Counting up from the "
            "worst-served region, the first to be worse off falls from %(now)s to %(then)s "
            "points."
        )
    if fact["sum"] > 0:
        return ngettext(
            "If %(expert)s withdraws, every region keeps a team, but the total falls by %(points)s point.",
            "If %(expert)s withdraws, every region keeps a team, but the total falls by %(points)s points.",
            fact["sum"],
        )
    return _("If %(expert)s withdraws, others can take over without any loss.")


def other_team(fact: Fact, region: str, names: Names) -> list[str]:
    """Say what another team costs its region and all regions together; `region` is its key."""
    cost = fact["whole_cost"]
    others = [key for key in cost["regions"] if key != region]
    said = [
        _region_loses(fact["region_cost"]),
        regions_lost(cost["served"]),
        fairness_lost(cost["fairness"]),
        points_lost(cost["sum"]),
        _("Other regions would get a different team: %(regions)s.") % {"regions": names.region_list(others)}
        if others
        else "",
        "" if cost["proven"] else _("Not proven: the calculation ran out of time."),
    ]
    return [text for text in said if text]


def _region_loses(points: int) -> str:
    if points == 0:
        return _("Equally good for the region.")
    if points > 0:
        text = ngettext(
            "The region would lose %(points)s point.", "The region would lose %(points)s points.", points
        )
        return text % {"points": points}
    text = ngettext(
        "The region would gain %(points)s point.", "The region would gain %(points)s points.", -points
    )
    return text % {"points": -points}


def price_of_fairness(fact: Fact) -> list[str]:
    """Say what lifting the worst-served costs; `fact` is what `Insights.price_of_fairness` returns."""
    first, last = fact["front"][0], fact["front"][-1]
    if fact["price"] <= 0:
        return [
            _(
                "Raising the score of the worst-served regions costs nothing: no other set "
                "of teams has a higher total."
            )
        ]
    text = ngettext(
        "Raising the score of the worst-served regions costs %(points)s point out of %(all)s.",
        "Raising the score of the worst-served regions costs %(points)s points out of %(all)s.",
        fact["price"],
    )
    said = [text % {"points": fact["price"], "all": fact["free_sum"]}]
    if first["served"] < last["served"]:
        fewer = ngettext(
            "If only the total counted, %(count)s fewer region would have a team.",
            "If only the total counted, %(count)s fewer regions would have a team.",
            last["served"] - first["served"],
        )
        said.append(fewer % {"count": last["served"] - first["served"]})
    elif first["worst"] != last["worst"]:
        worst = _(
            "If only the total counted, the worst-served region with a team would have "
            "%(then)s points instead of %(now)s."
        )
        said.append(worst % {"then": first["worst"], "now": last["worst"]})
    return said


def steps_of_fairness(fact: Fact) -> Sequence[tuple[str, int, int, Any]]:
    """Return what is settled, points, regions served and the worst score from the highest total on."""
    return [(_settled(step["settled"]), step["sum"], step["served"], step["worst"]) for step in _steps(fact)]


def _steps(fact: Fact) -> list[Fact]:
    """Return the steps that change anything."""
    kept: list[Fact] = []
    for step in fact["front"]:
        if not kept or any(step[key] != kept[-1][key] for key in ("sum", "served", "worst")):
            kept.append(step)
    return kept


def _settled(score: int | None) -> str:
    if score is None:
        return _("Highest total only")
    if score <= 0:
        return _("As many regions as possible have a team")
    return _("As few regions as possible below %(score)s points") % {"score": score}
