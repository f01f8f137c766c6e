"""Why a file is refused: a word for the portal, which has the sentence for people."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """What is the matter with a file."""

    KIND = "kind"  # of none of the kinds that are allowed
    BROKEN = "broken"
    DEMANDING = "demanding"  # costs more memory or time than a document should
    ENCRYPTED = "encrypted"
    OLD_OFFICE = "old_office"
    ARCHIVE = "archive"  # not packed as documents are
    ENTITIES = "entities"
    MACROS = "macros"
    EXCEL4 = "excel4"
    PROGRAM = "program"
    REMOTE_TEMPLATE = "remote_template"
    REMOTE = "remote"
    REFRESH = "refresh"  # a table that is fetched anew when the file is opened
    DDE = "dde"
    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    STARTS = "starts"  # opens another file or address without a click
    ATTACHMENT = "attachment"
    XFA = "xfa"
    MEDIA = "media"
    PIXELS = "pixels"
    ENCODING = "encoding"  # text in another encoding than UTF-8
    TABLE = "table"


class Refused(Exception):
    """Raised while a file is read, with the reason and what the sentence needs to say."""

    def __init__(self, reason: Reason, **details: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details
