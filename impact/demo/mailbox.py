"""The e-mails of the demo, read as their receiver would."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import quote

from impact.demo.visitor import NotAsExpected, Visitor

PATIENCE_SECONDS = 60
LOOK_EVERY_SECONDS = 0.3


def wait_for(what: str, look: Callable[[], str | None]) -> str:
    """Return what `look` finds; raise NotAsExpected if it finds nothing for a minute."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(LOOK_EVERY_SECONDS)
    raise NotAsExpected(f"{what} did not come within {PATIENCE_SECONDS} seconds")


class Mailbox:
    """All mail of the demo. A mail is read once: what was read before is not new.

    Args:
        base_url: of the portal, with a slash at the end.
    """

    def __init__(self, base_url: str) -> None:
        self._visitor = Visitor(base_url)
        self._list = f"{base_url}demo/mail/?q="
        self._read: set[str] = set()

    def read(self, to: str, subject: str) -> str:
        """Return the text of the newest unread, sent mail to an address whose subject contains the words."""
        return wait_for(f"The e-mail “{subject}” to {to}", lambda: self._find(to, subject))

    def code(self, to: str) -> str:
        """Return the six digits of the newest log-in code."""
        return first(r"\b\d{6}\b", self.read(to, "code"))

    def link(self, to: str, subject: str) -> str:
        """Return the first link of a mail."""
        return first(r"https?://\S+", self.read(to, subject))

    def receivers(self, subject: str) -> list[str]:
        """Return to whom mails with these words in the subject went, those read before included."""
        texts = [self._visitor.open(address).text for _words, address in self._entries(subject)]
        return sorted({first(r"(?<=To )\S+@\S+", text) for text in texts})

    def _find(self, to: str, subject: str) -> str | None:
        for words, address in self._entries(to):
            if address in self._read or subject.lower() not in words.lower():
                continue
            text = self._visitor.open(address).text
            # Still queued or sending: the worker has not spoken to the mail server yet.
            if not self._visitor.shows("Sent"):
                return None
            self._read.add(address)
            return text
        return None

    def _entries(self, words: str) -> list[tuple[str, str]]:
        """Return subject and address of the mails with these words in receiver or subject, newest first."""
        links = self._visitor.open(self._list + quote(words)).links
        return [
            (subject, address) for subject, address in links if re.search(r"/demo/mail/[^/?]+/$", address)
        ]


def first(pattern: str, text: str) -> str:
    """Return what the pattern finds first in the text of an e-mail, or raise NotAsExpected."""
    found = re.search(pattern, text)
    if found is None:
        raise NotAsExpected(f"The e-mail shows nothing like {pattern}: {text[:400]}")
    return found[0]
