"""Who is at the screen, on pages that only somebody logged in reaches."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from core.accounts.models import User


def person_at(request: HttpRequest) -> User:
    """Return who is logged in.

    Raises:
        PermissionDenied: nobody is; the page forgot to ask for a log-in.
    """
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
