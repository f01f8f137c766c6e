"""Selections: drafted on the board, proposed by one person, confirmed by another."""

from __future__ import annotations

from typing import Any, TypedDict

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from applications.enums import PILOT_PLACES, SelectionOutcome, SelectionStatus
from applications.models import Selection, SelectionChange
from applications.selecting import letters, outdated
from applications.selecting.actions.drafting import candidates_of
from applications.selecting.rules import places_left
from applications.selecting.staff.board import BoardPage
from applications.selecting.staff.decisions import DECISIONS, saves_of, show_entries
from applications.selecting.staff.letters import LettersPage, OutcomeLetterPage
from applications.selecting.staff.portfolio import ComparePage, OptimisePage
from core.annotating import ReadWith
from core.mail.models import Message
from core.staff.admin import (
    Button,
    DecisionPageMixin,
    Label,
    ReadOnlyAdmin,
    StatusChangeInline,
    TemplatePageMixin,
)


class Counts(TypedDict):
    selected_count: int
    reserve_count: int


CountedSelection = ReadWith[Selection, Counts]


class SelectionChangeInline(StatusChangeInline):
    model = SelectionChange


@admin.register(Selection)
class SelectionAdmin(TemplatePageMixin, DecisionPageMixin, ReadOnlyAdmin):
    list_display = [
        "title",
        "call_name",
        "status_label",
        "selected",
        "reserve",
        "created_by",
        "proposed_by",
        "confirmed_by",
        "created_at",
    ]
    list_filter = [("call", RelatedDropdownFilter), ("status", ChoicesDropdownFilter)]
    list_select_related = ["call", "created_by", "proposed_by", "confirmed_by"]
    search_fields = ["title", "entries__application__reference"]
    search_help_text = _("Title or application reference")
    empty_text = _("Start a selection. It is your own scenario until you propose it.")
    inlines = [SelectionChangeInline]
    change_form_before_template = "admin/applications/selection.html"
    decisions = DECISIONS
    pages = [BoardPage, ComparePage, OptimisePage, LettersPage, OutcomeLetterPage]

    class Media:
        js = ["js/selection-board.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CountedSelection]:
        entries = Count("entries", Q(entries__outcome=SelectionOutcome.SELECTED), distinct=True)
        reserve = Count("entries", Q(entries__outcome=SelectionOutcome.RESERVE), distinct=True)
        selections: QuerySet[Selection] = super().get_queryset(request)
        counted = selections.annotate(selected_count=entries, reserve_count=reserve)
        return counted.select_related(*self.list_select_related)

    def get_buttons(self, request: HttpRequest, row: Selection | None = None) -> list[Button]:
        others = super().get_buttons(request, row)
        compare = self.url("compare")
        if row is None:
            return [*others, Button(_("Compare scenarios"), compare, icon="compare_arrows")]
        buttons = [
            Button(_("Letters"), self.url("letters", row.pk), icon="mail"),
            Button(_("Compare"), f"{compare}?id={row.pk}", icon="compare_arrows"),
        ]
        if row.status == SelectionStatus.DRAFT and request.user.has_perm("applications.propose_selection"):
            buttons.insert(0, Button(_("Choose"), self.url("board", row.pk), icon="checklist"))
        return buttons + others

    def row_context(self, request: HttpRequest, row: Selection) -> dict[str, Any]:
        undecided = candidates_of(row).exclude(selection_entries__selection=row)
        return {
            "selection": row,
            **show_entries(request, [row]),
            "saves": saves_of(row),
            "outdated": outdated.notes(row).values(),
            "letters": Message.objects.with_keys(letters.outcome_keys(row)).order_by("to"),
            "undecided": undecided.count(),
            "left": places_left(row.call),
            "places": PILOT_PLACES,
        }

    @display(
        description=_("status"),
        ordering="status",
        label={
            SelectionStatus.DRAFT: "default",
            SelectionStatus.PROPOSED: "warning",
            SelectionStatus.CONFIRMED: "success",
            SelectionStatus.REJECTED: "danger",
            SelectionStatus.UNDO_ASKED: "warning",
            SelectionStatus.UNDONE: "danger",
        },
    )
    def status_label(self, selection: Selection) -> Label:
        return Label.of_status(selection)

    @admin.display(description=_("call"), ordering="call")
    def call_name(self, selection: Selection) -> str:
        return selection.call_name

    @admin.display(description=_("selected"), ordering="selected_count")
    def selected(self, selection: CountedSelection) -> int:
        return selection.selected_count

    @admin.display(description=_("reserve"), ordering="reserve_count")
    def reserve(self, selection: CountedSelection) -> int:
        return selection.reserve_count
