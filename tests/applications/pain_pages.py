"""The pages that the tests of what once went wrong look at."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

from django.test import Client
from django.utils import timezone

from applications.models import Application, Call


def page_of(application: Application, rest: str = "") -> str:
    return f"/applications/{application.public_id}/{rest}"


def shown(client: Client, address: str) -> str:
    """Return a page as it reads: one blank between words."""
    return " ".join(unescape(client.get(address).content.decode()).split())


def close(call: Call, **ago: int) -> None:
    closes_at = timezone.now() - timedelta(**ago)
    Call.objects.filter(pk=call.pk).update(closes_at=closes_at, opens_at=closes_at - timedelta(days=30))
