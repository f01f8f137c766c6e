"""Whether staff have proved who they are a second time: with an authenticator app or a passkey."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_used
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

SESSION_KEY = "second_factor_of"


def is_required(request: HttpRequest) -> bool:
    return settings.STAFF_SECOND_FACTOR_REQUIRED and request.user.is_authenticated and request.user.is_staff


def is_set_up(request: HttpRequest) -> bool:
    return is_mfa_enabled(request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def is_passed(request: HttpRequest) -> bool:
    """Whether it was proved in this session, by this person."""
    return request.session.get(SESSION_KEY) == request.user.pk


@receiver([authenticator_added, authenticator_used])
def remember(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Note in the session that the person has just shown the app or the key.

    Both are signals of allauth: adding one asks for a code or a touch, as using one does.
    """
    request.session[SESSION_KEY] = user.pk
