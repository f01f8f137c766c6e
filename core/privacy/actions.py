"""Asking for the deletion of the own account, thinking better of it, and carrying it out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from core.accounts.models import User
from core.history import NotAllowed
from core.privacy import emails, registry
from core.privacy.models import AccountDeletion


@transaction.atomic
def ask_deletion(*, by: Any) -> AccountDeletion:
    """Note that the person wants the account deleted, and mail until when it can be cancelled.

    Asked twice, it is asked once.

    Raises:
        NotAllowed: something stands against it; in words for the person.
    """
    person = _lock(by.pk)
    if deletion := AccountDeletion.objects.open_of(person):
        return deletion
    if reasons := registry.hindrances(person):
        raise NotAllowed(" ".join(reasons))
    due_at = timezone.now() + timedelta(days=settings.ACCOUNT_DELETION_WAITS_DAYS)
    deletion = AccountDeletion.objects.create(user=person, due_at=due_at)
    emails.asked(deletion)
    return deletion


@transaction.atomic
def cancel_deletion(*, by: Any) -> bool:
    """Keep the account after all; False if no deletion waits."""
    deletion = AccountDeletion.objects.open_of(_lock(by.pk))
    if deletion is None:
        return False
    deletion.cancelled_at = timezone.now()
    deletion.save(update_fields=["cancelled_at"])
    return True


@transaction.atomic
def carry_out(*, deletion_id: int, by: Any = None) -> AccountDeletion:
    """Delete an account whose days are over, or tell the person what has come to stand against it.

    Args:
        deletion_id: open, and due.
        by: nobody: the clock.
    """
    deletion = AccountDeletion.objects.select_for_update().get(pk=deletion_id)
    person = _lock(deletion.user_id)
    with translation.override(person.language):
        reasons = registry.hindrances(person)
    if reasons:
        deletion.cancelled_at, deletion.hindrance = timezone.now(), " ".join(reasons)
        emails.hindered(deletion, reasons)
    else:
        address, language = person.email, person.language
        erase(person)
        deletion.done_at = timezone.now()
        emails.done(deletion, address=address, language=language)
    deletion.save(update_fields=["cancelled_at", "hindrance", "done_at"])
    return deletion


def erase(person: User) -> None:
    """Take a locked person out of every app; the one that knows the account registered last in line."""
    for part in reversed(registry.parts()):
        part.erase(person)


def _lock(user_id: int) -> User:
    return User.objects.select_for_update().get(pk=user_id)
