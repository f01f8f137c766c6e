"""Showing again that it is you, before what is grave: how fresh the last proof is, and where to give another.

Of a form that was sent without a fresh proof, what its view asks for is kept for the while, never a password;
the page comes back with what was typed, and nothing is done before the button is pressed again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from core.accounts import second_factor
from core.accounts.logged_in import person_at

View = Callable[..., HttpResponseBase]
TYPED = "typed_before_proof"
TYPED_KEPT_SECONDS = 60 * 60
# A form longer than this is none of those that ask for a proof.
TYPED_LETTERS_MAX = 100_000
WHOLE_FORM = None
WITHOUT_FACTOR = {"code", "password", second_factor.METHOD}


def is_recent(request: HttpRequest) -> bool:
    """Whether the person gave a proof just now: by the second factor, if there is one."""
    good = {second_factor.METHOD} if second_factor.is_set_up(request) else WITHOUT_FACTOR
    oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, person_at(request))
    return any(record["method"] in good and record["at"] > oldest for record in records)


def ask_staff(request: HttpRequest, *, keeps: Collection[str] | None = ()) -> HttpResponse | None:
    """Return the way to the second factor if staff must use it again before they go on; else None.

    Args:
        request: of the page that asks.
        keeps: the fields that come back as they were typed, or WHOLE_FORM.
    """
    if not second_factor.is_required(request) or is_recent(request):
        return None
    return _interrupt(request, keeps)


def prove_again(view: View, *, keeps: Collection[str] = ()) -> View:
    """Let anybody show again who they are before a view that changes how they log in.

    Args:
        view: what is behind it.
        keeps: the fields that come back as they were typed.
    """

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or is_recent(request):
            return view(request, *args, **kwargs)
        return _interrupt(request, keeps)

    return asking


def typed_before(request: HttpRequest) -> QueryDict | None:
    """Return, once, what was typed on this page before a proof was asked for."""
    _drop_old(request)
    kept = request.session.get(TYPED)
    if request.method != "GET" or not kept or kept["path"] != request.path:
        return None
    del request.session[TYPED]
    return QueryDict(kept["fields"])


def keeps_typed(request: HttpRequest) -> bool:
    """Whether what this form held waits in the session for the proof that was asked for."""
    kept = request.session.get(TYPED)
    return request.method == "POST" and kept is not None and kept["path"] == request.path


def _interrupt(request: HttpRequest, keeps: Collection[str] | None) -> HttpResponse:
    _drop_old(request)
    if request.method == "POST":
        _keep_typed(request, keeps)
    ways = get_adapter().get_reauthentication_methods(person_at(request))
    return HttpResponseRedirect(f"{ways[0]['url']}?{urlencode({'next': request.get_full_path()})}")


def _keep_typed(request: HttpRequest, keeps: Collection[str] | None) -> None:
    if keeps_typed(request):
        # Of an earlier try; this one may be too long to be kept.
        del request.session[TYPED]
    fields = QueryDict(mutable=True)
    for name, values in request.POST.lists():
        if _is_kept(name, keeps):
            fields.setlist(name, values)
    encoded = fields.urlencode()
    if encoded and len(encoded) <= TYPED_LETTERS_MAX:
        request.session[TYPED] = {"path": request.path, "fields": encoded, "at": time.time()}


def _is_kept(name: str, keeps: Collection[str] | None) -> bool:
    if name == "csrfmiddlewaretoken" or "password" in name:
        return False
    return keeps is None or name in keeps  # WHOLE_FORM


def _drop_old(request: HttpRequest) -> None:
    kept = request.session.get(TYPED)
    if kept and kept["at"] <= time.time() - TYPED_KEPT_SECONDS:
        del request.session[TYPED]
