"""What ends with a pilot region: who hangs something on regions registers how it ends, and who is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from applications.models import PilotRegion
from core.accounts.models import User


class Ending(Protocol):
    """Something that hangs on pilot regions."""

    def told(self, regions: Iterable[PilotRegion]) -> list[str]:
        """Say who is told when these regions end, for the page with the button."""

    def end(self, region: PilotRegion, *, by: User, reason: str) -> None:
        """End what hangs on a region, inside the action that ends the region, and tell whom it concerns."""


_ENDINGS: list[Ending] = []


def register(ending: Ending) -> None:
    """Let something end with each pilot region; called while Django starts."""
    _ENDINGS.append(ending)


def end_all(region: PilotRegion, *, by: User, reason: str) -> None:
    """End everything that hangs on a locked region."""
    for ending in _ENDINGS:
        ending.end(region, by=by, reason=reason)


def told(regions: Iterable[PilotRegion]) -> list[str]:
    """Say who is told when these regions end, besides their applicants."""
    rows = list(regions)
    return [text for ending in _ENDINGS for text in ending.told(rows)]
