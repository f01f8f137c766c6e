"""What the fields in which regions are chosen ask for while somebody types or looks at a map."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.reference.found import Answer, Found, Kind
from core.reference.models import NutsUnit
from core.reference.picking import areas, map_of, units_of
from core.reference.region_widgets import TOOK_TOO_LONG
from core.reference.search import search

KEPT_BY_BROWSER = "public, max-age=3600"


class RegionSearchView(View):
    """Answers a search with regions, best first; or `?country=` with all regions of it.

    `found` is always there: code and text of a region, its country, and, if it was not found by its own name,
    the label of the place that was. `countries`, `outside` and `note` come when they say something.
    """

    def get(self, request: HttpRequest) -> JsonResponse:
        country = request.GET.get("country", "")
        if country in areas():
            found = [_of_unit(unit) for unit in units_of(country)]
            return self._answer({"found": found}, is_complete=True)
        typed = request.GET.get("q", "")
        answer = search(typed)
        return self._answer(_of_answer(answer), is_complete=answer.is_complete)

    def _answer(self, content: dict[str, Any], *, is_complete: bool) -> JsonResponse:
        response = JsonResponse(content)
        response["Cache-Control"] = KEPT_BY_BROWSER if is_complete else "no-store"
        return response


def _of_answer(answer: Answer) -> dict[str, Any]:
    content: dict[str, Any] = {"found": [_of_found(found) for found in answer.found if found.unit]}
    if answer.countries:
        content["countries"] = [{"code": f.country_code, "text": f.label} for f in answer.countries]
    if answer.outside:
        content["outside"] = answer.what_follows
    if answer.has_uncertain:
        content["note"] = _("It is not certain in which region this place lies. Choose the right one.")
    elif not answer.is_complete:
        content["note"] = str(TOOK_TOO_LONG)
    return content


def _of_found(found: Found) -> dict[str, str]:
    return _of_unit(found.unit) | ({"label": found.label} if found.kind is Kind.PLACE else {})


def _of_unit(unit: NutsUnit) -> dict[str, str]:
    return {"code": unit.pk, "text": str(unit), "country": str(unit.country)}


class RegionMapView(TemplateView):
    """The map of the regions of a country or border, for the field in which they are chosen."""

    template_name = "reference/widgets/_region_map.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        area = self.request.GET.get("country", "")
        if area not in areas():
            raise Http404
        return super().get_context_data(**kwargs) | {"map": map_of(area, units_of(area))}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = super().get(request, **kwargs)
        response["Cache-Control"] = KEPT_BY_BROWSER
        return response
