"""Open data: calls and public pilot regions as they stand, and the reference lists as files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from applications.models import Call, PilotRegion
from core.reference.files import DATA_DIR
from core.translated.texts import column_names, columns_of

OWN_LICENCE = _("Free to use")
EUROGEOGRAPHICS = _("Required credit: © EuroGeographics for the administrative boundaries")


@dataclass(frozen=True)
class ReferenceFile:
    """A list that the portal itself uses; `name` is the file in the reference data."""

    name: str
    title: Any
    licence: Any


REFERENCE_FILES = (
    ReferenceFile("countries.csv", _("Countries that can take part, and their neighbours"), OWN_LICENCE),
    ReferenceFile("nuts_2024.csv", _("NUTS 2024 regions"), EUROGEOGRAPHICS),
    ReferenceFile(
        "units_without_nuts.csv",
        _("Regions of the four countries without NUTS 3 (ISO 3166-2)"),
        _("LGPL 2.1 (from the iso-codes project)"),
    ),
    ReferenceFile(
        "land_pairs.csv", _("Pairs of regions that touch each other across a land border"), EUROGEOGRAPHICS
    ),
    ReferenceFile(
        "unit_pairs.csv",
        _("Regions that touch each other in the four countries without NUTS 3 (to confirm)"),
        OWN_LICENCE,
    ),
    ReferenceFile("region_languages.csv", _("Official languages of regions (to confirm)"), OWN_LICENCE),
    ReferenceFile(
        "maritime_pairs.csv", _("Pairs of coastal regions up to 150 km apart (approximate)"), EUROGEOGRAPHICS
    ),
    ReferenceFile("tripoints.csv", _("Tripoints (where three countries meet)"), EUROGEOGRAPHICS),
    ReferenceFile("interreg_programmes.csv", _("Interreg VI-A programmes 2021–2027"), OWN_LICENCE),
    ReferenceFile("languages.csv", _("Languages"), OWN_LICENCE),
    ReferenceFile("expertise_areas.csv", _("Expertise areas"), OWN_LICENCE),
    ReferenceFile("challenges.csv", _("Challenges of border regions"), OWN_LICENCE),
    ReferenceFile("organisation_types.csv", _("Types of organisation"), OWN_LICENCE),
)


@dataclass(frozen=True)
class LiveSet:
    """Rows as they stand now; `columns` are the first line of the CSV, rows or none."""

    title: Any
    columns: Callable[[], tuple[str, ...]]
    rows: Callable[[], list[dict[str, str | int]]]


def calls() -> list[dict[str, str | int]]:
    return [
        {
            "number": call.number,
            "slug": call.slug,
            **columns_of(call.title, "title"),
            "state": str(call.state),
            "opens_at": _utc(call.opens_at),
            "closes_at": _utc(call.closes_at),
        }
        for call in Call.objects.shown().with_criteria()
    ]


def pilot_regions() -> list[dict[str, str | int]]:
    return [
        {
            "name": region.name,
            **columns_of(region.public_summary, "summary"),
            "nuts_units": " ".join(unit.pk for unit in region.units.all()),
        }
        for region in PilotRegion.objects.public().prefetch_related("units")
    ]


LIVE_SETS = {
    "calls": LiveSet(
        _("Calls"),
        lambda: ("number", "slug", *column_names("title"), "state", "opens_at", "closes_at"),
        calls,
    ),
    "pilot-regions": LiveSet(
        _("Pilot regions that have agreed to be shown"),
        lambda: ("name", *column_names("summary"), "nuts_units"),
        pilot_regions,
    ),
}


class OpenDataView(TemplateView):
    template_name = "pages/open_data.html"
    extra_context = {"reference_files": REFERENCE_FILES, "live_sets": LIVE_SETS}


@require_safe
@cache_control(public=True, max_age=300)
def live_set(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Send a set as JSON or CSV; open to scripts of every site."""
    if name not in LIVE_SETS:
        raise Http404
    chosen = LIVE_SETS[name]
    response = _as_csv(chosen, name) if form == "csv" else JsonResponse({"rows": chosen.rows()})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def reference_file(request: HttpRequest, name: str) -> FileResponse:
    if name not in {file.name for file in REFERENCE_FILES}:
        raise Http404
    response = FileResponse((DATA_DIR / name).open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = "text/csv; charset=utf-8"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _as_csv(chosen: LiveSet, name: str) -> HttpResponse:
    text = StringIO()
    writer = csv.DictWriter(text, fieldnames=chosen.columns())
    writer.writeheader()
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in chosen.rows())
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _harmless(value: object) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value


def _utc(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
