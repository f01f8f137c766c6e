"""The last stages of a call: how many of its pilot regions have a whole team, and one that has accepted."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import PilotRegion
from applications.stages import Numbers, Stages
from matching.completeness import team_state
from matching.enums import WHOLE_TEAMS, TeamState

WHOLE = "whole"


def stages() -> Stages:
    """Return what `applications.stages` shows after its own."""
    labels = {WHOLE: _("Matched with experts"), TeamState.COMPLETE.value: _("All experts accepted")}
    return Stages(labels, "applications.view_pilotregion", _count, _address)


def _count(calls: Collection[int]) -> Numbers:
    regions = PilotRegion.objects.active().filter(application__call__in=calls).alias(team_state=team_state())
    by_call = regions.order_by().values(call=F("application__call"))
    return by_call.annotate(
        whole=Count("pk", filter=Q(team_state__in=WHOLE_TEAMS)),
        complete=Count("pk", filter=Q(team_state=TeamState.COMPLETE)),
    )


def _address(call: int, code: str) -> str:
    address = reverse("admin:applications_pilotregion_changelist")
    return f"{address}?application__call__id__exact={call}&team={code}"
