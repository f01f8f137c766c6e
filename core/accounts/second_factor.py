"""Whether staff have proved who they are a second time: with an authenticator app or a passkey."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from core.accounts import actions, sessions
from core.accounts.logged_in import person_at
from core.accounts.models import SetUpCode, User

METHOD = "mfa"  # allauth's name in its record of this session
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
SET_UP_CODE = "set_up_code"


def is_required(request: HttpRequest) -> bool:
    return settings.STAFF_SECOND_FACTOR_REQUIRED and request.user.is_authenticated and request.user.is_staff


def is_set_up(request: HttpRequest) -> bool:
    return bool(is_mfa_enabled(person_at(request), FACTORS))


def is_passed(request: HttpRequest) -> bool:
    """Whether it was proved in this session, by this person."""
    return any(
        record["method"] == METHOD for record in get_authentication_records(request, person_at(request))
    )


def may_set_up(request: HttpRequest) -> bool:
    """Whether the person may add a factor: staff without one need the code of an administrator first."""
    if not is_required(request) or is_set_up(request):
        return True
    number, digest = request.session.get(SET_UP_CODE, (None, None))
    return SetUpCode.objects.live().filter(user=person_at(request), pk=number, digest=digest).exists()


def allow_set_up(request: HttpRequest, code: SetUpCode) -> None:
    """Let this session set up a factor, as long as the code lives."""
    request.session[SET_UP_CODE] = [code.pk, code.digest]


def is_last_of_staff(authenticator: Authenticator) -> bool:
    """Whether staff would stand without a factor, and need an administrator to set one up again."""
    user = authenticator.user
    others = user.authenticator_set.filter(type__in=FACTORS).exclude(pk=authenticator.pk)
    return settings.STAFF_SECOND_FACTOR_REQUIRED and user.is_staff and not others.exists()


@receiver(authenticator_added)
def remember_proof(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Count the setting up of an app or a key as a use of it: its code was typed, or it was touched.

    allauth does not, and would ask for a code again that works only once.
    """
    if authenticator.type in FACTORS:
        actions.factor_added(user_id=user.pk, by=user, kind=authenticator.type)
        request.session.pop(SET_UP_CODE, None)
        sessions.keep_current(request)
    record_authentication(
        request, user, METHOD, id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )


@receiver(authenticator_removed)
def end_other_sessions(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Let no session go on that was opened under the old factor, but for the one at which it changed."""
    actions.factor_removed(user_id=user.pk, by=user, kind=authenticator.type)
    sessions.keep_current(request)


@receiver(authenticator_reset)
def record_new_codes(sender: object, user: User, **kwargs: Any) -> None:
    """Put on record that recovery codes took the place of others; apps, keys and sessions stay."""
    actions.recovery_codes_replaced(user_id=user.pk, by=user)
