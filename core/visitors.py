"""Where a request comes from, for limits: actions get this text and never see a request."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from core.rate_limits import network_of


def network_of_visitor(request: HttpRequest | None) -> str:
    """Return what all behind one line share; a setting of allauth says how many proxies are our own."""
    try:
        return network_of(get_adapter().get_client_ip(request) if request else None)
    except PermissionDenied:  # nowhere: the request was made inside this program
        return network_of(None)
