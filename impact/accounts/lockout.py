"""Whom django-axes counts wrong passwords against: the address that was tried, and where from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def username(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the address that was tried: allauth calls it `email`, its form `login`."""
    tried = (credentials or {}).get("email") or request.POST.get("login", "")
    return tried.strip().lower()


def ip_address(request: HttpRequest) -> str:
    """Return where the request came from, as allauth sees it: one setting says how many proxies are ours."""
    return get_adapter().get_client_ip(request)
