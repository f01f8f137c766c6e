"""How often a network may search for places or check regions: an office that types all day stays below."""

from __future__ import annotations

from django.http import HttpRequest

from core.rate_limits import RateLimit, Use, spend
from core.visitors import network_of_visitor

MINUTE = 60
# Default, to confirm.
OF_A_NETWORK = RateLimit("searches for places of a network", 1200, MINUTE)


def is_network_busy(request: HttpRequest) -> bool:
    """Count a search or a check; whether it is one too many."""
    return spend(Use(OF_A_NETWORK, network_of_visitor(request))) is not None
