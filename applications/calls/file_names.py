"""Which call a file is about, as its name says it."""

from __future__ import annotations

from django.http import HttpRequest

from applications.models import Call
from core.keys import is_key


def call_in_name(request: HttpRequest, parameter: str) -> str:
    """Return `call-2` where the list is filtered to the call with number 2; else nothing.

    Args:
        parameter: the list’s filter by call.
    """
    key = request.GET.get(parameter, "")
    call = Call.objects.filter(pk=key).first() if is_key(key) else None
    return f"call-{call.number}" if call else ""
