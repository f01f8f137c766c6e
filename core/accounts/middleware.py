"""Remembers browsers; keeps staff out of everything until they have passed the second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.accounts import known_browsers, second_factor

# Logging out, changing the language, and whatever sets up or asks for the factor itself.
OPEN_NAMES = {
    "account_logout",
    "account_reauthenticate",
    "account_confirm_by_mail",
    "admin:logout",
    "set_language",
}
OPEN_PREFIX = "mfa_"


class KnownBrowserMiddleware:
    """Sets the cookie by which a browser is known after somebody logged in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known_browsers.write(request, response)
        return response


class StaffSecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if not second_factor.is_required(request) or _is_open(request.resolver_match):
            return None
        if not second_factor.is_set_up(request):
            messages.warning(request, _("Staff log in with a second factor. Set one up to continue."))
            return HttpResponseRedirect(reverse("mfa_index"))
        if not second_factor.is_passed(request):
            return HttpResponseRedirect(_asking_address(request))
        return None


def _is_open(match: ResolverMatch | None) -> bool:
    if match is None:
        return False
    return match.view_name in OPEN_NAMES or match.view_name.startswith(OPEN_PREFIX)


def _asking_address(request: HttpRequest) -> str:
    # A form that was sent is not sent again by itself.
    address = reverse("mfa_reauthenticate")
    wanted = urlencode({"next": request.get_full_path()})
    return f"{address}?{wanted}" if request.method == "GET" else address
