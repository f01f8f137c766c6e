"""What every answer tells the browser: what it may keep, what the page may use, from where it may be used."""

from __future__ import annotations

import re
from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

STORE_NOTHING = "private, no-store"
# The pages of the administration and those around logging in, in every language.
PERSONAL_PLACES = re.compile(r"^/(?:[a-z]{2}/)?(?:admin|accounts)/")
# The parts of an address that are as good as a password.
SECRET_PARTS = frozenset({"token", "invitation_id"})
STAFF_PLACE = re.compile(r"^/(?:[a-z]{2}/)?admin/")


def is_known(request: HttpRequest) -> bool:
    """Whether the visitor may have messages, a log-in or other things of their own on the page."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or bool(request.COOKIES.get("messages"))


class HeadersMiddleware:
    """Stands before all that answer anew, so that files, refusals and faults have the headers as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.HEADERS_OF_EVERY_ANSWER.items():
            response.headers.setdefault(name, value)
        if is_personal(request, response):
            response["Cache-Control"] = STORE_NOTHING
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """Adds to the policy of the administration the exceptions that its theme needs."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if STAFF_PLACE.match(request.path_info):
            parts.update = settings.CONTENT_SECURITY_POLICY_OF_STAFF | (parts.update or {})
        return parts


def is_personal(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether nobody may keep the answer: anything may be on it but what is declared to be public.

    Visitors who are not logged in all see the same, unless a link of their own led them here.
    """
    if "public" in response.get("Cache-Control", ""):
        return False
    # What somebody typed is given back to whoever was logged out as well.
    is_given_back = request.method == "POST" and response.status_code >= 400
    has_session = is_known(request) or settings.SESSION_COOKIE_NAME in response.cookies or is_given_back
    return has_session or _is_personal_place(request)


def _is_personal_place(request: HttpRequest) -> bool:
    match = request.resolver_match
    has_secret = match is not None and not SECRET_PARTS.isdisjoint(match.kwargs)
    return has_secret or bool(PERSONAL_PLACES.match(request.path_info))
