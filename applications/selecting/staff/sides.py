"""The decision that confirms the sides of a pilot region, and how lists and pages tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from applications.models import PilotRegion
from applications.querysets import PilotRegionQuerySet
from applications.selecting.actions.sides import confirm_sides
from applications.selecting.querysets import unconfirmed_sides
from applications.selecting.sides import digest_of, possible_third_sides, sides_as_now, third_side_checks
from core.known_types import known_as
from core.reference.articles import listed
from core.staff.admin import Decision, OptionalReasonForm, Scope


class SidesFilter(DropdownFilter):
    title = _("sides of the border and their languages")
    parameter_name = "sides"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("unconfirmed", _("To confirm"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        regions = known_as(queryset, PilotRegionQuerySet)
        return unconfirmed_sides(regions.active()) if self.value() else regions


class SidesForm(OptionalReasonForm[PilotRegion]):
    """Of one region: what was shown, and a word about the third countries near it; several share neither."""

    field_order = ["no_other_side", "reason", "seen"]

    no_other_side = forms.BooleanField()
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        third = possible_third_sides(self.targets[0]) if len(self.targets) == 1 else []
        if not third:
            del self.fields["no_other_side"]
        else:
            self._ask_about(listed(third))
        if len(self.targets) == 1:
            self.fields["seen"].initial = digest_of(sides_as_now(self.targets[0]))
        else:
            del self.fields["seen"]

    def _ask_about(self, countries: str) -> None:
        field = self.fields["no_other_side"]
        field.label = gettext("No side of its own is needed for: %(countries)s") % {"countries": countries}
        field.help_text = gettext("If one is needed, add it to the sides of the region first.")
        field.error_messages["required"] = gettext("Tick this, or add the side first.")


def show_sides(request: HttpRequest, targets: Sequence[PilotRegion]) -> dict[str, Any]:
    """Return the regions with their sides, and what the automatic check found of third countries."""
    regions = PilotRegion.objects.filter(pk__in=[row.pk for row in targets])
    read = regions.prefetch_related("sides__country", "sides__languages").select_related("application")
    return {"regions": [(region, third_side_checks(region)) for region in read]}


CONFIRM_SIDES = Decision(
    name="confirm-sides",
    label=_("Confirm the sides"),
    action=confirm_sides,
    permission="applications.change_pilotregion",
    target="region_id",
    form=SidesForm,
    scope=Scope.EACH,
    is_possible=lambda region: unconfirmed_sides(PilotRegion.objects.active().filter(pk=region.pk)).exists(),
    explain=_(
        "No match run reads the sides of the border and their languages before somebody has confirmed them. "
        "Whoever changes them later leaves them to be confirmed again."
    ),
    preview="admin/applications/_sides.html",
    preview_context=show_sides,
    done=_("The sides are confirmed."),
    icon="fact_check",
)
