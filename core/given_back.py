"""What somebody typed in a form that was refused, given back to them on the page that says so.

Nothing is stored and nothing is done by itself: the page that answers holds the text, to copy and to send
again by a button. It is given back only to whoever sent it from a page of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import Resolver404, resolve

from core.accounts import proofs
from core.accounts.models import User
from core.forms import autosave

# Stands in every form of somebody logged in, beside the CSRF token: who had the page open.
OPENED_BY = "opened_by"
SALT = "impact.given_back"
CSRF_FIELD = "csrfmiddlewaretoken"
# What pages carry for themselves, and nobody has typed.
CARRIED = {
    CSRF_FIELD,
    OPENED_BY,
    "action",
    "base",
    "criteria_seen",
    "fingerprint",
    "form_version",
    "key",
    "known",
    "next",
    "nonce",
    "number",
    "on_page",
    "opened",
    "p",
    "preview",
    "regions",
    "run",
    "seen",
    "shown",
    "targets",
    "unfinished_seen",
}
# The same of a row, behind its prefix: whatever the browser keeps of rows cannot be drawn again without it.
ROWS_CARRY = ("_FORMS", "-key")
# More than this is shown to be copied, but not carried on.
MAX_LETTERS = 500_000
# Where somebody is led who has to log in first.
LOG_INS = {
    "account_request_login_code",
    "account_login",
    "account_reauthenticate",
    "account_confirm_by_mail",
    "admin:login",
    "mfa_authenticate",
    "mfa_reauthenticate",
}


class Typed(NamedTuple):
    """What was typed in one form.

    Args:
        texts: of more than one word, each by itself, with the name of its field.
        words: the short answers.
        files: names of files that were sent; a browser lets nobody choose them for the person.
        fields: everything that the form sent, to be sent again; empty if it may not be.
        address: where it was sent.
        csrf_token: for the button.
    """

    texts: list[tuple[str, str]]
    words: list[str]
    files: list[str]
    fields: list[tuple[str, str]]
    address: str
    csrf_token: str


def sign(user: User) -> str:
    """Return the value of `opened_by` for a person."""
    return signing.Signer(salt=SALT).sign(str(user.pk))


def of(request: HttpRequest, *, is_checked: bool = True) -> Typed | None:
    """Return what the refused form held; None if there is nothing to give back to whoever is there.

    Args:
        request: that was refused.
        is_checked: whether its CSRF token was right; else the browser itself must say that the form was ours,
            and the page must have been that of the person who is logged in.
    """
    if request.method != "POST" or autosave.is_asked(request) or not _is_form_of_ours(request):
        return None
    if not is_checked and not (_is_from_here(request) and _is_of_same_person(request)):
        return None
    try:
        return _typed(request)
    except Exception:  # whatever broke the request must not break the page that says so
        return None


def refuse(request: HttpRequest, why: object, *, back_url: str) -> HttpResponse:
    """Answer that nothing was saved, and give back what was typed.

    Args:
        request: that is refused.
        why: for people.
        back_url: where the person can go on.
    """
    context = {"why": why, "back_url": back_url, "typed": of(request)}
    return render(request, "not_saved.html", context, status=HTTPStatus.CONFLICT)


def ask_to_log_in(request: HttpRequest, typed: Typed, *, log_in_url: str) -> HttpResponse:
    """Answer somebody whose session has ended with what they typed, and with the way to log in."""
    context = {"typed": typed, "log_in_url": log_in_url}
    return render(request, "logged_out.html", context, status=HTTPStatus.FORBIDDEN)


def was_logged_in(request: HttpRequest) -> bool:
    """Whether the form is of a page of somebody logged in, and nobody is now."""
    return OPENED_BY in request.POST and not request.user.is_authenticated


def is_of_earlier_log_in(request: HttpRequest) -> bool:
    """Whether a form whose token does not hold is of the person who is logged in."""
    return request.user.is_authenticated and _is_of_same_person(request)


class GiveBackMiddleware:
    """Shows those who have to log in first what they typed, instead of leading them away from it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or not _leads_to_log_in(response):
            return response
        # Asked to prove who they are: what they typed waits in their session.
        if proofs.keeps_typed(request):
            return response
        typed = of(request)
        if typed is None:
            return response
        return ask_to_log_in(request, typed, log_in_url=response["Location"])


def _leads_to_log_in(response: HttpResponse) -> bool:
    if not isinstance(response, HttpResponseRedirect):
        return False
    try:
        return resolve(urlsplit(response.url).path).view_name in LOG_INS
    except Resolver404:
        return False


def _is_form_of_ours(request: HttpRequest) -> bool:
    """Whether a view that checks its forms was asked, and none of those that take passwords and codes."""
    match = request.resolver_match
    if match is None or getattr(match.func, "csrf_exempt", False):
        return False
    return not match.view_name.startswith(("account_", "mfa_"))


def _is_from_here(request: HttpRequest) -> bool:
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def _is_of_same_person(request: HttpRequest) -> bool:
    user: User | AnonymousUser | None = getattr(request, "user", None)
    # Who is logged out now sees again what stood on the screen; who came after somebody else does not.
    return user is None or not user.is_authenticated or request.POST.get(OPENED_BY) == sign(user)


def _typed(request: HttpRequest) -> Typed | None:
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name != CSRF_FIELD]
    if any("password" in name for name, _value in sent):
        return None
    typed = list(_typed_of(sent))
    files = [file.name or "" for _name, each in request.FILES.lists() for file in each]
    texts = [(name, value) for name, value in typed if _is_text(value)]
    words = [value for _name, value in typed if not _is_text(value)]
    if not (texts or files or any(map(_is_name, words))):
        return None
    is_short = sum(len(value) for _name, value in sent) <= MAX_LETTERS
    return Typed(texts, words, files, sent if is_short else [], request.get_full_path(), get_token(request))


def _typed_of(sent: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in sent:
        is_carried = name in CARRIED or name.startswith("_") or name.endswith(ROWS_CARRY)
        if value.strip() and not is_carried and value not in ("on", "1"):
            yield name, value


def _is_text(value: str) -> bool:
    return len(value.split()) > 1


def _is_name(word: str) -> bool:
    """Whether somebody has typed it: codes of choices are in small letters, or hold figures."""
    return word.isalpha() and word[0].isupper() and len(word) > 2
