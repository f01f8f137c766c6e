"""Match runs: started by a button, followed, read as a board, asked, compared, confirmed by another."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.exporting import button_to
from core.staff.admin import DecisionPageMixin, Label, ReadOnlyAdmin, StatusChangeInline
from matching import freshness, wording
from matching.admin.run_decisions import DECISIONS
from matching.admin.run_pages import RunPagesMixin
from matching.board import Board, names_of_all, progress_of
from matching.enums import RunStatus
from matching.models import MatchRun, MatchRunChange, Reservation

PAGES = [
    (_("Compare two runs"), "admin:matching_matchrun_compare", "compare_arrows"),
    (_("Coverage of the pool"), "admin:matching_matchrun_pool", "grid_view"),
]


class MatchRunChangeInline(StatusChangeInline):
    model = MatchRunChange


@admin.register(MatchRun)
class MatchRunAdmin(RunPagesMixin, DecisionPageMixin, ReadOnlyAdmin):
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
    search_help_text = _("Note, or SHA-256 of the input")
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

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # A problem of 30 regions and 200 experts is some 100 kB: the list does not read it.
        return super().get_queryset(request).select_related("requested_by").defer("problem")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))
        return fields if obj and obj.error else fields[: fields.index("error")]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None:
            buttons = [button_to(title, reverse(name), icon=icon) for title, name, icon in PAGES]
            context["actions_list"] = [*context.get("actions_list", []), *buttons]
        return response

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        run = self.get_object(request, object_id)
        extra = kwargs.pop("extra_context", None) or {}
        if run is not None and self.has_view_permission(request, run):
            extra |= {"run": run, "progress": progress_of(run, timezone.now())}
            names = names_of_all()
            extra["board"] = Board.of(run, names) if run.status == RunStatus.DONE else None
            extra["kept_back"] = Reservation.objects.in_force().with_names().with_call_served()
            extra["changes"] = freshness.warnings(run, names, today=timezone.localdate())
        return super().change_view(request, object_id, *args, extra_context=extra, **kwargs)

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

    @admin.display(description=_("regions served"))
    def served(self, run: MatchRun) -> str:
        return f"{run.result['objective']['served']} / {len(run.result['regions'])}" if run.result else "–"

    @admin.display(description=_("points in all"))
    def quality(self, run: MatchRun) -> str:
        return str(run.result["objective"]["sum"]) if run.result else "–"

    @display(description=_("proven"), boolean=True)
    def proof(self, run: MatchRun) -> bool | None:
        return run.result["status"] == "optimal" if run.result else None

    @admin.display(description=_("rules and limits"))
    def parameters(self, run: MatchRun) -> str:
        # The theme asks several times for the same cell.
        if not hasattr(run, "said_parameters"):
            kept_back = run.reservations.with_names().order_by("pk")
            run.said_parameters = [
                *wording.parameters(run.problem["parameters"], names_of_all()),
                *(f"{wording.kept_back(row)} {row.reason}" for row in kept_back),
            ]
        return format_html_join(
            "", '<span class="block">{}</span>', ((text,) for text in run.said_parameters)
        )

    @admin.display(description=_("SHA-256 of the input"))
    def fingerprint(self, run: MatchRun) -> str:
        return format_html('<span class="staff-hash">{}</span>', run.problem_sha256)
