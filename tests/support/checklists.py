"""Pressing a decision of which something is unfinished, as somebody who has read the list."""

from typing import Any

from django.http import HttpResponse
from django.test import Client


def read_list(client: Client, address: str) -> dict[str, str]:
    """Return what the page of a decision sends of its checklist, with a reason."""
    return {
        "continuing": "The test continues.",
        "unfinished_seen": client.get(address).context_data["checklist"]["seen"],
    }


def decide_all_the_same(client: Client, address: str, answers: dict[str, Any] | None = None) -> HttpResponse:
    return client.post(address, read_list(client, address) | (answers or {}))
