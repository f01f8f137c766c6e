"""What else ends when somebody wants no e-mails any more: each app registers what it has to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Consequence = Callable[..., Any]
_CONSEQUENCES: list[Consequence] = []


def when_closed(function: Consequence) -> Consequence:
    """Register what is called when the owner of a mailbox objects to everything; it is given `mailbox`."""
    _CONSEQUENCES.append(function)
    return function


def close(mailbox: str) -> None:
    """Let every app end what the owner of a mailbox no longer wants, in the caller's transaction."""
    for consequence in _CONSEQUENCES:
        consequence(mailbox=mailbox)
