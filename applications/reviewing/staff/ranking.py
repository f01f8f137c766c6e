"""The ranking: a list that PostgreSQL aggregates, filters, sorts and pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Avg, F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import floatformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from applications.calls.file_names import call_in_name
from applications.models import Application, Criterion, RankedApplication, ReviewScore
from applications.reviewing.querysets import ScoredApplication, Scores, below_threshold
from applications.reviewing.ranking import DISAGREEMENT_POINTS, RIDGE
from applications.reviewing.staff.lists import SubmittedListAdmin
from core.accounts.logged_in import person_at
from core.annotating import ReadWith
from core.exporting import Column, ExportMixin
from core.keys import is_key
from core.lists.addresses import with_origin
from core.phrases import labelled
from core.staff.buttons import Button
from core.staff.changelists import OfferedChangeList


class Ranked(Scores):
    """With what `load_criteria` adds: each criterion with its mean score."""

    criteria: list[tuple[Criterion, float]]


RankedRow = ReadWith[Application, Ranked]


def points_in_words(application: ScoredApplication, value: Decimal | float | None) -> str:
    """Return points for a column; hidden from a reviewer who has not finished their own review."""
    if application.is_blind:
        return str(_("hidden"))
    return "–" if value is None else floatformat(value, 1)


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
    """A page of the ranking, with the mean of each criterion for its rows."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        load_criteria(self.result_list)


def load_criteria(applications: Iterable[RankedRow]) -> None:
    """Give each application `criteria`: pairs of criterion and mean score, in two queries for all.

    Where the totals are hidden, so are these.
    """
    applications = list(applications)
    shown = [application for application in applications if not application.is_blind]
    means = (
        ReviewScore.objects.filter(review__application__in=shown, review__total__isnull=False)
        .order_by()
        .values_list("review__application", "criterion")
        .annotate(Avg("score"))
    )
    criteria = Criterion.objects.in_bulk({criterion for _application, criterion, _mean in means})
    by_application: dict[int, list[tuple[Criterion, float]]] = defaultdict(list)
    for application, criterion, mean in means:
        by_application[application].append((criteria[criterion], float(mean)))
    for application in applications:
        pairs = by_application.get(application.pk, [])
        application.criteria = sorted(pairs, key=lambda pair: (pair[0].position, pair[0].pk))


@admin.register(RankedApplication)
class RankingAdmin(ExportMixin, SubmittedListAdmin):
    list_display = [
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
    ridge = RIDGE
    disagreement_points = DISAGREEMENT_POINTS

    def get_ordering(self, request: HttpRequest) -> list[OrderBy | str]:  # type: ignore[override]  # Django takes expressions too
        return [F("mean_total").desc(nulls_last=True), "pk"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OfferedChangeList]:
        return RankingList

    def get_buttons(self, request: HttpRequest, row: Application | None = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
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
        titles: dict[int, str] = {c.pk: str(c.title) for row in rows for c, _mean in row.criteria}
        columns: list[Column] = [
            (_("Reference"), lambda a: a.reference),
            (_("Title"), lambda a: a.latest_version.title),
            (_("Call"), lambda a: str(a.call.title)),
            (_("Status"), lambda a: a.get_status_display()),
            (_("Countries"), lambda a: " ".join(a.latest_version.country_codes)),
            (_("Reviews done"), lambda a: a.reviews_final),
            (_("Weighted score (0 to 100)"), lambda a: a.mean_total),
            (_("Score less leniency"), lambda a: a.adjusted_total),
            (_("Spread"), lambda a: a.spread),
        ]
        return columns + [(title, mean_of(pk)) for pk, title in titles.items()]

    @admin.display(description=_("application"), ordering="reference")
    def name(self, application: Application) -> str:
        title = application.latest_version.title or "–"
        return format_html('<span class="staff-reference block">{}</span>{}', application.reference, title)

    @admin.display(description=_("weighted score"), ordering=F("mean_total").asc(nulls_first=True))
    def raw(self, application: RankedRow) -> str:
        return points_in_words(application, application.mean_total)

    @admin.display(description=_("less leniency"), ordering=F("adjusted_total").asc(nulls_first=True))
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


def _flags(application: RankedRow) -> list[dict[str, Any]]:
    found = []
    if application.spread is not None and application.spread >= DISAGREEMENT_POINTS:
        found.append({"type": "warning", "text": _("Reviewers disagree")})
    if any(mean < criterion.threshold for criterion, mean in application.criteria):
        found.append({"type": "danger", "text": _("Below a threshold")})
    return found


def mean_of(criterion_id: int) -> Callable[[RankedRow], float | None]:
    """Return what tells an application’s mean score for a criterion, once `load_criteria` has read it."""

    def mean(application: RankedRow) -> float | None:
        return next((mean for c, mean in application.criteria if c.pk == criterion_id), None)

    return mean
