"""The rules of the programme that a run was asked to keep, in words, and what each costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.half_days import days_in_words
from engine.problem.problem import ELSEWHERE
from matching.wording.names import Names, cefr

Fact = Mapping[str, Any]

# As the page that starts a run names the rules of the engine.
TITLES = {
    "member_half_days_min": gettext_lazy("Minimum days per month for each team member"),
    "outside_member": gettext_lazy("A member from outside the border countries in each team"),
    "half_days_max": gettext_lazy("Maximum days for all teams together"),
    "single_teams_max": gettext_lazy("Maximum number of regions with a single expert"),
    "expert_half_days_min": gettext_lazy("Minimum total days for each expert"),
    "lead_all_areas": gettext_lazy("The lead expert covers all lead areas"),
    "lead_written_level": gettext_lazy("Level at which the lead expert writes a working language"),
}


def rule(fact: Fact) -> str:
    """Say a rule of the programme; `fact` has its `rule` and `value`."""
    return _RULES[fact["rule"]](fact["value"])


def without(fact: Fact) -> str:
    """Say that lifting a rule gives a region a team; `fact` has its `rule`."""
    return _("Remove the rule “%(rule)s”.") % {"rule": TITLES[fact["rule"]]}


def brought(expert: Fact, names: Names) -> list[str]:
    """Say what somebody to be found must bring because of a rule; `expert` is a row of the contract."""
    written = ", ".join(names.language(code) for code in expert.get("written", {}))
    writing = [_("writes %(languages)s well") % {"languages": written}] if written else []
    is_outside = expert.get("country") == ELSEWHERE
    return writing + [_("lives outside the countries on the border")] * is_outside


def rules_in(parameters: Fact) -> list[str]:
    """Say the rules of the programme that the parameters of a problem ask for."""
    return [say(parameters[name]) for name, say in _RULES.items() if parameters.get(name, False) is not False]


def price(fact: Fact) -> str:
    """Say what a rule costs; `fact` is an entry of what `Insights.price_of_rules` returns."""
    gain = fact["gain"]
    if gain is None:
        return _("Its cost is not known: the calculation ran out of time.")
    if not gain["regions"]:
        return _("It costs nothing: without it, the teams would be the same.")
    said = [_more_served(gain["served"]), _worst(gain["worst"], gain["served"]), _points(gain["sum"])]
    found = [text for text in said if text] or [_("other teams would be equally good")]
    return _("Without this rule: %(gains)s.") % {"gains": ", ".join(found)}


def _more_served(count: int) -> str:
    if count <= 0:
        return ""
    text = ngettext("%(count)s more region served", "%(count)s more regions served", count)
    return text % {"count": count}


def _worst(pair: tuple[int | None, int | None], more_served: int) -> str:
    """Say how the worst served would fare, where the same regions have a team now and then."""
    now, then = pair
    if now is None or then is None or more_served > 0 or then <= now:
        return ""
    return _("the worst-served region with %(then)s points instead of %(now)s") % {"then": then, "now": now}


def _points(points: int) -> str:
    if points > 0:
        return ngettext("%(points)s point more in total", "%(points)s points more in total", points) % {
            "points": points
        }
    if points < 0:
        text = ngettext("%(points)s point less in total", "%(points)s points less in total", -points)
        return text % {"points": -points}
    return ""


def _member_half_days_min(half_days: int) -> str:
    return _("Each team member gives at least %(days)s in every month in which the region has days.") % {
        "days": days_in_words(half_days)
    }


def _outside_member(value: int) -> str:
    return _("Each team has a member who lives outside the countries on the region’s border.")


def _half_days_max(half_days: int) -> str:
    return _("All teams in the run have at most %(days)s in total.") % {"days": days_in_words(half_days)}


def _single_teams_max(count: int) -> str:
    if count == 0:
        return _("No region has a team of one expert.")
    return ngettext(
        "At most %(count)s region has a team of one expert.",
        "At most %(count)s regions have a team of one expert.",
        count,
    ) % {"count": count}


def _expert_half_days_min(half_days: int) -> str:
    return _("Each expert in a team has at least %(days)s in total, unless marked “always include”.") % {
        "days": days_in_words(half_days)
    }


def _lead_all_areas(value: int) -> str:
    return _("The lead expert covers all lead areas, not just one.")


def _lead_written_level(level: str) -> str:
    return _("The lead expert also writes a working language at %(level)s or better.") % {
        "level": cefr(level)
    }


_RULES: dict[str, Callable[[Any], str]] = {
    "member_half_days_min": _member_half_days_min,
    "outside_member": _outside_member,
    "half_days_max": _half_days_max,
    "single_teams_max": _single_teams_max,
    "expert_half_days_min": _expert_half_days_min,
    "lead_all_areas": _lead_all_areas,
    "lead_written_level": _lead_written_level,
}
