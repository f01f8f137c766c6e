"""Log lines without secrets: no signed link, code, password, address or row, and one line for a refusal."""

from __future__ import annotations

import logging
import re
from typing import Any

REMOVED = "[removed]"
SLASH = r"(?:/|%2F)"
# Ends with the part of the address, also where the address is itself quoted in another.
PART = r"(?:(?!%2F|%3F|%26)[^\s/?&#\"'<>])+"
# Addresses whose last part is as good as a password: who has it may read or do something.
SECRET_PLACES = (
    rf"newsletter{SLASH}(?:confirm|preferences|unsubscribe|resubscribe|data|delete)",
    rf"applications{SLASH}(?:partner|invitations)",
    rf"applications{SLASH}[\w-]{{1,100}}{SLASH}people",
    r"emails",
    rf"demo{SLASH}mail",
)
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<kept>(?:{'|'.join(SECRET_PLACES)}){SLASH}){PART}",
        # What django.core.signing writes: a value, perhaps a time, and the signature.
        # Begins where a word begins: to try again from each letter would take long on a long word.
        r"(?P<kept>)(?<![\w.=-])[\w.=-]{8,}(?:(?::|%3A)\w{4,8})?(?::|%3A)[\w-]{27,}",
        r"(?P<kept>://[^\s/:@]*:)[^\s/@]+(?=@)",
        r"(?P<kept>)(?<![\w.+'-])[\w.+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+",
        r"(?P<kept>\b(?:password|passwd|secret|token|sessionid|csrftoken|csrfmiddlewaretoken)"
        r"[\"']?\s?(?:=|:|%3D)\s?[\"']?)[^\s&\"',;)]+",
        r"(?P<kept>\bcodes?\b\D{0,40})\d{6}\b",
    )
)
# What PostgreSQL adds to an error: whole rows, and values of keys. In a repr(), lines end with two letters.
ROWS = re.compile(r"(?:\n|\\n)(?:DETAIL|CONTEXT): .*?(?=\n|\\n|['\"]\)|$)")
REFUSALS = range(400, 500)


def redacted(text: str) -> str:
    """Return the text without rows of the database, and with every secret replaced by a word that says so."""
    text = ROWS.sub("", text)
    for pattern in PATTERNS:
        text = pattern.sub(rf"\g<kept>{REMOVED}", text)
    return text


class RedactingFormatter(logging.Formatter):
    """Removes secrets from the whole entry: from the message, its arguments and the trace below it."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class OneLineRefusals(logging.Filter):
    """Lets a refused request leave one line without a trace; what is wrong in the portal keeps its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not _is_refusal(record):
            return True
        request = getattr(record, "request", None)
        if getattr(request, "refusal_is_logged", False):
            return False
        if request is not None:
            request.refusal_is_logged = True
        _shorten(record)
        return True


def _is_refusal(record: logging.LogRecord) -> bool:
    return record.name.startswith("django.security") or getattr(record, "status_code", 0) in REFUSALS


def _shorten(record: logging.LogRecord) -> None:
    # Whoever asks for an address with a line break in it does not write lines of their own.
    record.msg, record.args = record.getMessage().encode("unicode_escape").decode(), ()
    record.exc_info = record.exc_text = record.stack_info = None


def logging_to_console(level: object) -> dict[str, Any]:
    """Return the settings of logging for each kind of process: all of it through the same filter."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "core.redacting.RedactingFormatter",
                "format": "{asctime} {levelname} {name} {message}",
                "style": "{",
            }
        },
        "filters": {"refusals": {"()": "core.redacting.OneLineRefusals"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django would also mail traces, with settings and what was posted, to whoever is in ADMINS.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }
