"""The selection board: every candidate with what is meant for it; saved as often as wanted."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext_lazy as _

from applications.applying.querysets import with_latest_version
from applications.enums import PILOT_PLACES, SelectionStatus
from applications.models import Selection
from applications.reviewing.querysets import ScoredApplication, with_scores
from applications.selecting import outdated
from applications.selecting.actions import selecting
from applications.selecting.actions.selecting import StaleBoard
from applications.selecting.comparing import Portfolios
from applications.selecting.rules import places_left
from applications.selecting.staff.board_form import BoardForm, keys_shown
from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.decisions import refusal_in_words
from core.keys import keys_in
from core.known_types import known_as
from core.staff.pages import RowPage

ROWS_PER_PAGE = 100


class BoardPage(RowPage[Selection]):
    """Shows the scenario, or with `try` an unsaved one beside it; saves what was chosen."""

    route, name = "<int:pk>/board/", "board"
    template_name = "admin/applications/board.html"
    permission = "applications.propose_selection"

    def divert(self) -> HttpResponse | None:
        if self.row.status == SelectionStatus.DRAFT:
            return super().divert()
        return self.leave(_("This scenario can no longer be changed: its status has changed."))

    def get_title(self) -> str:
        return self.row.title

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        tried = _tried(request, self.row)
        candidates = _candidates(self.row, person_at(request), tried)
        page = Paginator(candidates, ROWS_PER_PAGE).get_page(request.GET.get("p"))
        # Which candidates fill a page may have changed since it was sent: what comes back says which it had.
        shown = keys_shown(request.POST)
        rows = list(candidates.filter(pk__in=shown) if shown else page)
        note = request.GET.get("note", "")[:2000]
        form = BoardForm(self.row, rows, request.POST or None, tried=tried, note=note)
        if request.method == "POST" and form.is_valid():
            form = self.keep(form)
            if form.is_valid():
                return HttpResponseRedirect(self.address_after_save(page))
        return self.board(page, form)

    post = get

    def address_after_save(self, page: Page) -> str:
        if "propose" in self.request.POST:
            return self.model_admin.url("decide_one", self.row.pk, "propose")
        # What was tried and saved is tried no more, unless other pages still hold some of it.
        return self.request.get_full_path() if page.has_other_pages() else self.request.path

    def board(self, page: Page, form: BoardForm) -> HttpResponse:
        chosen = form.selected_keys()
        portfolios = Portfolios(chosen, reader=person_at(self.request))
        left = places_left(self.row.call)
        return self.render(
            form=form,
            selection=self.row,
            pk_text=str(self.row.pk),
            back_url=self.model_admin.row_url(self.row),
            page=page,
            places=PILOT_PLACES,
            left=left,
            after=left - len(chosen),
            chosen=len(chosen),
            elsewhere=form.count_elsewhere(),
            is_trying=form.tried is not None,
            sum=portfolios.sum_of(chosen),
            balance=portfolios.balance(chosen),
            outdated=outdated.notes(self.row).values(),
            last_save=self.row.saves.select_related("by").first(),
        )

    def keep(self, form: BoardForm) -> BoardForm:
        """Save; returns the form, with its errors if it was refused."""
        with self.refusals_in(form):
            try:
                selecting.save_choices(
                    selection_id=self.row.pk,
                    by=person_at(self.request),
                    choices=form.choices(),
                    seen=form.cleaned_data["seen"],
                    note=form.cleaned_data["note"],
                )
            except StaleBoard as error:
                form = _brought_up_to_date(self.row, form)
                form.add_error(None, refusal_in_words(error))
            else:
                messages.success(self.request, _("The scenario is saved."))
        return form


def _candidates(
    selection: Selection, reader: User, tried: Sequence[int] | None
) -> QuerySet[ScoredApplication]:
    candidates = with_latest_version(selecting.candidates_of(selection))
    ranked = with_scores(candidates, reader).select_related("call")
    order: list[Combinable | str] = [F("mean_total").desc(nulls_last=True), "pk"]
    if tried is not None:
        # What would change stands together, before the rest.
        now = selection.entries.selected().values("application")
        order.insert(0, Case(When(pk__in=tried, then=Value(0)), When(pk__in=now, then=Value(1)), default=2))
    return ranked.order_by(*order)


def _tried(request: HttpRequest, selection: Selection) -> list[int] | None:
    if "try" not in request.GET:
        return None
    keys = keys_in(request.GET["try"].split(",")[:PILOT_PLACES])
    return list(selecting.candidates_of(selection).filter(pk__in=keys).values_list("pk", flat=True))


def _brought_up_to_date(selection: Selection, form: BoardForm) -> BoardForm:
    """Return the form with what the person changed, on top of what others have saved since."""
    then, _saves = selecting.entries_at(selection, form.cleaned_data["seen"] or 0)
    now, _none = selecting.entries_at(selection, selecting.last_save(selection))
    given = known_as(form.data, QueryDict).copy()
    for choice in form.choices():
        key = choice.application_id
        if choice == then.get(key, selecting.IntendedOutcome(key, "")):
            current = now.get(key, selecting.IntendedOutcome(key, ""))
            given[f"outcome_{key}"] = current.outcome
            given[f"rank_{key}"] = "" if current.rank is None else str(current.rank)
            given[f"reason_{key}"] = current.reason
    given["seen"] = str(selecting.last_save(selection))
    fresh = BoardForm(selection, form.candidates, given)
    fresh.is_valid()
    return fresh
