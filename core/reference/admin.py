"""Reference data for staff: places and borders to read, words and programmes to correct.

Who may change what is in the table of roles. Rows are switched off, never deleted.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.known_types import known_as
from core.phrases import StrOrPromise
from core.reference.articles import by_name
from core.reference.models import (
    BorderPair,
    Challenge,
    Country,
    CountryBorder,
    DataFile,
    ExpertiseArea,
    InterregProgramme,
    Language,
    NutsUnit,
    OrganisationType,
    Tripoint,
)
from core.reference.models.base import EditableRow
from core.reference.querysets import NutsUnitQuerySet
from core.reference.search import regions_named
from core.staff.admin import HistoryModelAdmin, ReadOnlyAdmin


class EditableReferenceAdmin(HistoryModelAdmin):
    """Rows that administrators may correct or add; codes stay, since answers point to them."""

    permanent_fields: tuple[str, ...] = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(self.permanent_fields if obj else ())]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @display(description=_("differs from the file"), label="info")
    def is_edited(self, row: EditableRow) -> StrOrPromise:
        return _("Edited") if row.is_edited else ""


@admin.register(ExpertiseArea)
class ExpertiseAreaAdmin(EditableReferenceAdmin):
    list_display = ["label", "group", "order", "is_active", "is_edited"]
    list_filter = ["group", "is_active"]
    search_fields = ["code", "label"]
    fields = ["code", "group", "label", "order", "is_active"]


@admin.register(Challenge)
class ChallengeAdmin(EditableReferenceAdmin):
    list_display = ["label", "basis", "order", "is_active", "is_edited"]
    list_filter = ["is_active"]
    search_fields = ["code", "label"]
    fields = ["code", "label", "basis", "order", "is_active"]


@admin.register(OrganisationType)
class OrganisationTypeAdmin(EditableReferenceAdmin):
    list_display = [
        "label",
        "is_named_by_impact",
        "is_cross_border",
        "order",
        "is_active",
        "is_edited",
    ]
    list_filter = ["is_named_by_impact", "is_cross_border", "is_active"]
    search_fields = ["code", "label"]
    fields = [
        "code",
        "label",
        "basis",
        "is_named_by_impact",
        "is_cross_border",
        "order",
        "is_active",
    ]


@admin.register(InterregProgramme)
class InterregProgrammeAdmin(EditableReferenceAdmin):
    list_display = ["name", "strand", "country_codes", "verified", "is_active", "is_edited"]
    list_filter = ["strand", "verified", "has_clld", "is_active"]
    search_fields = ["name", "cci", "keep_id", "countries__name_texts"]
    fields = [
        ("code", "strand"),
        "name",
        "country_names",
        ("cci", "keep_id"),
        "has_clld",
        ("verified", "source"),
        "is_active",
    ]
    # Which countries a programme joins is a matter of the file, where it can be checked.
    readonly_fields = ["country_names"]
    permanent_fields = ("code", "strand")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("countries")

    @admin.display(description=_("countries"))
    def country_codes(self, programme: InterregProgramme) -> str:
        return " ".join(sorted(country.code for country in programme.countries.all()))

    @admin.display(description=_("countries"))
    def country_names(self, programme: InterregProgramme) -> str:
        return ", ".join(country.name for country in by_name(programme.countries.all()))


class _NamedAdmin(ReadOnlyAdmin):
    @admin.display(description=_("name"), ordering="name_texts__shown")
    def shown_name(self, row: Country | Language) -> str:
        return row.name


@admin.register(Country)
class CountryAdmin(_NamedAdmin):
    list_display = ["shown_name", "code", "eurostat_code", "group", "is_eligible", "has_nuts", "is_active"]
    list_filter = ["is_eligible", "group", "is_active"]
    search_fields = ["name_texts", "code", "eurostat_code", "iso3"]
    fields = [
        ("code", "eurostat_code", "iso3"),
        "name_texts",
        ("group", "is_eligible", "has_nuts"),
        "languages",
        "is_active",
    ]


@admin.register(Language)
class LanguageAdmin(_NamedAdmin):
    list_display = ["shown_name", "code", "group", "is_active"]
    list_filter = ["group", "is_active"]
    search_fields = ["name_texts", "code"]
    fields = ["code", "name_texts", "group", "close_to", "is_active"]


@admin.register(NutsUnit)
class NutsUnitAdmin(ReadOnlyAdmin):
    list_display = ["code", "shown_name", "country", "level", "is_land_border_eligible", "is_active"]
    list_filter = ["level", "is_land_border_eligible", "is_extra", "is_active", "country"]
    list_select_related = ["country"]
    search_fields = ["search_name"]
    search_help_text = _("Town, village or region in any language, or code")
    fields = [
        ("code", "level"),
        ("name_latin", "name_local"),
        ("country", "parent"),
        ("is_land_border", "is_land_border_eligible"),
        "border_countries",
        "language_codes",
        "mountain_type",
        "urban_type",
        "coast_type",
        ("lon", "lat"),
        ("is_extra", "is_active"),
    ]

    @admin.display(description=_("name"), ordering="name_latin")
    def shown_name(self, unit: NutsUnit) -> str:
        return unit.name

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return known_as(queryset, NutsUnitQuerySet).found_by(regions_named(search_term)), False


class _PlacePairAdmin(ReadOnlyAdmin):
    list_select_related = ["a", "b"]


@admin.register(BorderPair)
class BorderPairAdmin(_PlacePairAdmin):
    list_display = ["a", "b", "kind", "distance_km", "is_doubtful", "is_active"]
    list_filter = ["kind", "is_doubtful", "is_active"]
    search_fields = ["a__search_name", "b__search_name"]
    fields = [("a", "b"), ("kind", "distance_km", "is_doubtful"), "is_active"]


@admin.register(CountryBorder)
class CountryBorderAdmin(_PlacePairAdmin):
    list_display = ["border", "a", "b", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["a__name_texts", "b__name_texts", "a__code", "b__code"]
    fields = [("a", "b"), "kind", "is_active"]

    @admin.display(description=_("border"), ordering="a")
    def border(self, border: CountryBorder) -> str:
        return str(border)


@admin.register(Tripoint)
class TripointAdmin(ReadOnlyAdmin):
    list_display = ["unit_a", "unit_b", "unit_c", "lon", "lat", "is_active"]
    list_select_related = ["unit_a", "unit_b", "unit_c"]
    list_filter = ["is_active"]
    search_fields = ["unit_a__search_name", "unit_b__search_name", "unit_c__search_name"]
    fields = [("unit_a", "unit_b", "unit_c"), ("lon", "lat"), "is_active"]


@admin.register(DataFile)
class DataFileAdmin(ReadOnlyAdmin):
    list_display = ["name", "rows", "loaded_at", "sha256"]
    search_fields = ["name"]
    fields = ["name", "rows", "loaded_at", "sha256"]
