"""The e-mails about the deletion of an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from core.accounts.models import User
from core.mail import actions as mail
from core.privacy.models import AccountDeletion


def asked(deletion: AccountDeletion) -> None:
    """Tell the owner of the account, who may not be the one who asked."""
    _post(deletion, "deletion_asked", {"due_at": deletion.due_at})


def hindered(deletion: AccountDeletion, reasons: Sequence[str]) -> None:
    _post(deletion, "deletion_hindered", {"reasons": reasons})


def done(deletion: AccountDeletion, *, address: str, language: str) -> None:
    """Say goodbye to an address that the account no longer has."""
    mail.post(
        template="privacy/email/deletion_done",
        to=address,
        context={"email": address, "kept_days": settings.ACCOUNT_MAILS_KEPT_DAYS},
        dedupe_key=f"account-deletion:{deletion.pk}:done",
        language=language,
    )


def idle(person: User, *, until: datetime, told_at: datetime) -> None:
    """Tell the owner of an account that nobody uses until when it can be kept."""
    mail.post(
        template="privacy/email/account_idle",
        to=person.email,
        context={"email": person.email, "until": until},
        dedupe_key=f"account:{person.pk}:idle:{told_at:%Y%m%d}",
        language=person.language,
    )


def _post(deletion: AccountDeletion, message: str, context: dict[str, object]) -> None:
    person = deletion.user
    mail.post(
        template=f"privacy/email/{message}",
        to=person.email,
        context={"email": person.email, **context},
        dedupe_key=f"account-deletion:{deletion.pk}:{message}",
        language=person.language,
        is_urgent=True,
    )
