"""What nobody outside may learn yet: names of those whose letter with an outcome is still held.

Pages and mails of the portal ask the rows; a text that staff write is read for the names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Provider = Callable[[], Iterable[str]]
# A shorter name stands in too many words.
SHORTEST_NAME = 4
_PROVIDERS: list[Provider] = []


def register(provider: Provider) -> None:
    """Let an app name those who have not been told yet; called while Django starts."""
    _PROVIDERS.append(provider)


def named_in(texts: Iterable[str]) -> list[str]:
    """Return the names under embargo that stand in texts, sorted; case and kinds of space do not matter."""
    text = _plain(" ".join(texts))
    names = {name for provider in _PROVIDERS for name in provider() if len(name.strip()) >= SHORTEST_NAME}
    return sorted(name for name in names if re.search(rf"(?<!\w){re.escape(_plain(name))}(?!\w)", text))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
