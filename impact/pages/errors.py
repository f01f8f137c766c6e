"""The pages of what went wrong: each says what to do next, in the visitor's language."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from core import given_back
from core.forms import autosave
from core.uploads import FileIsGone

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
OUT_OF_REACH = (OperationalError, InterfaceError)
RETRY_AFTER_SECONDS = 30
# Answers of Django and of packages that are only a number.
BARE = (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS)


class ErrorPagesMiddleware:
    """Gives a page to refusals that have none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in BARE and not response.streaming and not response.content:
            response["Content-Type"] = "text/html; charset=utf-8"
            response.content = _simple(request, response.status_code)
        return response


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what is no proper request, or is too large; nothing of it is trusted, also not its host."""
    is_large = isinstance(exception, TOO_MUCH)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_large else HTTPStatus.BAD_REQUEST
    return HttpResponse(_simple(request, status), status=status)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody who may not do this."""
    return _in_frame(request, "403.html", HTTPStatus.FORBIDDEN, typed=given_back.of(request))


def form_not_checked(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """Answer a form without the mark that it came from a page of ours."""
    if autosave.is_asked(request):
        return autosave.not_checked(is_of_earlier_log_in=given_back.is_of_earlier_log_in(request))
    typed = given_back.of(request, is_checked=False)
    if typed and given_back.was_logged_in(request):
        # The cookies are gone, and with them the session: without a log-in no token helps.
        log_in_url = reverse(settings.LOGIN_URL, query={"next": request.get_full_path()})
        return given_back.ask_to_log_in(request, typed, log_in_url=log_in_url)
    return _in_frame(request, "403_csrf.html", HTTPStatus.FORBIDDEN, typed=typed)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing at an address, or that a file of ours is missing."""
    gone = str(exception) if isinstance(exception, FileIsGone) else ""
    typed = given_back.of(request)
    return _in_frame(request, "404.html", HTTPStatus.NOT_FOUND, gone=gone, typed=typed)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; with a database out of reach, say that it will pass."""
    if not isinstance(sys.exc_info()[1], OUT_OF_REACH):
        page = _simple(request, 500, typed=given_back.of(request))
        return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    page = _simple(request, 503, typed=given_back.of(request))
    response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _in_frame(request: HttpRequest, template: str, status: HTTPStatus, **context: Any) -> HttpResponse:
    with translation.override(_language(request)):
        return render(request, template, context, status=status)


def _simple(request: HttpRequest, status: int, **context: Any) -> str:
    """Return a page that needs neither database nor session nor host: any of them may be what is wrong."""
    with translation.override(_language(request)):
        return render_to_string(f"{int(status)}.html", context)


def _language(request: HttpRequest) -> str:
    """Return the visitor's language, also where the request was refused before it was worked out."""
    return getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(
        request, check_path=True
    )
