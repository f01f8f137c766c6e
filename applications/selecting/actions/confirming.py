"""A selection from its confirmation on: outcomes, pilot regions, letters, and the way back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.applying import emails
from applications.enums import ApplicationStatus, SelectionOutcome, SelectionStatus
from applications.models import Application, Call, PilotRegion, Selection
from applications.selecting import letters, readiness
from applications.selecting.actions import piloting
from applications.selecting.rules import check
from core.accounts.models import User
from core.checklists import Acceptance, require_finished
from core.decision_log.actions import record
from core.history import IllegalMove, NotAllowed, move, require
from core.mail import actions as mail
from core.phrases import StrOrPromise


def why_not_this_person(selection: Selection, by: User) -> StrOrPromise:
    """Say that a second person has to confirm, to whoever proposed the selection; to others nothing."""
    is_own = selection.proposed_by_id == by.pk
    return _("You proposed this selection, so another person must confirm it.") if is_own else ""


@transaction.atomic
def confirm(*, selection_id: int, by: User, reason: str = "", accepting: Acceptance | None = None) -> None:
    """Make a proposal real, in one transaction: outcomes, pilot regions with their places, held letters.

    Args:
        selection_id: a proposal.
        by: the person.
        reason: kept in the history.
        accepting: the person's word that it is confirmed although something is unfinished.

    Raises:
        NotAllowed: the person may not confirm, or proposed it.
        IllegalMove: it is not proposed.
        ValidationError: it cannot stand any more: too few places, or an application has moved on.
        NotFinished: something is unfinished (`readiness.before_deciding`).
    """
    require(by, "applications.confirm_selection")
    selection = _locked_selection(selection_id)
    if words := why_not_this_person(selection, by):
        raise NotAllowed(words)
    if not selection.can_move(SelectionStatus.CONFIRMED):
        raise IllegalMove(selection, SelectionStatus.CONFIRMED)
    applications = _lock_applications(selection)
    check(selection)
    unfinished = readiness.before_deciding(selection)
    require_finished(unfinished, accepting)
    record(readiness.CONFIRMING, selection, by=by, unfinished=unfinished, accepting=accepting)
    selection.confirmed_by = by
    move(selection, SelectionStatus.CONFIRMED, by=by, reason=reason, also=["confirmed_by"])
    entries = list(selection.entries.select_related("application"))
    for entry in entries:
        entry.application = applications[entry.application_id]
        if entry.application.status != entry.outcome:
            move(entry.application, entry.outcome, by=by, reason=entry.reason or selection.title)
        if entry.outcome == SelectionOutcome.SELECTED:
            piloting.open_region(entry.application, by=by, reason=selection.title)
    letters.hold_outcomes(selection, entries)


@transaction.atomic
def ask_to_undo(*, selection_id: int, by: User, reason: str) -> None:
    """Ask a second person to undo a confirmed selection; until then its held letters stay where they are.

    Raises:
        NotAllowed: the person may not propose selections.
        IllegalMove: it is not confirmed.
        ValidationError: the results of the call are published.
    """
    require(by, "applications.propose_selection")
    selection = _locked_selection(selection_id)
    _refuse_published(selection.entries.values("application__call"))
    selection.undo_asked_by = by
    move(selection, SelectionStatus.UNDO_ASKED, by=by, reason=reason, also=["undo_asked_by"])


@transaction.atomic
def let_stand(*, selection_id: int, by: User, reason: str) -> None:
    """Let a selection stand that somebody asked to undo.

    Raises:
        NotAllowed: the person may not confirm selections.
        IllegalMove: nobody asks to undo it.
    """
    require(by, "applications.confirm_selection")
    selection = _locked_selection(selection_id)
    if selection.status != SelectionStatus.UNDO_ASKED:
        raise IllegalMove(selection, SelectionStatus.CONFIRMED)
    selection.undo_asked_by = None
    move(selection, SelectionStatus.CONFIRMED, by=by, reason=reason, also=["undo_asked_by"])


def why_not_undone_by(selection: Selection, by: User) -> StrOrPromise:
    """Say that a second person has to undo, to whoever asked for it; to others nothing."""
    is_own = selection.undo_asked_by_id == by.pk
    return _("You requested this, so another person must undo the selection.") if is_own else ""


@transaction.atomic
def undo(*, selection_id: int, by: User, reason: str) -> None:
    """Take a confirmed selection back, on record: its applications are eligible again, their regions end.

    What has moved on since stays: a withdrawn application, a reserve that was selected later. Letters
    that are held never leave; whose letter has left is told, with the reason, and so are the experts.

    Raises:
        NotAllowed: the person may not confirm selections, or asked for it.
        IllegalMove: nobody asked to undo it.
        ValidationError: the results of the call are published.
    """
    require(by, "applications.confirm_selection")
    selection = _locked_selection(selection_id)
    if words := why_not_undone_by(selection, by):
        raise NotAllowed(words)
    if not selection.can_move(SelectionStatus.UNDONE):
        raise IllegalMove(selection, SelectionStatus.UNDONE)
    applications = _lock_applications(selection)
    _refuse_published([application.call_id for application in applications.values()])
    selection.undone_by = by
    move(selection, SelectionStatus.UNDONE, by=by, reason=reason, also=["undone_by"])
    mail.discard_keys(keys=letters.outcome_keys(selection))
    moved = letters.moved_by(selection, applications)
    for application in moved:
        move(application, ApplicationStatus.ELIGIBLE, by=by, reason=reason)
        for region in PilotRegion.objects.active().filter(application=application).select_for_update():
            piloting.end_locked(region, by=by, reason=reason)
    told = letters.told_by(selection)
    for application in moved:
        if application.pk in told:
            emails.tell_outcome_undone(application, selection, reason)


def _refuse_published(calls: Any) -> None:
    if Call.objects.filter(pk__in=calls, results_published_at__isnull=False).exists():
        raise ValidationError(_("The results of this call have been published."))


def _locked_selection(selection_id: int) -> Selection:
    # The calls share the places: one selection at a time.
    list(Call.objects.select_for_update().order_by("pk"))
    return Selection.objects.select_for_update().get(pk=selection_id)


def _lock_applications(selection: Selection) -> dict[int, Application]:
    applications = Application.objects.select_for_update(of=["self"]).order_by("pk")
    return applications.in_bulk(list(selection.entries.values_list("application_id", flat=True)))
