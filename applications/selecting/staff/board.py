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
from applications.selecting.actions import drafting, selecting
from applications.selecting.actions.selecting import StaleBoard
from applications.selecting.comparing import Portfolios
from applications.selecting.intended import (
    Choices,
    IntendedOutcome,
    base_of,
    saved_in,
    tidied,
    undecided,
)
from applications.selecting.staff.board_figures import (
    changed_by_others,
    places_of,
    reserve_lines,
    tallies,
)
from applications.selecting.staff.board_form import BoardForm, keys_shown
from applications.selecting.staff.board_steps import (
    SEVERAL,
    CandidatesByScore,
    SeveralForm,
    arranged,
    pressed_among,
    said,
)
from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.decisions import refusal_in_words
from core.forms import autosave
from core.keys import keys_in
from core.known_types import known_as
from core.sections.merging import digest
from core.staff.pages import REFUSALS, RowPage
from core.templatetags.impact_time import brussels

ROWS_PER_PAGE = 150


class BoardPage(RowPage[Selection]):
    """Shows the scenario, or with `try` an unsaved one beside it; saves what was chosen, by itself too."""

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
        if request.method != "POST":
            return self.board(page, form, SeveralForm(None))
        return self.autosaved(form) if autosave.is_asked(request) else self.sent(page, form)

    post = get

    def sent(self, page: Page, form: BoardForm) -> HttpResponse:
        """Save all that a button asks for together, or show why nothing was saved."""
        pressed = "" if form.tried is not None else pressed_among(SEVERAL, self.request.POST)
        several = SeveralForm(self.request.POST, pressed)
        if form.is_valid() and (several.is_valid() or not pressed):
            form = self.keep(form, several)
            if form.is_valid() and "undo" in self.request.POST:
                self.undo(form)
            if form.is_valid():
                return HttpResponseRedirect(self.address_after_save(page))
        return self.board(page, form, several)

    def address_after_save(self, page: Page) -> str:
        if "propose" in self.request.POST:
            return self.model_admin.url("decide_one", self.row.pk, "propose")
        # What was tried and saved is tried no more, unless other pages still hold some of it.
        return self.request.get_full_path() if page.has_other_pages() else self.request.path

    def board(self, page: Page, form: BoardForm, several: SeveralForm) -> HttpResponse:
        chosen = form.selected_keys()
        portfolios = Portfolios(chosen, reader=person_at(self.request))
        return self.render(
            form=form,
            several=several,
            selection=self.row,
            pk_text=str(self.row.pk),
            back_url=self.model_admin.row_url(self.row),
            page=page,
            tallies=tallies(form, page.paginator.count),
            places=places_of(self.row, chosen, {a.pk for a in form.candidates}),
            reserve=reserve_lines(form),
            is_trying=form.tried is not None,
            sum=portfolios.sum_of(chosen),
            balance=portfolios.balance(chosen),
            outdated=outdated.notes(self.row).values(),
            last_save=self.row.saves.select_related("by").first(),
            to_undo=drafting.next_to_undo(self.row),
        )

    def autosaved(self, form: BoardForm) -> HttpResponse:
        """Save the lines without an error; what somebody else has changed too waits for the button."""
        form.is_valid()
        if form.tried is not None or form.non_field_errors():
            return autosave.refused(
                " ".join(map(str, form.non_field_errors())) or _("Press “Save the scenario” to save.")
            )
        try:
            self.save(form, form.choices(), elsewhere={})
        except StaleBoard as error:
            words = _("%(why)s Press “Save the scenario” to see both and choose.")
            return autosave.refused(words % {"why": " ".join(refusal_in_words(error))})
        except REFUSALS as error:
            return autosave.refused(" ".join(refusal_in_words(error)))
        note = changed_by_others(self.row, form)
        wrong = autosave.fields_in_error(form)
        return autosave.saved(base=form.next_base(), problems=form.problems(), wrong=wrong, note=note)

    def keep(self, form: BoardForm, several: SeveralForm) -> BoardForm:
        """Save what the page says, with what its button does; returns the form, with errors if refused."""
        ranked = _ranked(self.row, person_at(self.request))
        saved = saved_in(self.row)
        choices: Choices = saved | {c.application_id: c for c in form.choices()}
        concerned = several.concerned(choices, ranked) if several.pressed else []
        if several.pressed:
            choices = several.apply(choices, concerned)
        if form.tried is None:
            choices = arranged(choices, ranked, self.request.POST)
        known = set(ranked.keys)
        with self.refusals_in(form):
            try:
                wanted = [tidied(c) for key, c in choices.items() if key in known]
                self.save(form, wanted, elsewhere=saved, note=form.cleaned_data["note"])
            except StaleBoard as error:
                form = _brought_up_to_date(self.row, form)
                form.add_error(None, refusal_in_words(error))
            else:
                self.tell(several, concerned)
        return form

    def tell(self, several: SeveralForm, concerned: list[int]) -> None:
        if "undo" in self.request.POST:
            return
        words = [str(_("Scenario saved."))]
        if several.pressed:
            words.append(str(said(concerned, several.cleaned_data["several_outcome"])))
        messages.success(self.request, " ".join(words))

    def save(
        self, form: BoardForm, choices: list[IntendedOutcome], *, elsewhere: Choices, note: str = ""
    ) -> None:
        """Save; `elsewhere` is what the choices of other pages were made on."""
        shown = dict.fromkeys((str(a.pk) for a in form.candidates), digest(None))
        selecting.save_choices(
            selection_id=self.row.pk,
            by=person_at(self.request),
            choices=choices,
            base=base_of(elsewhere.values()) | shown | form.typed_base,
            note=note,
        )

    def undo(self, form: BoardForm) -> None:
        """Undo the last change; what the page held unsaved is that change, and was saved just now."""
        with self.refusals_in(form):
            undone = drafting.undo_last(
                selection_id=self.row.pk, by=person_at(self.request), seen=form.cleaned_data["seen"] or 0
            )
            words = _("Undone: what %(name)s saved at %(time)s.")
            named = {"name": undone.by.get_full_name(), "time": brussels(undone.at)}
            messages.success(self.request, words % named)


def _candidates(
    selection: Selection, reader: User, tried: Sequence[int] | None
) -> QuerySet[ScoredApplication]:
    candidates = with_latest_version(drafting.candidates_of(selection))
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
    return list(drafting.candidates_of(selection).filter(pk__in=keys).values_list("pk", flat=True))


def _ranked(selection: Selection, reader: User) -> CandidatesByScore:
    rows = list(_candidates(selection, reader, None).values_list("pk", "mean_total"))
    return CandidatesByScore([key for key, _total in rows], [key for key, total in rows if total is not None])


def _brought_up_to_date(selection: Selection, form: BoardForm) -> BoardForm:
    """Return the form with what the person changed, on top of what others have saved since."""
    now, base = saved_in(selection), form.typed_base
    given = known_as(form.data, QueryDict).copy()
    for choice in form.choices():
        key = choice.application_id
        ((cell, mine),) = base_of([choice]).items()
        if base.get(cell, digest(None)) == mine:
            current = now.get(key, undecided(key))
            given[f"outcome_{key}"] = current.outcome
            given[f"rank_{key}"] = "" if current.rank is None else str(current.rank)
            given[f"reason_{key}"] = current.reason
    given["seen"] = str(drafting.last_save(selection))
    given["base"] = BoardForm(selection, form.candidates).initial["base"]
    fresh = BoardForm(selection, form.candidates, given)
    fresh.is_valid()
    return fresh
