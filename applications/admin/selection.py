"""Selections: drafted on the board, proposed by one person, confirmed by another."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from applications import letters
from applications.actions import selecting
from applications.admin.board import BoardForm
from applications.admin.pages import TemplatePageMixin
from applications.admin.selection_decisions import DECISIONS, balance, entries_of
from applications.enums import PILOT_PLACES, SelectionOutcome, SelectionStatus
from applications.models import Application, Selection, SelectionChange
from applications.standing import places_left
from impact.admin import Decision, DecisionForm, DecisionPageMixin, ReadOnlyAdmin, StatusChangeInline
from impact.decisions import in_words
from impact.exporting import button_to
from impact.history import IllegalMove, NotAllowed
from impact.mail.models import Message

ROWS_PER_PAGE = 100


class SelectionChangeInline(StatusChangeInline):
    model = SelectionChange


@admin.register(Selection)
class SelectionAdmin(TemplatePageMixin, DecisionPageMixin, ReadOnlyAdmin):
    list_display = [
        "title",
        "call",
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

    def get_urls(self) -> list[URLPattern]:
        board = self.admin_site.admin_view(self.board_view)
        return [path("<int:pk>/board/", board, name="applications_selection_board"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        selection = self.get_object(request, object_id)
        if selection is not None and self.has_view_permission(request, selection):
            extra_context = (extra_context or {}) | self._shown(selection)
        return super().change_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        selection = kwargs.get("obj")
        may_choose = request.user.has_perm("applications.propose_selection")
        if selection is not None and selection.status == SelectionStatus.DRAFT and may_choose:
            choose = button_to(_("Choose"), self._board_url(selection), icon="checklist")
            context["actions_detail"] = [choose, *context.get("actions_detail", [])]
        return super().render_change_form(request, context, *args, **kwargs)

    def board_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All candidates of the call with what is meant for each; saved as often as wanted."""
        selection = self.get_object(request, str(pk))
        if selection is None:
            raise Http404
        if not request.user.has_perm("applications.propose_selection"):
            raise PermissionDenied
        if selection.status != SelectionStatus.DRAFT:
            return HttpResponseRedirect(self._row_url(selection))
        page = Paginator(self._candidates(request, selection), ROWS_PER_PAGE).get_page(request.GET.get("p"))
        form = BoardForm(selection, page.object_list, request.POST or None)
        if request.method == "POST" and form.is_valid() and self._keep(request, selection, form):
            to_proposal = "propose" in request.POST
            address = self._url("one", selection.pk, "propose") if to_proposal else request.get_full_path()
            return HttpResponseRedirect(address)
        return self._board(request, selection, page, form)

    def _board(self, request: HttpRequest, selection: Selection, page: Any, form: BoardForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": selection.title,
            "selection": selection,
            "back_url": self._row_url(selection),
            "page": page,
            "form": form,
            "places": PILOT_PLACES,
            "left": places_left(selection.call),
            "here": form.count_selected(),
            "elsewhere": form.count_elsewhere(),
            "media": self.media,
        }
        context["after"] = context["left"] - context["here"] - context["elsewhere"]
        return TemplateResponse(request, "admin/applications/board.html", context)

    def _keep(self, request: HttpRequest, selection: Selection, form: BoardForm) -> bool:
        try:
            selecting.save_choices(selection_id=selection.pk, by=request.user, choices=form.choices())
        except (ValidationError, IllegalMove, NotAllowed) as error:
            form.add_error(None, in_words(error))
            return False
        messages.success(request, _("The draft is saved."))
        return True

    def _candidates(self, request: HttpRequest, selection: Selection) -> QuerySet:
        candidates = Application.objects.candidates().filter(call=selection.call)
        ranked = candidates.with_latest_version().with_standing(request.user).select_related("call")
        return ranked.order_by(F("mean_total").desc(nulls_last=True), "pk")

    def _form(
        self, request: HttpRequest, decision: Decision, targets: list[Any], answers: Any
    ) -> DecisionForm:
        form = super()._form(request, decision, targets, answers)
        if decision.name == "start":
            form.initial["call_id"] = request.GET.get("call", "")
        return form

    def _shown(self, selection: Selection) -> dict[str, Any]:
        sent = Message.objects.with_keys(letters.outcome_keys(selection)).order_by("to")
        undecided = Application.objects.candidates().filter(call=selection.call)
        return {
            "selection": selection,
            "entries": entries_of(selection),
            "balance": balance(selection),
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
    def status_label(self, selection: Selection) -> tuple[str, str]:
        return selection.status, selection.get_status_display()

    @admin.display(description=_("selected"), ordering="selected_count")
    def selected(self, selection: Selection) -> int:
        return selection.selected_count

    @admin.display(description=_("reserve"), ordering="reserve_count")
    def reserve(self, selection: Selection) -> int:
        return selection.reserve_count
