"""How staff narrow the list of experts; a level counts together with its language or area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from core.half_days import HALF_DAYS_PER_DAY, days_in_words
from core.known_types import known_as
from core.phrases import StrOrPromise
from core.reference.enums import CefrLevel
from core.reference.models import Country, ExpertiseArea, Language
from experts.enums import ExpertiseLevel
from experts.kinds import month_in_words, months_ahead
from experts.models import Expert
from experts.querysets import ExpertQuerySet

# What staff may ask for; the shortest assignments take a day or two, the longest a working month.
ENOUGH_DAYS = (1, 2, 5, 10, 15, 20, 30, 40)


class LanguageFilter(DropdownFilter):
    title, parameter_name = _("language"), "language"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return Language.objects.active().choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        asked = request.GET.get(LanguageLevelFilter.parameter_name, "")
        level = asked if asked in CefrLevel.values else CefrLevel.A1
        return known_as(queryset, ExpertQuerySet).speaking(self.value(), level)


class LanguageLevelFilter(DropdownFilter):
    """Means nothing alone: everybody speaks some language natively."""

    title, parameter_name = _("level in that language (minimum)"), "language_level"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Sequence[tuple[str, StrOrPromise]]:
        return CefrLevel.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset


class AreaFilter(DropdownFilter):
    title, parameter_name = _("expertise area"), "area"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return ExpertiseArea.objects.active().choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        asked = request.GET.get(AreaLevelFilter.parameter_name, "")
        level = int(asked) if asked.isdecimal() else ExpertiseLevel.KNOWS
        return known_as(queryset, ExpertQuerySet).skilled_in(self.value(), level)


class AreaLevelFilter(DropdownFilter):
    """Means nothing alone, as the level of a language."""

    title, parameter_name = _("level in that area (minimum)"), "area_level"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Sequence[tuple[int, StrOrPromise]]:
        return ExpertiseLevel.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset


class FreeFromFilter(DropdownFilter):
    """The first month of a period; with the two filters after it, what is free in the period counts."""

    title, parameter_name = _("free days from"), "free_from"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(f"{month:%Y-%m}", month_in_words(month)) for month in months_ahead(timezone.localdate())]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        months = {f"{month:%Y-%m}": month for month in months_ahead(timezone.localdate())}
        asked = [request.GET.get(kind.parameter_name, "") for kind in PERIOD]
        if not months or not any(asked):
            return queryset
        first, last = (months.get(key) for key in asked[:2])
        least = int(asked[2]) if asked[2].isdecimal() else 0
        return known_as(queryset, ExpertQuerySet).free_between(
            first or min(months.values()),
            last or max(months.values()),
            half_days=max(1, least * HALF_DAYS_PER_DAY),
        )


class FreeUntilFilter(FreeFromFilter):
    """The last month of the period."""

    title, parameter_name = _("free days until"), "free_until"

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset


class FreeDaysFilter(DropdownFilter):
    """How many days of the whole period no team has been promised."""

    title, parameter_name = _("free days in that period (minimum)"), "free_days"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[int, str]]:
        return [(days, days_in_words(days * HALF_DAYS_PER_DAY)) for days in ENOUGH_DAYS]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset


PERIOD = (FreeFromFilter, FreeUntilFilter, FreeDaysFilter)


class CountryFilter(DropdownFilter):
    title, parameter_name = _("country of residence"), "country"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return Country.objects.active().choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(country=self.value()) if self.value() else queryset


class ChangedFilter(SimpleListFilter):
    title, parameter_name = _("needs attention"), "to_see"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("changed", gettext("Changed since last viewed")), ("erasure", gettext("Deletion requested"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Expert]) -> ExpertQuerySet:
        experts = known_as(queryset, ExpertQuerySet)
        if self.value() == "changed":
            return experts.changed_since_seen()
        return experts.erasure_open() if self.value() == "erasure" else experts
