"""Takes what browsers report about our pages."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.rate_limits import RateLimit, Use, spend
from core.violations.actions import record_violation
from core.violations.reading import read_report
from core.visitors import network_of_visitor

LARGEST_BYTES = 16 * 1024
OF_A_NETWORK = RateLimit("policy reports of a network", 60, 60)
OF_ALL = RateLimit("policy reports", 600, 60)


# Browsers send reports without cookies and without the mark of a form.
@csrf_exempt
@require_POST
def collect(request: HttpRequest) -> HttpResponse:
    """Sum up a report; the answer is empty, since no person reads it."""
    return HttpResponse(status=_collect(request))


def _collect(request: HttpRequest) -> HTTPStatus:
    if not 0 < _announced_bytes(request) <= LARGEST_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    network = network_of_visitor(request)
    if spend(Use(OF_A_NETWORK, network), Use(OF_ALL, "")):
        return HTTPStatus.TOO_MANY_REQUESTS
    try:
        report = read_report(request.body, request.get_host())
    except (ValueError, RecursionError):
        return HTTPStatus.BAD_REQUEST
    if report:
        record_violation(report, network=network)
    return HTTPStatus.NO_CONTENT


def _announced_bytes(request: HttpRequest) -> int:
    """Return the length that the server lets us read; a body without one is not read."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdigit() else 0
