"""Whom to look for, in words that can stand in a call for experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.half_days import days_in_words
from matching.wording import programme
from matching.wording.names import Names, cefr, month

Fact = Mapping[str, Any]


def gain(fact: Fact, names: Names) -> str:
    """Say how many regions more can be served; `fact` is one of `Insights.recruiting_plan`."""
    people = ngettext("%(count)s more expert", "%(count)s more experts", fact["people"])
    text = ngettext(
        "With %(people)s, %(more)s more region can have a team. Regions served would be: %(regions)s.",
        "With %(people)s, %(more)s more regions can have a team. Regions served would be: %(regions)s.",
        fact["more"],
    )
    said = text % {
        "people": people % {"count": fact["people"]},
        "more": fact["more"],
        "regions": names.region_list(fact["regions"]),
    }
    return said if fact["proven"] else f"{said} {_('Not proven: the calculation ran out of time.')}"


def profile(expert: Fact, months: Sequence[str], names: Names) -> str:
    """Say what somebody must bring: role, languages, areas, days and months."""
    parts = [_languages(expert["languages"], names), _areas(expert["areas"], names)]
    parts.append(_days(expert["half_days"], months))
    if expert["max_regions"] > 1:
        parts.append(_("%(count)s regions at once") % {"count": expert["max_regions"]})
    parts += programme.brought(expert, names)
    brings = "; ".join(part for part in parts if part)
    return _role(expert["roles"]) % {"brings": brings}


def _role(roles: Sequence[str]) -> str:
    if len(roles) > 1:
        return _("Lead and support expert: %(brings)s.")
    return _("Lead expert: %(brings)s.") if roles == ["lead"] else _("Support expert: %(brings)s.")


def _languages(levels: Mapping[str, str], names: Names) -> str:
    return ", ".join(
        _("%(language)s at %(level)s or better") % {"language": names.language(code), "level": cefr(level)}
        for code, level in levels.items()
    )


def _areas(levels: Mapping[str, int], names: Names) -> str:
    return ", ".join(
        _("“%(area)s” at level %(level)s") % {"area": names.area(code), "level": level}
        for code, level in levels.items()
    )


def _days(half_days: Sequence[int], months: Sequence[str]) -> str:
    active = [at for at, days in enumerate(half_days) if days]
    if not active:
        return ""
    return _("up to %(days)s a month from %(first)s to %(last)s") % {
        "days": days_in_words(max(half_days)),
        "first": month(months[active[0]]),
        "last": month(months[active[-1]]),
    }
