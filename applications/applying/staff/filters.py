"""Filters of the lists of applications: by what the last submitted version says, and by cover."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from applications.models import Clarification, Submission
from applications.querysets.application import held_letter_about
from core.reference.models import Country, CountryBorder, InterregProgramme


def submitted_in(condition: Q) -> Exists:
    """Whether the last version of an application meets a condition."""
    return Exists(Submission.objects.latest_versions().filter(condition, application=OuterRef("pk")))


def of_latest_version(value: Combinable) -> Subquery:
    """Return something of the last version of an application, to order by."""
    latest = Submission.objects.latest_versions().filter(application=OuterRef("pk"))
    return Subquery(latest.values(found=value)[:1])


class CountryFilter(DropdownFilter):
    title = _("partner’s country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return Country.objects.eligible().choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        return queryset.filter(submitted_in(Q(countries__contains=[self.value()])))


class BorderFilter(DropdownFilter):
    title = _("border")
    parameter_name = "border"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        borders = CountryBorder.objects.active().select_related("a", "b")
        return sorted(((f"{b.a_id}-{b.b_id}", f"{b.a} – {b.b}") for b in borders), key=lambda row: row[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        return queryset.filter(submitted_in(Q(countries__contains=self.value().split("-"))))


class ProgrammeFilter(DropdownFilter):
    """Partners in at least two countries of the programme."""

    title = _("Interreg programme")
    parameter_name = "programme"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return list(InterregProgramme.objects.active().values_list("pk", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        codes = Country.objects.filter(programmes=self.value()).values_list("pk", flat=True)
        condition = Q(pk__in=[])
        for pair in combinations(sorted(codes), 2):
            condition |= Q(countries__contains=list(pair))
        return queryset.filter(submitted_in(condition))


class CoverFilter(DropdownFilter):
    title = _("review coverage")
    parameter_name = "cover"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [
            ("unassigned", _("Too few reviewers assigned")),
            ("waiting", _("Reviews outstanding")),
            ("complete", _("All reviews done")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        wanted = F("call__reviews_wanted")
        conditions = {
            "unassigned": Q(reviews_asked__lt=wanted),
            "waiting": Q(reviews_asked__gt=F("reviews_final")),
            "complete": Q(reviews_final__gte=wanted),
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class LetterFilter(DropdownFilter):
    title = _("letter")
    parameter_name = "letter"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("held", _("Held: not sent yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(held_letter_about("pk")) if self.value() else queryset


class QuestionFilter(DropdownFilter):
    title = _("clarification")
    parameter_name = "question"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("open", _("Answer awaited")), ("overdue", _("Answer overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        asked = Clarification.objects.awaiting()
        found = asked.overdue(timezone.now()) if self.value() == "overdue" else asked
        return queryset.filter(pk__in=found.values("application"))


class PdfFilter(DropdownFilter):
    title = _("PDF")
    parameter_name = "pdf"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("failed", _("Could not be created"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "failed":
            return queryset
        return queryset.filter(pk__in=Submission.objects.with_hopeless_pdf().values("application"))
