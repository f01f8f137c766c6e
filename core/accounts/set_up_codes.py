"""The code with which a person of the staff sets up a second factor: who needs one, and what was typed."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings

from core.accounts.models import SetUpCode, User
from core.accounts.typed_codes import digest_of, is_among

LIVES = timedelta(hours=72)


def is_needed(user: User) -> bool:
    """Whether somebody of the staff has no second factor yet, and must have one."""
    if not (settings.STAFF_SECOND_FACTOR_REQUIRED and user.is_staff and user.is_active):
        return False
    return not user.authenticator_set.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def find(*, user: User, typed: str) -> SetUpCode | None:
    """Return the person's code that works, if it is what was typed."""
    code = user.set_up_codes.live().first()
    return code if code and is_among(digest(user, typed), [code.digest]) else None


def digest(user: User, code: str) -> str:
    """Return what is stored of a code."""
    return digest_of(code, "set up", user.pk)
