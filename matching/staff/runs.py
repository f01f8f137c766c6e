"""Match runs: started by a button, followed, read as a board, asked, compared, confirmed by another."""

from __future__ import annotations

from typing import Any, TypedDict

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.annotating import ReadWith
from core.staff.admin import Button, DecisionPageMixin, Label, ReadOnlyAdmin, StatusChangeInline
from matching import freshness, wording
from matching.board import Board, names_of_all, progress_of
from matching.completeness import with_call_served
from matching.enums import RunStatus
from matching.models import MatchRun, MatchRunChange, Reservation
from matching.staff.run_decisions import DECISIONS
from matching.staff.run_pages import (
    AnalysisPage,
    CompareRunsPage,
    CoveragePage,
    ProgressPage,
    WhyNotPage,
)


class RunTexts(TypedDict):
    """What the theme asks for several times, and is worked out once for a page."""

    names: wording.Names
    said_parameters: list[str]


ShownRun = ReadWith[MatchRun, RunTexts]


class MatchRunChangeInline(StatusChangeInline):
    model = MatchRunChange


@admin.register(MatchRun)
class MatchRunAdmin(DecisionPageMixin, ReadOnlyAdmin):
    list_display = [
        "label",
        "note",
        "status_label",
        "requested_by",
        "requested_at",
        "served",
        "quality",
        "proof",
    ]
    list_display_links = ["label", "note"]
    list_filter = ["status"]
    search_fields = ["note", "problem_sha256"]
    search_help_text = _("Note or SHA-256 of the input")
    inlines = [MatchRunChangeInline]
    fields = [
        "note",
        "status_label",
        "requested_by",
        ("requested_at", "finished_at"),
        "parameters",
        "fingerprint",
        "error",
        ("failures", "not_before"),
    ]
    readonly_fields = [
        "note",
        "status_label",
        "requested_by",
        "requested_at",
        "finished_at",
        "parameters",
        "fingerprint",
        "error",
        "failures",
        "not_before",
    ]
    change_form_before_template = "admin/matching/board.html"
    decisions = DECISIONS
    pages = [AnalysisPage, CoveragePage, CompareRunsPage, ProgressPage, WhyNotPage]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # A problem of 30 regions and 200 experts is some 100 kB: the list does not read it.
        return super().get_queryset(request).select_related("requested_by", "analysis").defer("problem")

    def get_fields(self, request: HttpRequest, obj: MatchRun | None = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))
        return fields if obj and obj.error else fields[: fields.index("error")]

    def get_buttons(self, request: HttpRequest, row: MatchRun | None = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
        if row is not None:
            return buttons
        return [
            *buttons,
            Button(CompareRunsPage.title, self.url("compare"), icon="compare_arrows"),
            Button(CoveragePage.title, self.url("pool"), icon="grid_view"),
        ]

    def row_context(self, request: HttpRequest, row: ShownRun) -> dict[str, Any]:
        names = _names_for(row)
        return {
            "run": row,
            "progress": progress_of(row, timezone.now()),
            "board": Board.of(row, names) if row.status == RunStatus.DONE else None,
            "kept_back": with_call_served(Reservation.objects.in_force().with_names()),
            "changes": freshness.warnings(row, names, today=timezone.localdate()),
        }

    @admin.display(description=_("run"), ordering="pk")
    def label(self, run: MatchRun) -> str:
        return str(run)

    @display(
        description=_("status"),
        ordering="status",
        label={
            RunStatus.QUEUED: "info",
            RunStatus.RUNNING: "info",
            RunStatus.DONE: "success",
            RunStatus.FAILED: "danger",
            RunStatus.CANCELLED: "warning",
        },
    )
    def status_label(self, run: MatchRun) -> Label:
        return Label.of_status(run)

    @admin.display(description=_("regions with a team"), ordering="result__objective__served")
    def served(self, run: MatchRun) -> str:
        return f"{run.result['objective']['served']} / {len(run.result['regions'])}" if run.result else "–"

    @admin.display(description=_("total points"), ordering="result__objective__sum")
    def quality(self, run: MatchRun) -> str:
        return str(run.result["objective"]["sum"]) if run.result else "–"

    @display(description=_("proven"), ordering="result__status", boolean=True)
    def proof(self, run: MatchRun) -> bool | None:
        return run.result["status"] == "optimal" if run.result else None

    @admin.display(description=_("rules and limits"))
    def parameters(self, run: ShownRun) -> str:
        # The theme asks several times for the same cell.
        if not hasattr(run, "said_parameters"):
            kept_back = run.reservations.with_names().order_by("pk")
            run.said_parameters = [
                *wording.parameters(run.problem["parameters"], _names_for(run)),
                *(f"{wording.kept_back(row)} {row.reason}" for row in kept_back),
            ]
        return format_html_join(
            "", '<span class="block">{}</span>', ((text,) for text in run.said_parameters)
        )

    @admin.display(description=_("SHA-256 of the input"))
    def fingerprint(self, run: MatchRun) -> str:
        return format_html('<span class="staff-hash">{}</span>', run.problem_sha256)


def _names_for(run: ShownRun) -> wording.Names:
    """Return all names, read once for a page about a run."""
    if not hasattr(run, "names"):
        run.names = names_of_all()
    return run.names
