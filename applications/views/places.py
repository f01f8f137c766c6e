"""Regions by name, for the search fields, and the public map of the pilot regions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView, View

from applications.forms.regions import find, map_of, units_of
from applications.models import PilotRegion
from applications.views.caching import VisitorCacheMixin
from impact.reference.maps import MapRegion, europe_map, pickable_countries


class RegionSearchView(View):
    """Answers a search with the codes and names that fit, best first."""

    def get(self, request: HttpRequest) -> JsonResponse:
        typed = request.GET.get("q", "")[:100]
        units = find(typed) if len(typed.strip()) > 1 else []
        found = [{"code": u.pk, "text": str(u), "country": str(u.country)} for u in units]
        response = JsonResponse({"found": found})
        response["Cache-Control"] = "public, max-age=3600"
        return response


class RegionMapView(TemplateView):
    """The map of the regions of `?country=`, for the field in which they are chosen."""

    template_name = "applications/widgets/_region_map.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        country = self.request.GET.get("country", "")
        if country not in dict(pickable_countries()):
            raise Http404
        return super().get_context_data(**kwargs) | {"map": map_of(units_of(country))}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = super().get(request, **kwargs)
        response["Cache-Control"] = "public, max-age=3600"
        return response


class PilotMapView(VisitorCacheMixin, ListView):
    template_name = "applications/map.html"
    context_object_name = "pilots"
    queryset = PilotRegion.objects.public().with_units()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        regions = [
            MapRegion.of_unit(unit, href=f"#pilot-{pilot.pk}", label=f"{pilot.name}: {unit.name}")
            for pilot in context["pilots"]
            for unit in pilot.units.all()
        ]
        return context | {"map": europe_map(regions, title=_("Pilot regions of IMPACT"))}
