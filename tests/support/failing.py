"""A portal that breaks after it has checked a form."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError
from django.http import HttpRequest

HEADER = "X-Break"


class BreakingMiddleware:
    """Breaks where a view would, if the request says how: with a fault of ours, or without the database."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        match request.headers.get(HEADER):
            case "fault":
                raise RuntimeError("a fault of ours")
            case "database":
                raise OperationalError("no answer")
