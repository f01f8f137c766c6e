"""Staff at the pages of the matching, by role."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.accounts.enums import Role
from tests.builders import matching as build


def as_(role_or_user: Any = Role.MANAGER) -> Client:
    """Return a client that is logged in as somebody with the role, or as the person."""
    user = role_or_user if hasattr(role_or_user, "pk") else build.staff(role_or_user)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def url(model: str, page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:matching_{model}_{page}", args=args)


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)
