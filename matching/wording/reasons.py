"""What a member brings to a team, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.wording.names import Names, cefr


def reason(fact: Mapping[str, Any], names: Names) -> str:
    """Say what a member contributes; `fact` is an entry of `contributes` in the engine's result."""
    points = ngettext("%(points)+d point", "%(points)+d points", abs(fact["points"])) % fact
    return f"{sentence(fact, names)} ({points})"


def sentence(fact: Mapping[str, Any], names: Names) -> str:
    """Say the same without the points, as experts read it."""
    return _REASONS[fact["kind"]](fact, names)


def _side(fact: Mapping[str, Any], names: Names) -> str:
    return _("Speaks %(language)s at %(level)s for the side of %(country)s") % {
        "language": names.language(fact["language"]),
        "level": cefr(fact["level"]),
        "country": names.country(fact["country"]),
    }


def _need(fact: Mapping[str, Any], names: Names) -> str:
    area = names.area(fact["area"])
    return _("Covers “%(area)s” at level %(level)s (level %(asked)s requested)") % {
        "area": area,
        "level": min(fact["level"], fact["asked"]),
        "asked": fact["asked"],
    }


def _neutrality(fact: Mapping[str, Any], names: Names) -> str:
    country = names.country(fact["country"])
    if fact["local"]:
        return _("Lives on the side of %(country)s") % {"country": country}
    return _("Lives outside the border countries: neutral for the side of %(country)s") % {"country": country}


def _bridge(fact: Mapping[str, Any], names: Names) -> str:
    return _("Lead expert who speaks the languages of %(sides)s sides") % fact


def _wish(fact: Mapping[str, Any], names: Names) -> str:
    return _("Would like to support this region")


def _headroom(fact: Mapping[str, Any], names: Names) -> str:
    return _("Lead expert who had days to spare before the teams were formed")


def _further_member(fact: Mapping[str, Any], names: Names) -> str:
    return _("One more team member to coordinate")


def _little_spare_time(fact: Mapping[str, Any], names: Names) -> str:
    return _("Had few days to spare before the teams were formed")


_REASONS: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "side": _side,
    "need": _need,
    "neutrality": _neutrality,
    "bridge": _bridge,
    "headroom": _headroom,
    "wish": _wish,
    "further_member": _further_member,
    "little_spare_time": _little_spare_time,
}
