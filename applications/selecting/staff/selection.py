"""Selections: drafted on the board, proposed by one person, confirmed by another."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from applications.enums import PILOT_PLACES, SelectionOutcome, SelectionStatus
from applications.models import Selection, SelectionChange
from applications.selecting import letters
from applications.selecting.actions.selecting import candidates_of, last_save
from applications.selecting.rules import places_left
from applications.selecting.staff.board_page import BoardPageMixin
from applications.selecting.staff.letters import LetterPagesMixin
from applications.selecting.staff.portfolio_pages import PortfolioPagesMixin
from applications.selecting.staff.selection_decisions import DECISIONS, saves_of, show_entries
from core.exporting import button_to
from core.mail.models import Message
from core.staff.admin import (
    Decision,
    DecisionForm,
    DecisionPageMixin,
    Label,
    ReadOnlyAdmin,
    StatusChangeInline,
)
from core.staff.template_pages import TemplatePageMixin


class SelectionChangeInline(StatusChangeInline):
    model = SelectionChange


@admin.register(Selection)
class SelectionAdmin(
    BoardPageMixin, PortfolioPagesMixin, LetterPagesMixin, TemplatePageMixin, DecisionPageMixin, ReadOnlyAdmin
):
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
    search_help_text = _("Title, or reference of an application")
    empty_text = _("Start a selection: it is a scenario of your own until you propose it.")
    inlines = [SelectionChangeInline]
    change_form_before_template = "admin/applications/selection.html"
    decisions = DECISIONS

    class Media:
        js = ["js/selection-board.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        entries = Count("entries", Q(entries__outcome=SelectionOutcome.SELECTED), distinct=True)
        reserve = Count("entries", Q(entries__outcome=SelectionOutcome.RESERVE), distinct=True)
        selections = super().get_queryset(request).select_related(*self.list_select_related)
        return selections.annotate(selected_count=entries, reserve_count=reserve)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        selection = self.get_object(request, object_id)
        if selection is not None and self.has_view_permission(request, selection):
            extra_context = (extra_context or {}) | self._shown(request, selection)
        return super().change_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        selection = kwargs.get("obj")
        may_choose = request.user.has_perm("applications.propose_selection")
        if selection is not None:
            address = reverse("admin:applications_selection_compare") + f"?id={selection.pk}"
            letters_page = reverse("admin:applications_selection_letters", args=[selection.pk])
            buttons = [
                button_to(_("Letters"), letters_page, icon="mail"),
                button_to(_("Compare"), address, icon="compare_arrows"),
            ]
            if selection.status == SelectionStatus.DRAFT and may_choose:
                buttons.insert(0, button_to(_("Choose"), self._board_url(selection), icon="checklist"))
            context["actions_detail"] = [*buttons, *context.get("actions_detail", [])]
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None:
            address = reverse("admin:applications_selection_compare")
            compare = button_to(_("Compare scenarios"), address, icon="compare_arrows")
            context["actions_list"] = [*context.get("actions_list", []), compare]
        return response

    def _form(
        self, request: HttpRequest, decision: Decision, targets: list[Any], answers: Any
    ) -> DecisionForm:
        form = super()._form(request, decision, targets, answers)
        if decision.name == "start":
            form.initial["call_id"] = request.GET.get("call", "")
        elif decision.name == "propose":
            form.initial["seen"] = last_save(targets[0])
        return form

    def _shown(self, request: HttpRequest, selection: Selection) -> dict[str, Any]:
        sent = Message.objects.with_keys(letters.outcome_keys(selection)).order_by("to")
        undecided = candidates_of(selection)
        return {
            "selection": selection,
            **show_entries(request, [selection]),
            "saves": saves_of(selection),
            "letters": sent,
            "undecided": undecided.exclude(selection_entries__selection=selection).count(),
            "left": places_left(selection.call),
            "places": PILOT_PLACES,
        }

    def _board_url(self, selection: Selection) -> str:
        return reverse("admin:applications_selection_board", args=[selection.pk])

    @display(
        description=_("status"),
        ordering="status",
        label={
            SelectionStatus.DRAFT: "default",
            SelectionStatus.PROPOSED: "warning",
            SelectionStatus.CONFIRMED: "success",
            SelectionStatus.REJECTED: "danger",
            SelectionStatus.UNDONE: "danger",
        },
    )
    def status_label(self, selection: Selection) -> Label:
        return Label.of_status(selection)

    @admin.display(description=_("call"), ordering="call")
    def call_name(self, selection: Selection) -> str:
        return selection.call_name

    @admin.display(description=_("selected"), ordering="selected_count")
    def selected(self, selection: Selection) -> int:
        return selection.selected_count

    @admin.display(description=_("reserve"), ordering="reserve_count")
    def reserve(self, selection: Selection) -> int:
        return selection.reserve_count
