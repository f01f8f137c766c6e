"""The public map of the pilot regions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.views.generic import ListView

from applications.models import PilotRegion
from core.phrases import labelled
from core.reference.maps import MapRegion, europe_map
from core.visitor_pages import VisitorCacheMixin


class PilotMapView(VisitorCacheMixin, ListView):
    template_name = "applications/map.html"
    context_object_name = "pilots"
    queryset = PilotRegion.objects.public().with_units()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        regions = [
            MapRegion.of_unit(unit, href=f"#pilot-{pilot.pk}", label=labelled(pilot.name, unit.name))
            for pilot in context["pilots"]
            for unit in pilot.units.all()
        ]
        return context | {"map": europe_map(regions, title=_("Pilot regions of IMPACT"))}
