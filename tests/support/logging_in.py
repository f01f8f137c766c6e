"""What people do to log in: by mailed code and authenticator app."""

from __future__ import annotations

import time

from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from core.accounts import actions
from core.accounts.models import User
from core.accounts.views.errors import TOLD
from impact.local.processes import wait_until
from tests.support.mailbox import newest_code


def ask_for_code(client: Client, email: str, next_url: str = "") -> HttpResponse:
    query = {"next": next_url} if next_url else {}
    return shown(client, client.post(reverse("account_request_login_code", query=query), {"email": email}))


def enter_code(client: Client, code: str, next_url: str = "") -> HttpResponse:
    query = {"next": next_url} if next_url else {}
    return shown(client, client.post(reverse("account_confirm_login_code", query=query), {"code": code}))


def shown(client: Client, answer: HttpResponse) -> HttpResponse:
    """Return the page with the errors, where the answer to a form leads to one."""
    return client.get(answer["Location"]) if TOLD in client.session else answer


def log_in_by_code(client: Client, email: str, next_url: str = "") -> HttpResponse:
    ask_for_code(client, email, next_url)
    return enter_code(client, newest_code(email), next_url)


def enter_set_up_code(client: Client, user: User) -> HttpResponse:
    """Let the session set up a first factor, as with the code that an administrator has handed over."""
    _user, code = actions.issue_set_up_code(user_id=user.pk, by=None)
    return client.post(reverse("mfa_set_up_code"), {"code": code})


def use_app(client: Client, secret: str, next_url: str = "") -> HttpResponse:
    """Show again who one is; a code that was typed already is forgotten, since it would work once."""
    cache.clear()
    query = {"next": next_url} if next_url else {}
    return client.post(reverse("mfa_reauthenticate", query=query), {"code": app_code(secret)})


def add_app(user: User) -> str:
    """Give a person an authenticator app; returns its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def app_code(secret: str) -> str:
    """Return what the app shows now, and for some seconds more: at its end, a code arrives too late."""
    assert wait_until(lambda: time.time() % 30 < 25, timeout_seconds=10)
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def log_in_with_app(client: Client, user: User, secret: str) -> None:
    """Log in by mailed code and authenticator app, as staff do."""
    cache.clear()
    log_in_by_code(client, user.email)
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})


def age_proofs(client: Client, seconds: int = 3600) -> None:
    """Let the proofs of who one is be as old as that."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()
