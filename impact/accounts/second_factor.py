"""Whether staff have proved who they are a second time: with an authenticator app or a passkey."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

METHOD = "mfa"  # allauth's name in its record of this session


def is_required(request: HttpRequest) -> bool:
    return settings.STAFF_SECOND_FACTOR_REQUIRED and request.user.is_authenticated and request.user.is_staff


def is_set_up(request: HttpRequest) -> bool:
    return is_mfa_enabled(request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def is_passed(request: HttpRequest) -> bool:
    """Whether it was proved in this session, by this person."""
    return any(record["method"] == METHOD for record in get_authentication_records(request, request.user))


@receiver(authenticator_added)
def remember_proof(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """Count the setting up of an app or a key as a use of it: its code was typed, or it was touched.

    allauth does not, and would ask for a code again that works only once.
    """
    record_authentication(
        request, user, METHOD, id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )
