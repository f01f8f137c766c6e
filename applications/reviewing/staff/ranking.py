"""The ranking: a list that PostgreSQL aggregates, filters, sorts and pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ALL_VAR, PAGE_VAR
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import floatformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from applications.calls.file_names import call_in_name
from applications.models import Application, Call, RankedApplication
from applications.reviewing.querysets import below_threshold
from applications.reviewing.ranking import DISAGREEMENT_POINTS, RIDGE
from applications.reviewing.staff.criterion_columns import (
    EACH_CRITERION,
    RankedRow,
    criteria_of,
    criterion_columns,
    load_criteria,
    load_ranks,
    mean_of,
    points_in_words,
)
from applications.reviewing.staff.lists import SubmittedListAdmin
from core.accounts.logged_in import person_at
from core.exporting import Column, ExportMixin
from core.keys import is_key
from core.lists.addresses import with_origin
from core.phrases import labelled
from core.staff.buttons import Button
from core.staff.changelists import OfferedChangeList


class FlagFilter(DropdownFilter):
    title = _("flag")
    parameter_name = "flag"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [
            ("disagreement", _("Reviewers disagree")),
            ("threshold", _("Below a threshold")),
            ("none", _("No flag")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        low = below_threshold(person_at(request))
        match self.value():
            case "disagreement":
                return queryset.filter(spread__gte=DISAGREEMENT_POINTS)
            case "threshold":
                return queryset.filter(pk__in=low)
            case "none":
                calm = queryset.exclude(pk__in=low)
                return calm.exclude(spread__gte=DISAGREEMENT_POINTS)
        return queryset


class RankingList(OfferedChangeList):
    """A page of the ranking, with the rank of its rows and the mean of each criterion."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        load_criteria(self.result_list)
        load_ranks(self.result_list, person_at(request))


@admin.register(RankedApplication)
class RankingAdmin(ExportMixin, SubmittedListAdmin):
    list_display = [
        "rank",
        "name",
        "countries",
        "status_label",
        "cover",
        "raw",
        "adjusted",
        "spread_points",
        "flags",
        "by_criterion",
    ]
    list_display_links = ["name"]
    list_filter = [*SubmittedListAdmin.list_filter, FlagFilter]
    list_before_template = "admin/applications/ranking_method.html"
    export_name = "ranking"
    columns_on_demand = [EACH_CRITERION]
    # All of a call on one page, to be printed.
    list_max_show_all = 1000
    ridge = RIDGE
    disagreement_points = DISAGREEMENT_POINTS

    def get_ordering(self, request: HttpRequest) -> list[OrderBy | str]:  # type: ignore[override]  # Django takes expressions too
        return [F("mean_total").desc(nulls_last=True), "pk"]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_display(request), *criterion_columns(request)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OfferedChangeList]:
        return RankingList

    def get_buttons(self, request: HttpRequest, row: Application | None = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
        if row is None:
            buttons = [Button(_("All rows, to print"), _all_rows(request), icon="print"), *buttons]
        if row is not None or not request.user.has_perm("applications.propose_selection"):
            return buttons
        call = request.GET.get("call__id__exact", "")
        address = reverse("admin:applications_selection_decide_many", args=["start"])
        address += f"?call={call}" if is_key(call) else ""
        return [Button(_("Start a selection"), address, icon="how_to_vote"), *buttons]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        origin = self.origin(request)._replace(label=self.opts.label_lower)
        address = reverse("admin:applications_application_change", args=[object_id])
        return HttpResponseRedirect(with_origin(address, origin))

    def export_about(self, request: HttpRequest) -> str:
        return call_in_name(request, "call__id__exact")

    def export_columns(self, request: HttpRequest, rows: list[RankedRow]) -> Sequence[Column]:
        load_criteria(rows)
        load_ranks(rows, person_at(request))
        return [*self._columns(), *criteria_of({row.call for row in rows}, mean_of)]

    def export_choices(self, request: HttpRequest) -> Sequence[Column]:
        return [*self._columns(), *criteria_of(Call.objects.of_applications(self.export_rows(request)))]

    def _columns(self) -> list[Column]:
        return [
            (_("Rank in its call"), lambda a: a.rank and a.rank.number),
            (_("Reference"), lambda a: a.reference),
            (_("Title"), lambda a: a.latest_version.title),
            (_("Call"), lambda a: str(a.call.title)),
            (_("Status"), lambda a: a.get_status_display()),
            (_("Countries"), lambda a: " ".join(a.latest_version.country_codes)),
            (_("Reviews done"), lambda a: a.reviews_final),
            (_("Reviews needed"), lambda a: a.call.reviews_wanted),
            (_("Weighted score (0 to 100)"), lambda a: a.mean_total),
            (_("Adjusted score"), lambda a: a.adjusted_total),
            (_("Spread"), lambda a: a.spread),
        ]

    @admin.display(description=_("rank"), ordering=F("mean_total").desc(nulls_last=True))
    def rank(self, application: RankedRow) -> str:
        return "–" if application.rank is None else str(application.rank)

    @admin.display(description=_("application"), ordering="reference")
    def name(self, application: Application) -> str:
        title = application.latest_version.title or "–"
        return format_html('<span class="staff-reference block">{}</span>{}', application.reference, title)

    @admin.display(description=_("weighted score"), ordering=F("mean_total").asc(nulls_first=True))
    def raw(self, application: RankedRow) -> str:
        return points_in_words(application, application.mean_total)

    @admin.display(description=_("adjusted score"), ordering=F("adjusted_total").asc(nulls_first=True))
    def adjusted(self, application: RankedRow) -> str:
        return points_in_words(application, application.adjusted_total)

    @admin.display(description=_("spread"), ordering=F("spread").asc(nulls_first=True))
    def spread_points(self, application: RankedRow) -> str:
        return points_in_words(application, application.spread)

    @admin.display(description=_("mean by criterion"))
    def by_criterion(self, application: RankedRow) -> str:
        if application.is_blind:
            return str(_("hidden"))
        means = ((c.title, f"{floatformat(mean, 1)} / {c.max_score}") for c, mean in application.criteria)
        rows = ((labelled(title, mean),) for title, mean in means)
        lines = format_html_join("", '<span class="block whitespace-nowrap">{}</span>', rows)
        return format_html("<div>{}</div>", lines or "–")

    @admin.display(description=_("flags"))
    def flags(self, application: RankedRow) -> str:
        labels = ((render_to_string("unfold/helpers/label.html", flag),) for flag in _flags(application))
        return format_html_join(" ", "{}", labels)


def _all_rows(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop(PAGE_VAR, None)
    query[ALL_VAR] = ""
    return f"?{query.urlencode()}"


def _flags(application: RankedRow) -> list[dict[str, Any]]:
    found = []
    if application.spread is not None and application.spread >= DISAGREEMENT_POINTS:
        found.append({"type": "warning", "text": _("Reviewers disagree")})
    if any(mean < criterion.threshold for criterion, mean in application.criteria):
        found.append({"type": "danger", "text": _("Below a threshold")})
    return found
