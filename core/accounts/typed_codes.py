"""Codes that people type: made at random, kept as a digest, compared without telling how much was right."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.utils.crypto import constant_time_compare, salted_hmac

# No 0 and O, no 1 and I: read from a screen, or told by telephone. 32 letters are 5 bits each.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"
SHORT, LONG, GROUP = 6, 12, 4


def short_code() -> str:
    """Return six digits."""
    return "".join(secrets.choice(DIGITS) for _ in range(SHORT))


def long_code() -> str:
    """Return twelve letters in groups, 60 bits: ABCD-EFGH-JKLM."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LONG))
    return "-".join(letters[start : start + GROUP] for start in range(0, LONG, GROUP))


def digest_of(code: str, *parts: object) -> str:
    """Return what is kept of a code: it takes the secret key to make.

    Args:
        code: as made or as typed, with spaces and hyphens anywhere.
        parts: what the code is for, and whose it is, so that it is good for nothing else.
    """
    typed = "".join(letter for letter in code if letter.isalnum()).upper()
    value = "\n".join([*map(str, parts), typed])
    return salted_hmac("impact.accounts.typed_codes", value, algorithm="sha256").hexdigest()


def is_among(digest: str, digests: Iterable[str]) -> bool:
    """Whether a digest is one of several; takes as long whichever it is."""
    return sum(constant_time_compare(digest, other) for other in digests) > 0
