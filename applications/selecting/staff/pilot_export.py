"""The columns of the export of pilot regions: what the matching and the public know of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from applications.models import PilotRegion, PilotRegionSide
from core.exporting import Column
from core.half_days import HALF_DAYS_PER_DAY
from core.phrases import labelled
from core.reference.articles import by_name


def columns_of(regions: Sequence[PilotRegion]) -> list[Column]:
    """Return the columns with their values, in a fixed number of queries."""
    prefetch_related_objects(
        regions,
        "application__call",
        "sides__country",
        "sides__languages",
        "units",
        "working_languages",
        "needs__area",
        "months",
    )
    return [*_which(), *_where(), *_wanted(), *_public()]


def _which() -> list[Column]:
    return [
        (_("Place"), lambda r: r.place),
        (_("Name"), lambda r: r.name),
        (_("Status"), lambda r: r.get_status_display()),
        (_("Reference"), lambda r: r.application.reference),
        (_("Call"), lambda r: str(r.application.call.title)),
    ]


def _where() -> list[Column]:
    return [
        (_("Countries"), lambda r: _joined(by_name(side.country for side in r.sides.all()))),
        (_("Regions: codes"), lambda r: _joined(unit.code for unit in r.units.all())),
        (_("Regions: names"), lambda r: _joined(unit.name for unit in r.units.all())),
        (_("Languages of the sides"), lambda r: _joined(map(_side, r.sides.all()))),
        (_("Sides to confirm"), lambda r: r.awaits_sides),
        (
            _("Working languages"),
            lambda r: _joined(sorted(language.name for language in r.working_languages.all())),
        ),
    ]


def _wanted() -> list[Column]:
    return [
        (_("Largest team"), lambda r: r.team_max),
        (_("Expertise areas"), lambda r: _joined(need.area for need in r.needs.all())),
        (_("Must be covered"), lambda r: _joined(need.area for need in r.needs.all() if need.is_must)),
        (_("Total days"), lambda r: sum(m.half_days for m in r.months.all()) / HALF_DAYS_PER_DAY),
        (_("First month"), lambda r: next((month.month for month in r.months.all()), None)),
    ]


def _public() -> list[Column]:
    return [
        (_("Shown to the public"), lambda r: r.is_public),
        (_("Public summary"), lambda r: str(r.public_summary) if r.public_summary else None),
    ]


def _side(side: PilotRegionSide) -> str:
    return labelled(side.country.name, ", ".join(sorted(language.name for language in side.languages.all())))


def _joined(words: Iterable[Any]) -> str | None:
    return "; ".join(map(str, words)) or None
