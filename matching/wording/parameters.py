"""The parameters of a run, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.wording.names import Names
from matching.wording.programme import rules_in


def parameters(values: Mapping[str, Any], names: Names) -> list[str]:
    """Say how a run was asked; `values` are the `parameters` of its problem."""
    return [
        _("For each side of the border, somebody in the team speaks its language at %(level)s or better.")
        % {"level": values["side_language_level"]},
        _("The lead expert speaks a working language at %(level)s or better.")
        % {"level": values["lead_language_level"]},
        _lead_areas(values["lead_areas"], names, needs_all=bool(values.get("lead_all_areas"))),
        _change_cost(values["change_cost"]),
        *rules_in(values),
        _time_limit(round(values["time_limit_s"])),
    ]


def _lead_areas(areas: list[Mapping[str, Any]], names: Names, *, needs_all: bool) -> str:
    if not areas:
        return _("The lead expert does not need any particular area.")
    said = (_(" and ") if needs_all else _(" or ")).join(
        _("“%(area)s” at level %(level)s") % {"area": names.area(row["area"]), "level": row["level"]}
        for row in areas
    )
    return _("The lead expert covers %(areas)s.") % {"areas": said}


def _change_cost(points: int) -> str:
    if points == 0:
        return _(
            "Team members are changed whenever this raises the scores. Between equal "
            "results, the one with the fewest changes is chosen."
        )
    return ngettext(
        "A team member is changed only for a gain of at least %(points)s point.",
        "A team member is changed only for a gain of at least %(points)s points.",
        points,
    ) % {"points": points}


def _time_limit(seconds: int) -> str:
    return ngettext(
        "The time limit was %(seconds)s second.", "The time limit was %(seconds)s seconds.", seconds
    ) % {"seconds": seconds}
