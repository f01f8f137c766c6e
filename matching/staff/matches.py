"""Matches: who stands in which team, their end, answers that are late, teams and workload as files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from applications.calls.file_names import call_in_name
from core.accounts.logged_in import person_at
from core.exporting import Column, ExportMixin
from core.half_days import days_in_figures
from core.known_types import known_as
from core.lists.looks import separator_of
from core.spreadsheets import Format, table_response
from core.staff.admin import (
    Button,
    Decision,
    DecisionPageMixin,
    Label,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ReasonForm,
    StaffPage,
    StatusChangeInline,
)
from matching import actions, workload
from matching.enums import MATCH_MOVES, MatchStatus
from matching.models import Match, MatchChange, MatchMonth
from matching.querysets import MatchQuerySet


class AnswerFilter(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("open", _("Awaiting answer")), ("overdue", _("Overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Match]) -> MatchQuerySet:
        matches = known_as(queryset, MatchQuerySet)
        if self.value() == "open":
            return matches.awaiting_answer()
        return matches.overdue(timezone.now()) if self.value() == "overdue" else matches


class MatchChangeInline(StatusChangeInline):
    model = MatchChange


class MatchMonthInline(ReadOnlyInline):
    model = MatchMonth
    fields = readonly_fields = ["month_in_words", "days"]

    @admin.display(description=_("month"))
    def month_in_words(self, row: MatchMonth) -> str:
        return date_format(row.month, "F Y")

    @admin.display(description=_("days"))
    def days(self, row: MatchMonth) -> str:
        return days_in_figures(row.half_days)


class WorkloadPage(StaffPage):
    """Every expert in the pool with the days offered, promised and left, month by month, as a file."""

    route, name = "workload/<str:kind>/", "workload"
    permission = ExportMixin.export_permission
    needs_proof = True
    model_admin: MatchAdmin = None  # type: ignore[assignment]  # as_view() takes what a class has

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        if kind not in list(Format):
            raise Http404
        header, rows = workload.table(first=timezone.localdate().replace(day=1))
        self.model_admin.log_export(request, kind, len(rows))
        return table_response(
            name=f"impact-workload-{timezone.localdate():%Y-%m-%d}",
            table=[header, *rows],
            kind=Format(kind),
            separator=separator_of(person_at(request)),
        )


@admin.register(Match)
class MatchAdmin(DecisionPageMixin, ExportMixin, ReadOnlyAdmin):
    list_display = ["region", "expert", "role", "status_label", "answer_until", "confirmed_by"]
    list_display_links = ["region", "expert"]
    list_filter = ["status", AnswerFilter, "role", "region__application__call"]
    list_select_related = ["region__application__call", "expert__user", "confirmed_by"]
    search_fields = ["region__name", "expert__name", "expert__user__email"]
    search_help_text = _("Region, expert or e-mail")
    fields = ["region", "expert", "role", "status_label", "confirmed_by", "confirmed_at", "answer_until"]
    readonly_fields = fields
    inlines = [MatchMonthInline, MatchChangeInline]
    pages = [WorkloadPage]
    export_name = "teams"
    decisions = [
        Decision(
            name="end",
            label=_("End match"),
            action=actions.end_match,
            permission="matching.confirm_match",
            target="match_id",
            form=ReasonForm,
            is_possible=lambda match: MatchStatus.ENDED in MATCH_MOVES[match.status],
            explain=_(
                "The expert will receive your reason. Their days become free again, and "
                "the next run will fill the gap."
            ),
            icon="link_off",
        ),
    ]

    def get_buttons(self, request: HttpRequest, row: Match | None = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
        if row is not None or not request.user.has_perm(WorkloadPage.permission):
            return buttons
        return buttons + [
            Button(
                _("Download workload (%(kind)s)") % {"kind": kind.upper()},
                self.url("workload", kind),
                icon="download",
            )
            for kind in Format
        ]

    def export_about(self, request: HttpRequest) -> str:
        return call_in_name(request, "region__application__call__id__exact")

    def export_columns(self, request: HttpRequest, rows: list[Match]) -> list[Column]:
        matches = Match.objects.with_months().in_bulk([row.pk for row in rows])
        days = {pk: {m.month: m.half_days for m in match.months.all()} for pk, match in matches.items()}
        return [
            (_("Pilot region"), lambda row: row.region),
            (_("Call"), lambda row: row.region.application.call),
            (_("Expert"), lambda row: row.expert),
            (_("E-mail"), lambda row: row.expert.user and row.expert.user.email),
            (_("Role"), lambda row: row.get_role_display()),
            (_("Status"), lambda row: row.get_status_display()),
            (_("Answer by"), lambda row: row.answer_by),
            (_("Total days"), lambda row: sum(days[row.pk].values()) / 2),
            *(_column_of(month, days) for month in sorted({m for row in days.values() for m in row})),
        ]

    @display(
        description=_("status"),
        ordering="status",
        label={
            MatchStatus.INVITED: "info",
            MatchStatus.ACCEPTED: "success",
            MatchStatus.DECLINED: "danger",
            MatchStatus.ENDED: "default",
            "overdue": "warning",
        },
    )
    def status_label(self, match: Match) -> Label:
        return Label("overdue", _("Overdue")) if match.is_overdue else Label.of_status(match)

    @admin.display(description=_("answer by"), ordering="answer_by")
    def answer_until(self, match: Match) -> str:
        return date_format(timezone.localtime(match.answer_by), "DATETIME_FORMAT") if match.is_open else "–"


def _column_of(month: date, days: dict[int, dict[date, int]]) -> Column:
    return date_format(month, "M Y"), lambda row: days[row.pk].get(month, 0) / 2
