"""Codes that people type: made at random, kept as a digest, compared without telling how much was right."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable

from django.utils.crypto import constant_time_compare, salted_hmac

# No 0 and O, no 1 and I: read from a screen, or told by telephone. 32 letters are 5 bits each.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"
SHORT, LONG, GROUP = 6, 12, 4
# What people put between the groups of a code: never the end of a sentence or of a line.
_HYPHEN = r"[ \t]?-[ \t]?"
_BETWEEN = rf"(?:{_HYPHEN}|[ \t]{{1,2}})"
_DATE_OR_TIME = re.compile(
    r"(?<!\d)(?:\d{1,2}([./])\d{1,2}\1\d{4}|\d{4}-\d\d-\d\d|\d{1,2}(?::\d\d){1,2})(?!\d)", re.ASCII
)
_RUN = re.compile(r"(?<!\w)\d+(?!\w)", re.ASCII)
_RUNS = re.compile(rf"(?<!\w)\d+(?:(?:{_BETWEEN}|\.)\d+)*(?!\w)", re.ASCII)


def _groups(between: str) -> re.Pattern[str]:
    """Return what finds each long code, also where words before it look like a group of one."""
    groups = between.join([f"[{LETTERS}]{{{GROUP}}}"] * (LONG // GROUP))
    return re.compile(rf"(?<!\w)(?=({groups})(?!\w))")


_IN_HYPHENS = _groups(_HYPHEN)
_IN_ANY_WAY = _groups(rf"{_BETWEEN}?")
# A code, and a sentence around it that was pasted with it.
_LONGEST = 300


def short_code() -> str:
    """Return six digits."""
    return "".join(secrets.choice(DIGITS) for _ in range(SHORT))


def long_code() -> str:
    """Return twelve letters in groups, 60 bits: ABCD-EFGH-JKLM."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LONG))
    return "-".join(letters[start : start + GROUP] for start in range(0, LONG, GROUP))


def find_code(typed: str, *, digits: Collection[int] = (), is_long: bool = False) -> str:
    """Return the code in what somebody typed or pasted, such as `Code: 123 456.`; empty if there is none.

    Args:
        typed: with digits of any script; spaces, hyphens and invisible marks inside, words around.
        digits: how many digits it may have.
        is_long: whether it may be one of twelve letters and digits.
    """
    text = _plain(typed[:_LONGEST])
    if is_long and (code := _long_in(text)):
        return code
    text = _DATE_OR_TIME.sub(";", text)
    return _number_in(_RUN.findall(text), digits) or _number_in(_RUNS.findall(text), digits)


def _number_in(found: Iterable[str], digits: Collection[int]) -> str:
    return _only(number for number in map(_joined, found) if len(number) in digits)


def _long_in(text: str) -> str:
    alone = _joined(text)
    if len(alone) == LONG and set(alone) <= set(LETTERS):
        return alone
    # As we write it; else with a digit, as words of four letters look like groups too.
    any_way = map(_joined, _IN_ANY_WAY.findall(text))
    return _only(map(_joined, _IN_HYPHENS.findall(text))) or _only(
        code for code in any_way if not code.isalpha()
    )


def _joined(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _only(codes: Iterable[str]) -> str:
    """Return the one code; none if there are several: a wrong guess would cost a try."""
    different = set(codes)
    return different.pop() if len(different) == 1 else ""


def _plain(text: str) -> str:
    """Return the text in ASCII as far as that says the same, without what nobody sees, in capitals."""
    marks = unicodedata.normalize("NFKC", text)
    digits = (str(unicodedata.decimal(mark, mark)) for mark in marks if unicodedata.category(mark) != "Cf")
    dashes = ("-" if unicodedata.category(mark) == "Pd" else mark for mark in digits)
    return "".join(dashes).upper()


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
