"""A selection from its confirmation on: outcomes, pilot regions, letters, and the way back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, SelectionOutcome, SelectionStatus
from applications.models import Application, Call, PilotRegion, Selection
from applications.selecting import letters
from applications.selecting.actions import piloting
from applications.selecting.outdated import check_seen
from applications.selecting.rules import check
from core.accounts.models import User
from core.history import IllegalMove, NotAllowed, move, require
from core.mail import actions as mail
from core.phrases import StrOrPromise


def why_not_this_person(selection: Selection, by: User) -> StrOrPromise:
    """Say that a second person has to confirm, to whoever proposed the selection; to others nothing."""
    is_own = selection.proposed_by_id == by.pk
    return _("A second person confirms: you proposed this selection.") if is_own else ""


@transaction.atomic
def confirm(*, selection_id: int, by: User, reason: str = "", criteria_seen: int | None = None) -> None:
    """Make a proposal real, in one transaction: outcomes, pilot regions with their places, held letters.

    Args:
        selection_id: a proposal.
        by: the person.
        reason: kept in the history.
        criteria_seen: the last change of criteria that the person saw (`outdated.last_change`); None if it
            does not matter.

    Raises:
        NotAllowed: the person may not confirm, or proposed it.
        IllegalMove: it is not proposed.
        ValidationError: it cannot stand any more: too few places, an application has moved on, or the
            criteria have changed since the person read of them.
    """
    selection = _locked(selection_id, by)
    if words := why_not_this_person(selection, by):
        raise NotAllowed(words)
    if not selection.can_move(SelectionStatus.CONFIRMED):
        raise IllegalMove(selection, SelectionStatus.CONFIRMED)
    check_seen(selection, criteria_seen)
    applications = _lock_applications(selection)
    check(selection)
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
def undo(*, selection_id: int, by: User, reason: str) -> None:
    """Take a confirmed selection back, on record: its applications are eligible again, their regions end.

    What has moved on since stays: a withdrawn application, a reserve that was selected later. Letters
    that are held never leave; those that left cannot be called back.

    Raises:
        NotAllowed: the person may not confirm selections.
        IllegalMove: it is not confirmed.
        ValidationError: the results of the call are published.
    """
    selection = _locked(selection_id, by)
    applications = _lock_applications(selection)
    calls = {application.call_id for application in applications.values()}
    if Call.objects.filter(pk__in=calls, results_published_at__isnull=False).exists():
        raise ValidationError(_("The results of the call are published."))
    move(selection, SelectionStatus.UNDONE, by=by, reason=reason)
    confirmed_at = selection.changes.get(to_status=SelectionStatus.CONFIRMED).at
    for entry in selection.entries.all():
        application = applications[entry.application_id]
        # One that was on the reserve list before, and stayed there, was not moved by this selection.
        was_moved = application.changes.latest("pk").at >= confirmed_at
        if was_moved and application.status == entry.outcome:
            move(application, ApplicationStatus.ELIGIBLE, by=by, reason=reason)
            _end_region(application, by=by, reason=reason)
    mail.discard_keys(keys=letters.outcome_keys(selection))


def _locked(selection_id: int, by: User) -> Selection:
    require(by, "applications.confirm_selection")
    # The calls share the places: one selection at a time.
    list(Call.objects.select_for_update().order_by("pk"))
    return Selection.objects.select_for_update().get(pk=selection_id)


def _lock_applications(selection: Selection) -> dict[int, Application]:
    applications = Application.objects.select_for_update(of=["self"]).order_by("pk")
    return applications.in_bulk(list(selection.entries.values_list("application_id", flat=True)))


def _end_region(application: Application, *, by: User, reason: str) -> None:
    for region in PilotRegion.objects.active().filter(application=application):
        piloting.end_locked(region, by=by, reason=reason)
