"""The figures of the board: how many have which outcome, the places left, the reserve list in its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.applying.querysets import with_latest_version
from applications.enums import PILOT_PLACES, SelectionOutcome
from applications.models import Application, Call, PilotRegion, Selection
from applications.selecting.intended import base_of, choice_of, undecided
from applications.selecting.rules import places_left
from applications.selecting.staff.board_form import OUTCOMES, BoardForm
from core.phrases import StrOrPromise


class OutcomeCount(NamedTuple):
    """How many have an outcome; `elsewhere` of them on other pages."""

    outcome: str
    label: StrOrPromise
    number: int
    elsewhere: int


class PlacesLeft(NamedTuple):
    """The places of a call, or of all calls together, before and after this scenario.

    Args:
        of: the key of the call, or "all".
        label: whose places they are.
        elsewhere: how many are selected on other pages.
    """

    of: str
    label: StrOrPromise
    total: int
    left: int
    after: int
    elsewhere: int


class OnReserve(NamedTuple):
    """A line of the reserve list, as it is saved."""

    rank: int | None
    application: Application
    is_first: bool
    is_last: bool


def tallies(form: BoardForm, candidates: int) -> list[OutcomeCount]:
    """Return how many have each outcome: here as the form says, on other pages as saved or tried."""
    here = Counter(str(form[f"outcome_{a.pk}"].value() or "") for a in form.candidates)
    elsewhere = form.count_elsewhere()
    elsewhere[""] = candidates - len(form.candidates) - elsewhere.total()
    shown = [(code, label) for code, label in OUTCOMES if code] + [("", OUTCOMES[0][1])]
    return [OutcomeCount(code, label, here[code] + elsewhere[code], elsewhere[code]) for code, label in shown]


def places_of(selection: Selection, chosen: Collection[int], here: Collection[int]) -> list[PlacesLeft]:
    """Return the places of all calls together, then those of each call that has some of its own."""
    call_of = dict(Application.objects.filter(pk__in=chosen).values_list("pk", "call_id"))
    left = PilotRegion.objects.places_left()
    beyond = sum(key not in here for key in chosen)
    rows = [PlacesLeft("all", _("All calls"), PILOT_PLACES, left, left - len(chosen), beyond)]
    calls = Call.objects.filter(places__isnull=False)
    for call in calls.filter(pk__in=[selection.call_id] if selection.call_id else set(call_of.values())):
        mine = [key for key in chosen if call_of.get(key) == call.pk]
        free = places_left(call)
        beyond = sum(key not in here for key in mine)
        rows.append(PlacesLeft(str(call.pk), str(call), call.places or 0, free, free - len(mine), beyond))
    return rows


def reserve_lines(form: BoardForm) -> list[OnReserve]:
    """Return the saved reserve list, in its order."""
    saved = [e for e in form.entries.values() if e.outcome == SelectionOutcome.RESERVE]
    saved.sort(key=lambda entry: (entry.rank is None, entry.rank or 0, entry.pk))
    keys = [entry.application_id for entry in saved]
    rows = with_latest_version(Application.objects.filter(pk__in=keys)).in_bulk()
    last = len(saved) - 1
    return [
        OnReserve(entry.rank, rows[entry.application_id], place == 0, place == last)
        for place, entry in enumerate(saved)
    ]


def changed_by_others(selection: Selection, form: BoardForm) -> str:
    """Say which lines of a page that was saved just now hold something else, which somebody else wrote."""
    entries = {entry.application_id: choice_of(entry) for entry in selection.entries.all()}
    shown = base_of(form.choices())
    others = [
        application.reference
        for application in form.candidates
        if str(application.pk) in shown
        and base_of([entries.get(application.pk, undecided(application.pk))])[str(application.pk)]
        != shown[str(application.pk)]
    ]
    if not others:
        return ""
    words = gettext("Changed by somebody else meanwhile: %(references)s. Reload the page to see it.")
    return words % {"references": ", ".join(others)}
