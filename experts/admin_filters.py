"""How staff narrow the list of experts; a level counts together with its language or area."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from experts.enums import ExpertiseLevel
from experts.forms.availability import months_ahead
from experts.models import Expert
from experts.summaries import month_in_words
from impact.reference.enums import CefrLevel
from impact.reference.models import Country, ExpertiseArea, Language


class LanguageFilter(DropdownFilter):
    title, parameter_name = _("language"), "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return Language.objects.active().as_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        level = request.GET.get(LanguageLevelFilter.parameter_name)
        return queryset.speaking(self.value(), level if level in CefrLevel.values else CefrLevel.A1)


class LanguageLevelFilter(DropdownFilter):
    """Means nothing alone: everybody speaks some language natively."""

    title, parameter_name = _("level of that language, at least"), "language_level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return CefrLevel.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset


class AreaFilter(DropdownFilter):
    title, parameter_name = _("area of expertise"), "area"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return ExpertiseArea.objects.active().as_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        level = request.GET.get(AreaLevelFilter.parameter_name, "")
        return queryset.skilled_in(self.value(), int(level) if level.isdecimal() else ExpertiseLevel.KNOWS)


class AreaLevelFilter(DropdownFilter):
    """Means nothing alone, as the level of a language."""

    title, parameter_name = _("level in that area, at least"), "area_level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        return ExpertiseLevel.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset


class FreeMonthFilter(DropdownFilter):
    title, parameter_name = _("days in the month"), "free_in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.months = {f"{month:%Y-%m}": month for month in months_ahead(timezone.localdate())}
        return [(key, month_in_words(month)) for key, month in self.months.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        month = self.months.get(self.value())
        return queryset.free_in(month) if month else queryset


class CountryFilter(DropdownFilter):
    title, parameter_name = _("country of residence"), "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return Country.objects.active().as_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(country=self.value()) if self.value() else queryset


class ChangedFilter(SimpleListFilter):
    title, parameter_name = _("to look at"), "to_see"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("changed", _("Changed since last seen")), ("erasure", _("Deletion asked for"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Expert]) -> QuerySet:
        if self.value() == "changed":
            return queryset.changed_since_seen()
        return queryset.erasure_open() if self.value() == "erasure" else queryset
