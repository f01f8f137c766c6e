"""One log of all decisions of staff, for managers, auditors and administrators; nobody can change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, DropdownFilter

from core.accounts.logged_in import person_at
from core.decision_log.days import DaysFilter
from core.decision_log.listing import decisions_for
from core.decision_log.models import LoggedDecision
from core.decision_log.sources import sources_for
from core.decision_log.wording import detail_in_words, kind_in_words
from core.exporting import Column, ExportMixin
from core.staff.admin import ReadOnlyAdmin
from core.staff.rows import page_of

BRUSSELS = ZoneInfo("Europe/Brussels")


class KindFilter(DropdownFilter):
    """What was decided, among what this person may read."""

    title, parameter_name = _("kind of decision"), "decision"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        kinds = [
            f"{source.code}:{verb}" for source in sources_for(person_at(request)) for verb in source.verbs()
        ]
        return sorted(((kind, kind_in_words(kind)) for kind in kinds), key=lambda row: row[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[LoggedDecision]) -> QuerySet[LoggedDecision]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class AboutFilter(DropdownFilter):
    """On what it was decided: applications, calls, experts and so on."""

    title, parameter_name = _("what it was about"), "about"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        models = {source.about for source in sources_for(person_at(request)) if source.about}
        return sorted(((name, _plural(name)) for name in models), key=lambda row: row[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[LoggedDecision]) -> QuerySet[LoggedDecision]:
        return queryset.filter(about__startswith=f"{self.value()}:") if self.value() else queryset


def _plural(name: str) -> str:
    model: type[Model] = apps.get_model(name)
    return capfirst(str(model._meta.verbose_name_plural))


@admin.register(LoggedDecision)
class LoggedDecisionAdmin(ExportMixin, ReadOnlyAdmin):
    list_display = ["when", "by", "decision", "on_what", "why", "details"]
    list_display_links = None
    list_filter = [
        ("at", DaysFilter),
        ("by", AutocompleteSelectFilter),
        KindFilter,
        AboutFilter,
    ]
    list_select_related = ["by"]
    search_fields = ["label", "reason", "detail", "by__name", "by__email"]
    search_help_text = _("Reference or name, reason, or person who decided")
    empty_text = _("Every decision of staff appears here: who took it, when, why, and what was unfinished.")
    fields = readonly_fields = ["when", "by", "decision", "on_what", "why", "details"]
    export_name = "decisions"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoggedDecision]:
        return decisions_for(person_at(request)).select_related("by").order_by("-at", "-id")

    def export_columns(self, request: HttpRequest, rows: list[LoggedDecision]) -> Sequence[Column]:
        return [
            (_("When"), self.when),
            (_("Person"), lambda row: str(row.by or "")),
            (_("Decision"), self.decision),
            (_("On what"), lambda row: row.label),
            (_("Reason"), lambda row: row.reason),
            (_("Details"), self.details),
        ]

    @admin.display(description=_("when"), ordering="at")
    def when(self, row: LoggedDecision) -> str:
        return to_the_second(row.at)

    @admin.display(description=_("decision"), ordering="kind")
    def decision(self, row: LoggedDecision) -> str:
        return kind_in_words(row.kind)

    @admin.display(description=_("on what"), ordering="label")
    def on_what(self, row: LoggedDecision) -> str:
        address = page_of(row.about)
        return (
            format_html('<a class="underline" href="{}">{}</a>', address, row.label or row.about)
            if address
            else row.label
        )

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, row: LoggedDecision) -> str:
        return row.reason

    @admin.display(description=_("details"))
    def details(self, row: LoggedDecision) -> str:
        return detail_in_words(row.kind, row.detail)


def to_the_second(at: datetime) -> str:
    """Return a time such as "2026-04-10 17:00:05 +0200 (Brussels time)", as it sorts."""
    local = at.astimezone(BRUSSELS)
    return str(_("%(at)s (Brussels time)") % {"at": local.strftime("%Y-%m-%d %H:%M:%S %z")})
