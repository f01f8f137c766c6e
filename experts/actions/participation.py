"""Pause, resume, withdraw, come back, delete: by the expert, and where said by staff too."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.history import NotAllowed, move
from experts import emails
from experts.actions import locking
from experts.carrying import catch_up
from experts.enums import ExpertStatus
from experts.erasure import erase_profile
from experts.exceptions import NotNow
from experts.models import Expert


@transaction.atomic
def pause(*, expert_id: int, by: User, reason: str = "") -> Expert:
    """Leave the pool for a while: no new region is proposed; current matches go on.

    Raises:
        NotAllowed: neither the expert nor staff who vet.
        IllegalMove: not approved.
    """
    expert = _own_or_vetted(expert_id, by)
    move(expert, ExpertStatus.PAUSED, by=by, reason=reason)
    emails.paused(expert, by=by, reason=reason)
    return expert


@transaction.atomic
def resume(*, expert_id: int, by: User, reason: str = "") -> Expert:
    """Come back into the pool after a pause.

    Raises:
        NotAllowed: neither the expert nor staff who vet, or staff had paused it and the expert asks.
        IllegalMove: not paused.
    """
    expert = _own_or_vetted(expert_id, by)
    if expert.status != ExpertStatus.PAUSED:
        # A declined one is approved, not resumed, though both lead to the same status.
        raise NotNow(_("Only a paused profile can be resumed."))
    if expert.user_id == by.pk and expert.is_paused_by_staff:
        raise NotAllowed(_("OECD staff have paused this profile. Contact them to resume it."))
    move(expert, ExpertStatus.APPROVED, by=by, reason=reason)
    emails.resumed(expert, by=by)
    return expert


@transaction.atomic
def withdraw(*, expert_id: int, by: User, reason: str = "") -> Expert:
    """Leave the pool; the profile is kept and can be opened again.

    Raises:
        NotAllowed: not this person's profile.
        IllegalMove: withdrawn already.
    """
    expert = locking.lock_own(expert_id, by)
    was_in_pool = expert.is_in_pool
    move(expert, ExpertStatus.WITHDRAWN, by=by, reason=reason)
    if was_in_pool:
        catch_up(expert)
    emails.withdrawn(expert)
    return expert


@transaction.atomic
def reopen(*, expert_id: int, by: User) -> Expert:
    """Turn a withdrawn profile into a draft again; it is sent anew before staff see it.

    Raises:
        NotAllowed: not this person's profile.
        IllegalMove: not withdrawn.
        NotNow: its deletion was asked for.
    """
    expert = locking.lock_own(expert_id, by)
    if expert.status != ExpertStatus.WITHDRAWN:
        raise NotNow
    if expert.erasure_asked_at:
        raise NotNow(_("You asked us to delete this profile. Contact us if you want to keep it."))
    move(expert, ExpertStatus.DRAFT, by=by)
    return expert


@transaction.atomic
def erase(*, expert_id: int, by: User, reason: str = "") -> Expert:
    """Withdraw the profile and delete its personal data, or note the wish if a region has worked with it.

    A profile with matches is part of the account of public money: then staff delete it, with a
    reason, once nothing stands against it. The row, its history of statuses and the declarations
    stay without a name.

    Returns:
        The row; `erased_at` says whether the data are gone.

    Raises:
        NotAllowed: neither the expert nor staff who vet.
        NotNow: staff, and the expert has not asked for it.
    """
    expert = _own_or_vetted(expert_id, by)
    is_own = expert.user_id == by.pk
    if not is_own and not expert.erasure_asked_at:
        raise NotNow(_("Only experts themselves can request the deletion of their profile."))
    if expert.status != ExpertStatus.WITHDRAWN:
        move(expert, ExpertStatus.WITHDRAWN, by=by, reason=reason or _("Deletion requested"))
    if is_own and expert.has_matches:
        expert.erasure_asked_at = expert.erasure_asked_at or timezone.now()
        expert.save(update_fields=["erasure_asked_at"])
        return expert
    expert.erasure_asked_at = expert.erasure_asked_at or timezone.now()
    erase_profile(expert)
    return expert


def _own_or_vetted(expert_id: int, by: User) -> Expert:
    expert = locking.lock(expert_id)
    if expert.user_id != by.pk and not locking.may_vet(expert, by):
        raise NotAllowed
    return expert
