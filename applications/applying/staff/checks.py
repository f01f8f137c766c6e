"""Columns and filters of lists of applications: what each automatic check found of the last version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from applications.applying.checked_versions import BORDER, GROUPS, REGIONS, SIDES, THIRD_COUNTRY
from applications.enums import CheckResult
from applications.models import Application, AutomaticChecks
from core.exporting import Column

TITLES = {
    REGIONS: _("check: regions"),
    SIDES: _("check: sides"),
    BORDER: _("check: border"),
    THIRD_COUNTRY: _("check: third country"),
}
ICONS = {CheckResult.MET: "check_circle", CheckResult.TO_DECIDE: "help", CheckResult.NOT_MET: "block"}
NOT_CHECKED = _("Not checked yet")


class CheckFilter(DropdownFilter):
    """By the gravest result of one group of checks; a subclass names the group as `parameter_name`."""

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[Any, Any]]:
        return list(CheckResult.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        column = str(self.parameter_name).removeprefix("check_")
        return queryset.filter(**{f"automatic_checks__{column}": self.value()})


def _filter(group: str) -> type[CheckFilter]:
    return type(
        f"{group}_filter", (CheckFilter,), {"title": TITLES[group], "parameter_name": f"check_{group}"}
    )


def _column(group: str) -> Callable[[Application], str]:
    @admin.display(description=TITLES[group], ordering=f"automatic_checks__{group}")
    def column(application: Application) -> str:
        result = _result(application, group)
        if result is None:
            return str(NOT_CHECKED)
        icon = '<span class="material-symbols-outlined staff-inline" aria-hidden="true">{}</span> {}'
        return format_html(icon, ICONS[result], result.label)

    column.__name__ = f"check_{group}"
    return column


def _result(application: Application, group: str) -> CheckResult | None:
    try:
        return CheckResult(getattr(application.automatic_checks, group))
    except AutomaticChecks.DoesNotExist:
        return None


def _exported(group: str) -> Column:
    return TITLES[group], lambda row: getattr(_result(row, group), "label", NOT_CHECKED)


FILTERS = [_filter(group) for group in GROUPS]
COLUMNS = [_column(group) for group in GROUPS]
EXPORTED = [_exported(group) for group in GROUPS]
