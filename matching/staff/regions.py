"""Pilot regions with their teams, as far as people have confirmed them and experts have answered."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from applications.models import PilotRegion
from applications.querysets import PilotRegionQuerySet
from applications.selecting.staff.pilots import PilotRegionAdmin
from core.accounts.logged_in import person_at
from core.known_types import known_as
from core.staff.admin import Label
from matching.completeness import RegionWithTeamState, with_team_state
from matching.enums import WHOLE_TEAMS, TeamState
from matching.region_page import RegionTeam
from matching.staff import region_waits
from matching.stages import WHOLE

TEAM_COLOURS = {
    TeamState.NONE: "default",
    TeamState.INCOMPLETE: "danger",
    TeamState.AWAITED: "info",
    TeamState.COMPLETE: "success",
}


class TeamFilter(DropdownFilter):
    """Of active regions: those that have ended wait for no team."""

    title = _("team")
    parameter_name = "team"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [*TeamState.choices, (WHOLE, _("Nobody is missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        active: QuerySet[Any] = known_as(queryset, PilotRegionQuerySet).active()
        return active.filter(team_state__in=WHOLE_TEAMS if self.value() == WHOLE else [self.value()])


@admin.register(PilotRegion)
class RegionWithTeamAdmin(PilotRegionAdmin):
    change_form_before_template = "admin/matching/region_frame.html"
    list_display = [*PilotRegionAdmin.list_display[:3], "team_label", *PilotRegionAdmin.list_display[3:]]
    list_filter = [
        *PilotRegionAdmin.list_filter[:1],
        TeamFilter,
        *PilotRegionAdmin.list_filter[1:],
        ("application__call", RelatedDropdownFilter),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_team_state(known_as(super().get_queryset(request), PilotRegionQuerySet))

    def row_context(self, request: HttpRequest, row: PilotRegion) -> dict[str, Any]:
        context = super().row_context(request, row)
        # Whoever sees no matches reads no names of experts here either.
        if not request.user.has_perm("matching.view_match"):
            return context
        team = RegionTeam(row)
        return context | {
            "region": row,
            "team": team,
            "waits": region_waits.of(team, person_at(request)),
            "run_url": region_waits.run_url(person_at(request)),
            "confirmations": row.sides_confirmations.select_related("by"),
        }

    @display(description=_("team"), ordering="team_state", label=TEAM_COLOURS)
    def team_label(self, region: RegionWithTeamState) -> Label:
        return Label(region.team_state, TeamState(region.team_state).label if region.is_active else "–")
