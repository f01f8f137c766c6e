"""What the fields in which regions are chosen ask for while somebody types or looks at a map."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.reference.found import Found, FoundKind, SearchAnswer
from core.reference.limits import MINUTE, is_network_busy
from core.reference.models import NutsUnit
from core.reference.picking import areas, grouped_areas, map_of, units_of
from core.reference.region_widgets import TOOK_TOO_LONG
from core.reference.search import search

KEPT_BY_BROWSER = "public, max-age=3600"


class RegionSearchView(View):
    """Answers a search with regions, best first; or `?country=` with all regions of it.

    `found` is always there: code and text of a region, its country, and, if it was not found by its own name,
    the label of the place that was. `countries`, `outside` and `note` come when they say something.
    With `for=home` it says of places outside what that means for somebody who lives there.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_network_busy(request):
            note = _("There have been too many searches from your connection. Wait a minute, then try again.")
            return JsonResponse({"found": [], "note": note}, status=429, headers={"Retry-After": MINUTE})
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> JsonResponse:
        country = request.GET.get("country", "")
        if country in areas():
            found = [_of_unit(unit) for unit in units_of(country)]
            return self._answer({"found": found}, is_complete=True)
        typed = request.GET.get("q", "")
        answer = search(typed)
        is_home = request.GET.get("for") == "home"
        return self._answer(_of_answer(answer, is_home=is_home), is_complete=answer.is_complete)

    def _answer(self, content: dict[str, Any], *, is_complete: bool) -> JsonResponse:
        response = JsonResponse(content)
        response["Cache-Control"] = KEPT_BY_BROWSER if is_complete else "no-store"
        return response


def _of_answer(answer: SearchAnswer, *, is_home: bool) -> dict[str, Any]:
    content: dict[str, Any] = {
        "found": [_of_found(found, found.unit) for found in answer.found if found.unit]
    }
    if answer.countries:
        content["countries"] = [
            {"code": f.country_code, "text": f.label, "is_exact": f.is_exact} for f in answer.countries
        ]
    if answer.outside:
        content["outside"] = answer.outside_notice_at_home if is_home else answer.outside_notice
    if answer.has_uncertain:
        content["note"] = _("We are not sure which region this place is in. Choose the right one.")
    elif not answer.is_complete:
        content["note"] = str(TOOK_TOO_LONG)
    return content


def _of_found(found: Found, unit: NutsUnit) -> dict[str, str]:
    return _of_unit(unit) | ({"label": found.label} if found.kind is FoundKind.PLACE else {})


def _of_unit(unit: NutsUnit) -> dict[str, str]:
    return {"code": unit.pk, "text": str(unit), "country": str(unit.country)}


class DrawingView(TemplateView):
    """A part of a page that browsers keep, and that one network gets so often only."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_network_busy(request):
            return render(request, "429.html", status=429)
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = KEPT_BY_BROWSER
        return response


class RegionMapView(DrawingView):
    """The map of the regions of a country or border, for the field in which they are chosen."""

    template_name = "reference/widgets/_region_map.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        area = self.request.GET.get("country", "")
        if area not in areas():
            raise Http404
        return super().get_context_data(**kwargs) | {"map": map_of(area, units_of(area))}


class RegionAreasView(DrawingView):
    """The countries and borders of which there is a map, as a select."""

    template_name = "reference/widgets/_region_areas.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"areas": grouped_areas()}
