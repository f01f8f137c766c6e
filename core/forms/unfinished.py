"""A form that could not be taken as it stands leads to its own page, which shows what was typed.

A page that answers a POST is kept by no browser of somebody who is logged in, so going back to it ends at the
browser's own error page. A page that is asked for by an address of its own is simply asked for again.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

# In the session: what was typed on the last pages that had to be shown again.
KEPT = "unfinished_forms"
# In the address of the page.
AGAIN = "again"
MAX_KEPT = 5
# Some five times what the longest page of ours asks for; what is longer is shown at once.
MAX_CHARACTERS = 400_000
# Never kept: the token of a form belongs to the page it came with.
LEFT_OUT = ("csrfmiddlewaretoken",)


@dataclass(frozen=True)
class Unfinished:
    """What was typed, and what came of it.

    Args:
        data: as it was sent.
        problems: why nothing was saved, if so.
        is_partly_saved: whether what was valid is saved.
    """

    data: QueryDict
    problems: Sequence[str] = ()
    is_partly_saved: bool = False


def lead_back(
    request: HttpRequest, left: Unfinished, *, query: Mapping[str, str] | None = None
) -> HttpResponse | None:
    """Keep what was typed for the page of the form, and lead there.

    Args:
        request: with which the form was sent.
        left: what is kept.
        query: what the address of the page needs besides.

    Returns:
        The answer; None if it is too long to be kept.
    """
    kept = _storable(request.path, left)
    if kept is None:
        return None
    token = secrets.token_urlsafe(8)
    others = list(request.session.get(KEPT, {}).items())
    request.session[KEPT] = dict([*others[1 - MAX_KEPT :], (token, kept)])
    address = urlencode(request.GET.dict() | dict(query or {}) | {AGAIN: token})
    return HttpResponseRedirect(f"{request.path}?{address}")


def give_up(request: HttpRequest) -> None:
    """Forget what was typed on this page before a later save of it: its addresses show what is saved."""
    _replace(request, None)


def renew(request: HttpRequest, left: Unfinished) -> None:
    """Let the addresses that show this page again show what was typed last, with something to correct."""
    _replace(request, _storable(request.path, left))


def _replace(request: HttpRequest, latest: dict[str, Any] | None) -> None:
    kept = request.session.get(KEPT, {})
    of_page = {token: latest for token, page in kept.items() if page["path"] == request.path}
    # A session is written only where it changes.
    if of_page:
        request.session[KEPT] = {token: page for token, page in (kept | of_page).items() if page}


def _storable(path: str, left: Unfinished) -> dict[str, Any] | None:
    """Return what a session can hold of a page; None if it is too long."""
    typed = {name: values for name, values in left.data.lists() if name not in LEFT_OUT}
    if sum(len(value) for values in typed.values() for value in values) > MAX_CHARACTERS:
        return None
    problems = list(left.problems)
    return {"path": path, "typed": typed, "problems": problems, "is_partly_saved": left.is_partly_saved}


def read(request: HttpRequest) -> Unfinished | None:
    """Return what was typed on the page that this address shows again; None if it is nothing of that kind."""
    kept = request.session.get(KEPT, {}).get(request.GET.get(AGAIN, ""))
    if request.method != "GET" or not kept or kept["path"] != request.path:
        return None
    data = QueryDict(mutable=True)
    for name, values in kept["typed"].items():
        data.setlist(name, values)
    return Unfinished(data, kept["problems"], kept["is_partly_saved"])
