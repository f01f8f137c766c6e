"""Forms over HTTP."""

from __future__ import annotations

from typing import Any

from django.test import Client

from core.forms.unfinished import AGAIN


def press(client: Client, address: str, typed: dict[str, Any], **headers: Any) -> Any:
    """Send a form; where it could not be taken as it stands, return the page to which that leads."""
    answer = client.post(address, typed, **headers)
    is_led_back = answer.status_code == 302 and f"{AGAIN}=" in answer["Location"]
    return client.get(answer["Location"]) if is_led_back else answer
