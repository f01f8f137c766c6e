"""Words that people typed, as they may stand in an e-mail: short, on one line, without a link, in quotes.

Whoever can make the portal write to a stranger could otherwise put a message of their own into it.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.text import Truncator
from django.utils.translation import gettext

from core.accounts.models import User

# Long enough for the names of places and organisations; too short for a letter in a name.
LONGEST = 100
# What a person wrote to another, such as the reason for declining an invitation.
LONGEST_MESSAGE = 1000
NOTHING = "–"
SCHEME = re.compile(
    r"\b[a-z][a-z0-9+.-]*:[/\\]{2,}|\b(?:https?|ftp|mailto|tel|sms|javascript|data|file):", re.IGNORECASE
)
# A dot, of any script, with a word on both sides: mail programs make links of such names.
DOT_IN_NAME = re.compile(r"(?<=\w)[.\u3002\uff0e\uff61](?=[^\W\d_][\w-])")
DOTS_OF_NUMBERS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
SLASHES = re.compile(r"[/\\]{2,}")
AT = re.compile(r"\s*[@\uff20]\s*")
# An address that mail programs show as an address, and make no link to a website of.
PLAIN_ADDRESS = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,100}")
QUOTATION_MARKS = str.maketrans(dict.fromkeys('"“”„‟«»‹›〝〞＂', "’"))


def plain(text: object, longest: int = LONGEST) -> str:
    """Return typed words on one line, without controls, links or quotation marks, cut to a length."""
    words = " ".join(_visible(str(text or "")).split())
    return _without_links(Truncator(words).chars(longest)).translate(QUOTATION_MARKS)


def quoted(text: object, longest: int = LONGEST) -> str:
    """Return typed words as `plain` does, between the quotation marks of the language."""
    words = plain(text, longest)
    return gettext("“%(words)s”") % {"words": words} if words else NOTHING


def who(account: User) -> str:
    """Return the name that an account's owner typed, quoted, with the address, which they have proved."""
    address = account.email if PLAIN_ADDRESS.fullmatch(account.email) else plain(account.email)
    return f"{quoted(account.name)} ({address})" if plain(account.name) else address


def cited(text: object, longest: int = LONGEST_MESSAGE) -> str:
    """Return what a person wrote to another as a cited text: each line begins with a mark."""
    lines = (" ".join(_visible(line).split()) for line in str(text or "").splitlines())
    short = Truncator("\n".join(line for line in lines if line)).chars(longest)
    return "\n".join(f"> {_without_links(line)}" for line in short.splitlines()) or NOTHING


def _visible(text: str) -> str:
    """Return the text without what nobody sees; zero-width marks join their neighbours, others part them."""
    marks = ((mark, unicodedata.category(mark)) for mark in unicodedata.normalize("NFKC", text))
    return "".join(" " if kind[0] in "CZ" else mark for mark, kind in marks if kind != "Cf")


def _without_links(text: str) -> str:
    """Break whatever a mail program would turn into a link, so that people can still read it."""
    text = SLASHES.sub("/", DOT_IN_NAME.sub(". ", SCHEME.sub("", text)))
    text = DOTS_OF_NUMBERS.sub(lambda found: found[0].replace(".", ". "), text)
    return AT.sub(" (at) ", text)
