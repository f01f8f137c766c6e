"""The selection board: every candidate with what is meant for it; saved as often as wanted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, F, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from applications.enums import PILOT_PLACES, SelectionStatus
from applications.models import Selection
from applications.selecting.actions import selecting
from applications.selecting.actions.selecting import StaleBoard
from applications.selecting.comparing import Portfolios
from applications.selecting.rules import places_left
from applications.selecting.staff.board import BoardForm
from core import given_back
from core.decisions import in_words
from core.history import IllegalMove, NotAllowed
from core.staff.keys import keys_in

ROWS_PER_PAGE = 100


class BoardPageMixin:
    """Adds the board to the admin of selections."""

    def get_urls(self) -> list[URLPattern]:
        board = self.admin_site.admin_view(self.board_view)
        return [path("<int:pk>/board/", board, name="applications_selection_board"), *super().get_urls()]

    def board_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the scenario, or with `try` an unsaved one beside it; save what was chosen."""
        selection = self.get_object(request, str(pk))
        if selection is None:
            raise Http404
        if not request.user.has_perm("applications.propose_selection"):
            raise PermissionDenied
        if selection.status != SelectionStatus.DRAFT:
            if request.method == "POST":
                why = _("This scenario can no longer be changed: its status has changed.")
                return given_back.refuse(request, why, back_url=self._row_url(selection))
            return HttpResponseRedirect(self._row_url(selection))
        tried = _tried(request, selection)
        page = Paginator(self._candidates(request, selection, tried), ROWS_PER_PAGE).get_page(
            request.GET.get("p")
        )
        note = request.GET.get("note", "")[:2000]
        form = BoardForm(selection, page.object_list, request.POST or None, tried=tried, note=note)
        if request.method == "POST" and form.is_valid():
            form = self._keep(request, selection, form)
            if form.is_valid():
                return HttpResponseRedirect(self._address_after_save(request, selection, page))
        return self._board(request, selection, page, form)

    def _address_after_save(self, request: HttpRequest, selection: Selection, page: Any) -> str:
        if "propose" in request.POST:
            return self._url("one", selection.pk, "propose")
        # What was tried and saved is tried no more, unless other pages still hold some of it.
        return request.get_full_path() if page.has_other_pages() else request.path

    def _board(self, request: HttpRequest, selection: Selection, page: Any, form: BoardForm) -> HttpResponse:
        chosen = form.selected_keys()
        portfolios = Portfolios(chosen, reader=request.user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": selection.title,
            "selection": selection,
            "pk_text": str(selection.pk),
            "back_url": self._row_url(selection),
            "page": page,
            "form": form,
            "places": PILOT_PLACES,
            "left": places_left(selection.call),
            "chosen": len(chosen),
            "elsewhere": form.count_elsewhere(),
            "is_trying": form.tried is not None,
            "sum": portfolios.sum_of(chosen),
            "balance": portfolios.balance(chosen),
            "last_save": selection.saves.select_related("by").first(),
            "media": self.media,
        }
        context["after"] = context["left"] - len(chosen)
        return TemplateResponse(request, "admin/applications/board.html", context)

    def _keep(self, request: HttpRequest, selection: Selection, form: BoardForm) -> BoardForm:
        """Save; returns the form, with its errors if it was refused."""
        try:
            selecting.save_choices(
                selection_id=selection.pk,
                by=request.user,
                choices=form.choices(),
                seen=form.cleaned_data["seen"],
                note=form.cleaned_data["note"],
            )
        except StaleBoard as error:
            form = _brought_up_to_date(selection, form)
            form.add_error(None, in_words(error))
        except (ValidationError, IllegalMove, NotAllowed) as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("The scenario is saved."))
        return form

    def _candidates(self, request: HttpRequest, selection: Selection, tried: list[int] | None) -> QuerySet:
        candidates = selecting.candidates_of(selection).with_latest_version()
        ranked = candidates.with_standing(request.user).select_related("call")
        order = [F("mean_total").desc(nulls_last=True), "pk"]
        if tried is not None:
            # What would change stands together, before the rest.
            now = selection.entries.selected().values("application")
            order.insert(
                0, Case(When(pk__in=tried, then=Value(0)), When(pk__in=now, then=Value(1)), default=2)
            )
        return ranked.order_by(*order)


def _tried(request: HttpRequest, selection: Selection) -> list[int] | None:
    if "try" not in request.GET:
        return None
    keys = keys_in(request.GET["try"].split(",")[:PILOT_PLACES])
    return list(selecting.candidates_of(selection).filter(pk__in=keys).values_list("pk", flat=True))


def _brought_up_to_date(selection: Selection, form: BoardForm) -> BoardForm:
    """Return the form with what the person changed, on top of what others have saved since."""
    then, _saves = selecting.as_seen(selection, form.cleaned_data["seen"] or 0)
    now, _none = selecting.as_seen(selection, selecting.last_save(selection))
    given = form.data.copy()
    for choice in form.choices():
        key = choice.application_id
        if choice == then.get(key, selecting.Choice(key, "")):
            current = now.get(key, selecting.Choice(key, ""))
            given[f"outcome_{key}"] = current.outcome
            given[f"rank_{key}"] = "" if current.rank is None else str(current.rank)
            given[f"reason_{key}"] = current.reason
    given["seen"] = str(selecting.last_save(selection))
    fresh = BoardForm(selection, form.candidates, given)
    fresh.is_valid()
    return fresh
