"""Asking for one's account to be deleted, cancelling that, and carrying it out."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from core.accounts.models import User
from core.history import NotAllowed
from core.privacy import emails, registry
from core.privacy.models import AccountDeletion, IdleNotice
from core.privacy.registry import Hindered


@transaction.atomic
def ask_deletion(*, by: User) -> AccountDeletion:
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
def cancel_deletion(*, by: User) -> bool:
    """Keep the account after all; False if no deletion waits."""
    deletion = AccountDeletion.objects.open_of(_lock(by.pk))
    if deletion is None:
        return False
    deletion.cancelled_at = timezone.now()
    deletion.save(update_fields=["cancelled_at"])
    return True


@transaction.atomic
def carry_out(*, deletion_id: int, by: User | None = None) -> AccountDeletion:
    """Delete an account whose days are over, or tell the person what has come to stand against it.

    One that was cancelled or carried out in the meantime stays as it is.

    Args:
        deletion_id: open, and due.
        by: nobody: the clock.
    """
    person = _lock(AccountDeletion.objects.values_list("user", flat=True).get(pk=deletion_id))
    deletion = AccountDeletion.objects.get(pk=deletion_id)
    if deletion.is_open:
        _carry_out(deletion, person)
    return deletion


def _carry_out(deletion: AccountDeletion, person: User) -> None:
    address, language = person.email, person.language
    if reasons := _erase_unless_hindered(person):
        deletion.cancelled_at, deletion.hindrance = timezone.now(), " ".join(reasons)
        emails.hindered(deletion, reasons)
    else:
        deletion.done_at = timezone.now()
        emails.done(deletion, address=address, language=language)
    deletion.save(update_fields=["cancelled_at", "hindrance", "done_at"])


def _erase_unless_hindered(person: User) -> list[str]:
    with translation.override(person.language):
        if reasons := registry.hindrances(person):
            return reasons
        try:
            erase(person)
        except Hindered as late:
            return late.reasons
    return []


@transaction.atomic
def erase(person: User) -> None:
    """Take a locked person out of every app; the one that knows the account registered last in line.

    Raises:
        Hindered: something has come to stand against it; nothing is erased.
    """
    for part in reversed(registry.parts()):
        part.erase(person)


def _lock(user_id: int) -> User:
    return User.objects.select_for_update().get(pk=user_id)


@transaction.atomic
def tell_idle(person: User) -> None:
    """Tell the owner of a locked account that it will be deleted unless somebody logs in.

    One that is closed is only noted: its owner could not log in.
    """
    now = timezone.now()
    IdleNotice.objects.create(user=person, at=now)
    if person.is_active:
        last_seen = person.last_login or person.date_joined
        kept = last_seen + timedelta(days=settings.IDLE_ACCOUNTS_KEPT_DAYS)
        emails.idle(
            person, until=max(kept, now + timedelta(days=settings.IDLE_ACCOUNTS_TOLD_DAYS)), told_at=now
        )
