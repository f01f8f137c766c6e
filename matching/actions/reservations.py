"""Capacity kept back for a coming call, and released."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Call
from core.accounts.models import User
from core.history import require
from matching.exceptions import NothingToDo
from matching.models import Reservation


@transaction.atomic
def keep_back(
    *,
    call_id: int,
    reason: str,
    by: User,
    expert_id: int | None = None,
    half_days: int | None = None,
    share: int | None = None,
    regions: int | None = None,
) -> Reservation:
    """Keep capacity of experts back for a coming call, from the next run on.

    Args:
        call_id: whose regions are still to come.
        expert_id: one expert, whose reservation stands instead of the pool's; None: everybody in the pool.
        half_days: in each month (1 to 62), or
        share: of the days offered in each month (1 to 100 %, rounded up to a half-day).
        regions: taken from the most regions that each expert supports (1 to 5).

    Raises:
        NotAllowed: the person may not.
        NothingToDo: nothing is to be kept back, such a reservation is in force, or the call is decided.
    """
    require(by, "matching.run_matching")
    call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
    if call.results_published_at:
        raise NothingToDo(_("The results of this call have been published, so its regions already exist."))
    _check_amount(half_days, share, regions)
    if Reservation.objects.in_force().filter(call=call, expert=expert_id).exists():
        raise NothingToDo(_("Capacity is already reserved for this call. Release that reservation first."))
    return Reservation.objects.create(
        call=call,
        expert_id=expert_id,
        half_days=half_days,
        share=share,
        regions=regions,
        reason=reason,
        made_by=by,
    )


def _check_amount(half_days: int | None, share: int | None, regions: int | None) -> None:
    if not (half_days or share or regions):
        raise NothingToDo(
            _("Enter the number of days, the share of days or the number of regions to reserve.")
        )
    if half_days and share:
        raise NothingToDo(_("Enter either a number of days or a share, not both."))


@transaction.atomic
def release(*, reservation_id: int, by: User) -> Reservation:
    """Release what was kept back, from the next run on; it stays on record.

    Raises:
        NotAllowed: the person may not.
        NothingToDo: it was released before.
    """
    require(by, "matching.run_matching")
    reservation = Reservation.objects.select_for_update().get(pk=reservation_id)
    if not reservation.is_in_force:
        raise NothingToDo(_("This reservation has already been released."))
    reservation.released_at, reservation.released_by = timezone.now(), by
    reservation.save(update_fields=["released_at", "released_by"])
    return reservation
