"""Whom django-axes counts wrong passwords against: the address that was tried, and where from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def username(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the address that was tried: allauth calls it `email`, its form `login`."""
    tried = (credentials or {}).get("email") or request.POST.get("login", "")
    return tried.strip().lower()


def ip_address(request: HttpRequest) -> str | None:
    """Return where the request came from, as allauth sees it: one setting says how many proxies are ours."""
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:  # nowhere: the request was made inside this program
        return None
