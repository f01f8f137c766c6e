"""Who may touch a profile: its owner, and staff who vet."""

from __future__ import annotations

from core.accounts.models import User
from core.history import NotAllowed
from experts.models import Expert

VET = "experts.vet_expert"


def lock(expert_id: int) -> Expert:
    """Return the row, locked to the end of the transaction; a test is its author's alone."""
    return Expert.objects.select_for_update().get(pk=expert_id)


def lock_own(expert_id: int, by: User) -> Expert:
    """Return the locked row of this person, who may be trying out the form.

    Raises:
        NotAllowed: it is somebody else's, or erased.
    """
    expert = Expert.including_tests.select_for_update().get(pk=expert_id)
    if by is None or expert.user_id != by.pk:
        raise NotAllowed
    return expert


def lock_to_vet(expert_id: int, by: User) -> Expert:
    """Return the locked row for a member of staff.

    Raises:
        NotAllowed: without the permission, or about one's own profile.
    """
    expert = lock(expert_id)
    if not may_vet(expert, by):
        raise NotAllowed
    return expert


def may_vet(expert: Expert, by: User) -> bool:
    return by.has_perm(VET) and expert.user_id != by.pk and not expert.erased_at
