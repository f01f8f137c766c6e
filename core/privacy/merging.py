"""What a deletion that somebody asked for means for two accounts of that person, before they become one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.accounts.merging import CannotMerge
from core.accounts.models import User
from core.privacy.models import AccountDeletion


def refuse_waiting_deletion(*, kept: User, double: User) -> None:
    """Keep two accounts apart of which one is to be deleted: nobody asked that for what both have.

    Raises:
        CannotMerge: one of the two waits for its deletion.
    """
    if AccountDeletion.objects.open().filter(user__in=[kept, double]).exists():
        raise CannotMerge(_("One of the accounts is waiting to be deleted."))
