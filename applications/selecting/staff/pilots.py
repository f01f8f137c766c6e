"""Pilot regions: what the matching reads of them, corrected by staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from django import forms
from django.contrib import admin
from django.db.models import Exists, Field, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from applications.applying import snapshots
from applications.enums import PilotStatus
from applications.models import (
    PilotRegion,
    PilotRegionChange,
    PilotRegionMonth,
    PilotRegionNeed,
    PilotRegionSide,
)
from applications.selecting.querysets import unconfirmed_sides
from applications.selecting.staff import pilot_export
from applications.selecting.staff.ending import END
from applications.selecting.staff.sides import CONFIRM_SIDES, SidesFilter
from core.annotating import ReadWith
from core.exporting import Column, ExportMixin
from core.reference.articles import by_name
from core.staff.admin import (
    DecisionPageMixin,
    FieldRightsMixin,
    HistoryModelAdmin,
    Label,
    MergingForm,
    StatusChangeInline,
)
from core.translated.forms import language_name
from core.translated.texts import TO_PUBLISH


class SidesState(TypedDict):
    """Whether a person still has to confirm the sides as they are now."""

    awaits_sides: bool


ListedRegion = ReadWith[PilotRegion, SidesState]


class PilotRegionForm(MergingForm):
    class Meta:
        model = PilotRegion
        fields = ["name", "units", "working_languages", "team_max", "is_public", "public_summary"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("is_public") and not agrees_to_publication(self.instance):
            self.add_error("is_public", _("The applicants have not agreed to publication."))
        # A save leaves out what this person may not change.
        summary = cleaned.get("public_summary", self.instance.public_summary)
        missing = summary.missing(TO_PUBLISH) if summary and cleaned.get("is_public") else []
        for code in missing:
            text = _("%(language)s: needed before the region is shown to the public.")
            name = "public_summary" if "public_summary" in self.fields else "is_public"
            self.add_error(name, text % {"language": language_name(code)})
        return cleaned


class PlainInline(FieldRightsMixin[PilotRegion], TabularInline):
    """Rows without the theme's links to the reference data, which would take the room; fields have names."""

    extra = 0
    hide_title = True

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for link in ("can_add_related", "can_change_related", "can_view_related", "can_delete_related"):
            if field is not None and hasattr(field.widget, link):
                setattr(field.widget, link, False)
        if field is not None:
            # The heads of the columns are hidden on a phone, and no label of theirs is tied to a field.
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class SideInline(PlainInline):
    model = PilotRegionSide
    autocomplete_fields = ["country", "languages"]
    verbose_name_plural = _(
        "sides of the border: any one of its languages serves a side. Languages are prefilled from the "
        "regions of the partners: defaults, to be confirmed with the button “Confirm the sides”"
    )


class NeedInline(PlainInline):
    model = PilotRegionNeed
    autocomplete_fields = ["area"]
    verbose_name_plural = _(
        "needs: those that the applicants call essential are prefilled as “must be covered” "
        "(default, to confirm)"
    )


class MonthInline(PlainInline):
    model = PilotRegionMonth
    verbose_name_plural = _("half-days of expert time in each month")


class PilotRegionChangeInline(StatusChangeInline):
    model = PilotRegionChange


class PilotRegionAdmin(DecisionPageMixin, ExportMixin, HistoryModelAdmin):
    """What the selection knows of pilot regions; `matching.staff.regions` adds their teams."""

    form = PilotRegionForm
    list_display = ["place", "name", "status_label", "sides", "sides_label", "team_max", "is_public"]
    list_display_links = ["place", "name"]
    list_filter = [("status", ChoicesDropdownFilter), SidesFilter, "is_public"]
    search_fields = ["name", "application__reference"]
    search_help_text = _("Name or application reference")
    empty_text = _("Pilot regions appear here once a second person has confirmed a selection.")
    autocomplete_fields = ["units", "working_languages"]
    inlines = [SideInline, NeedInline, MonthInline, PilotRegionChangeInline]
    readonly_fields = ["place", "status", "application_link", "agrees"]
    fieldsets = [
        (None, {"fields": [("place", "status"), "application_link", "name", "units"]}),
        (
            _("For matching"),
            {
                "fields": ["working_languages", "team_max"],
                "description": _("Prefilled from the submission. Changes apply from the next match run."),
            },
        ),
        (
            _("For the public"),
            {"fields": ["agrees", "is_public", "public_summary"]},
        ),
    ]
    decisions = [CONFIRM_SIDES, END]
    export_name = "pilot-regions"

    def export_columns(self, request: HttpRequest, rows: list[ListedRegion]) -> Sequence[Column]:
        return pilot_export.columns_of(rows)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListedRegion]:
        regions: QuerySet[PilotRegion] = super().get_queryset(request).select_related("application")
        unconfirmed = unconfirmed_sides(PilotRegion.objects.filter(pk=OuterRef("pk")))
        return regions.prefetch_related("sides__country").annotate(awaits_sides=Exists(unconfirmed))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PilotRegion | None = None) -> bool:
        return False

    @display(
        description=_("status"),
        ordering="status",
        label={PilotStatus.ACTIVE: "success", PilotStatus.ENDED: "default"},
    )
    def status_label(self, region: PilotRegion) -> Label:
        return Label.of_status(region)

    @admin.display(description=_("sides"))
    def sides(self, region: PilotRegion) -> str:
        return " – ".join(country.name for country in by_name(side.country for side in region.sides.all()))

    @display(
        description=_("sides of the border and their languages"),
        ordering="awaits_sides",
        label={True: "warning", False: "success"},
    )
    def sides_label(self, region: ListedRegion) -> Label:
        return Label(region.awaits_sides, _("To confirm") if region.awaits_sides else _("Confirmed"))

    @admin.display(description=_("application"))
    def application_link(self, region: PilotRegion) -> str:
        address = reverse("admin:applications_application_change", args=[region.application_id])
        return format_html('<a href="{}" class="underline">{}</a>', address, region.application.reference)

    @admin.display(description=_("applicants agreed to publication"), boolean=True)
    def agrees(self, region: PilotRegion) -> bool:
        return agrees_to_publication(region)


def agrees_to_publication(region: PilotRegion) -> bool:
    """Whether the last submitted version agrees."""
    return bool(snapshots.value(region.application.latest_version.snapshot, "agrees_to_publication"))
