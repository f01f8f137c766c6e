"""The e-mails of a trial deployment, read from its mail catcher as Mailpit offers them."""

import json
import urllib.request
from typing import Any

from impact.demo.mailbox import Mailbox


class Catcher(Mailbox):
    """Reads `/api/v1/` of Mailpit, or of its stand-in.

    Args:
        url: of the catcher, with a slash at the end.
    """

    def __init__(self, url: str) -> None:
        self._api = f"{url}api/v1/"
        self._read: set[str] = set()

    def _find(self, to: str, subject: str) -> str | None:
        for message in self._get("messages")["messages"]:
            is_new = message["ID"] not in self._read
            if is_new and message["To"][0]["Address"] == to and subject.lower() in message["Subject"].lower():
                self._read.add(message["ID"])
                return self._get(f"message/{message['ID']}")["Text"]
        return None

    def _get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(self._api + path, timeout=20) as answer:
            return json.load(answer)
