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
        _("Each side is spoken with at %(level)s or better, by somebody in the team.")
        % {"level": values["side_language_level"]},
        _("The lead speaks a working language at %(level)s or better.")
        % {"level": values["lead_language_level"]},
        _lead_areas(values["lead_areas"], names, needs_all=bool(values.get("lead_all_areas"))),
        _change_cost(values["change_cost"]),
        *rules_in(values),
        _time_limit(round(values["time_limit_s"])),
    ]


def _lead_areas(areas: list[Mapping[str, Any]], names: Names, *, needs_all: bool) -> str:
    if not areas:
        return _("The lead needs no particular area.")
    said = (_(" and ") if needs_all else _(" or ")).join(
        _("“%(area)s” at level %(level)s") % {"area": names.area(row["area"]), "level": row["level"]}
        for row in areas
    )
    return _("The lead has %(areas)s.") % {"areas": said}


def _change_cost(points: int) -> str:
    if points == 0:
        return _("Members change whenever that raises the scores; among equal answers the fewest change.")
    return ngettext(
        "A member changes only if that is worth %(points)s point.",
        "A member changes only if that is worth %(points)s points.",
        points,
    ) % {"points": points}


def _time_limit(seconds: int) -> str:
    return ngettext(
        "The time limit was %(seconds)s second.", "The time limit was %(seconds)s seconds.", seconds
    ) % {"seconds": seconds}
