"""What only the recipient of an e-mail may see: kept sealed in the outbox, put in as the e-mail leaves.

A code, or a link that acts without a log-in, is worth as much as the recipient's signature. The text in
the outbox has a mark in its place, with letters drawn for this e-mail alone: nobody can write that mark
into a name or a title beforehand and so have the secret put in there.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

CODE = "code"
LINK = "link"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Stands for the link by which the reader objects to an e-mail, which is worked out as it leaves. Whoever
# writes this mark into a name puts no more there than what stands below the text anyway.
OBJECTION = f"[[{LINK}:{'objection' * 2}to]]"
MARK = re.compile(r"\[\[(code|link):[a-z]{20}\]\]")


class Unreadable(ValueError):
    """Raised when what was sealed cannot be opened: the keys of the server have changed since."""


def marks_for(secrets: Mapping[str, str]) -> dict[str, str]:
    """Return the mark that stands for each secret; `code` is a code, all others are links."""
    return {name: _new_mark(CODE if name == CODE else LINK) for name in secrets}


def seal(secrets: Mapping[str, str]) -> str:
    """Return the secrets, by their marks, readable with the server's key alone; empty if there are none."""
    return _box().encrypt(json.dumps(dict(secrets)).encode()).decode() if secrets else ""


def unseal(sealed: str) -> dict[str, str]:
    """Return the secrets by their marks.

    Raises:
        Unreadable: sealed with a key that is neither SECRET_KEY nor one of SECRET_KEY_FALLBACKS.
    """
    if not sealed:
        return {}
    try:
        secrets: dict[str, str] = json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise Unreadable("sealed with another key") from error
    return secrets


def fill(text: str, secrets: Mapping[str, str], *, is_html: bool = False) -> str:
    """Return a text with the secrets in place of their marks."""
    return MARK.sub(lambda found: _secret(found[0], secrets, is_html), text)


def cover(text: str, secrets: Mapping[str, str]) -> str:
    """Return a text with the marks in place of the secrets: the reverse of `fill`."""
    for mark, secret in secrets.items():
        text = text.replace(secret, mark)
    return text


def in_words(text: str) -> str:
    """Return a text as it may be shown to anybody: words in place of the marks."""
    return MARK.sub(lambda found: _words(found[1]), text)


def _secret(mark: str, secrets: Mapping[str, str], is_html: bool) -> str:
    secret = secrets.get(mark, mark)
    return escape(secret) if is_html else secret


def _words(kind: str) -> str:
    if kind == CODE:
        return gettext("(code that only the recipient sees)")
    return gettext("(link that only the recipient sees)")


def _new_mark(kind: str) -> str:
    return f"[[{kind}:{get_random_string(20, LETTERS)}]]"


def _box() -> MultiFernet:
    # The first key seals; all open, so that a change of SECRET_KEY loses nothing that waits.
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@cache
def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"impact.mail.sealing").derive(
        secret.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
