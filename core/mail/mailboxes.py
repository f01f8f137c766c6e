"""One spelling for each e-mail address, however it was typed; and which addresses reach one mailbox.

`address_of` reads what somebody typed or pasted, and is what every field for an address uses: the result is
stored, compared and sent to. `mailbox_of` goes further, for counting and for objections only: people may have
an account for each tag after a plus sign, but these reach one person.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email

from core.phrases import StrOrPromise

# As every stored address is, and as PostgreSQL checks it: small ASCII letters, international domains encoded.
NORMAL_FORM = r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*$"
# As Django's columns for addresses have it, and RFC 5321.
MAX_LENGTH = 254
# Google drops dots; the two names are one service.
WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}

_NORMAL = re.compile(NORMAL_FORM)
# Of two accounts with one mailbox, the second keeps its address with this behind it, until they are merged;
# RFC 2606 lets nobody else have such a name.
DOUBLE_FORM = r"\.double-[0-9]+\.invalid$"
_DOUBLE = re.compile(DOUBLE_FORM)
# What keyboards, phones and word processors put in the place of a sign that an address may have.
_MEANT = str.maketrans(
    dict.fromkeys("‘’‚‛′ʼ", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‹〈⟨", "<")
    | dict.fromkeys("›〉⟩", ">")
    | dict.fromkeys("‐‑‒–−", "-")
    | dict.fromkeys("。｡", ".")
)
# Seen by nobody, though Unicode counts them among letters, marks and signs.
_BLANK = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, *range(0xFE00, 0xFE10)}
# Joiners make another domain of it in scripts that need them, which come after the European ones.
_JOINERS = "\u200c\u200d"
_NEEDLESS_JOINER = re.compile(f"(?<![\u0590-\U0010ffff])[{_JOINERS}]+")
_AROUND_AT = re.compile(r" ?@ ?")
_IN_BRACKETS = re.compile(r"[<(]([^<>()]*@[^<>()]*)(?:[>)]|$)")
_COMMENT = re.compile(r" ?\([^()@]*\)$")
_LOOKS_LIKE_ONE = re.compile(r"[^\s<>\"',;:()]+@[^\s<>\"',;:()]+")
_LINK = re.compile(r"^\W*(?:mailto:/*)+([^?]*)", re.IGNORECASE)
# Such as "E-mail:".
_LABEL = re.compile(r"^[^@:<(]*:(?!//)(?=[^:]*@)")
# A name in quotes is the same name.
_QUOTED = re.compile(r"""(["'])([\w.+-]+)\1(?=@)""")
# Nobody pastes so much around an address.
_LONGEST = 1000
_BRACKETS = " .,;:?!()[]{}<>\\"
_PUNCTUATION = _BRACKETS + "'\""


class NoAddress(ValueError):
    """Raised when what was typed is no address that people have; `words` say what to do."""

    def __init__(self, words: StrOrPromise) -> None:
        super().__init__(str(words))
        self.words = words


PLEASE = _("Enter an e-mail address, such as name@example.org.")
ONLY_ONE = _("Enter only one e-mail address.")
PLAIN_LETTERS = _("Enter an e-mail address whose letters before the @ are only a to z, without accents.")


def address_of(typed: str) -> str:
    """Return the address in the one spelling in which it is stored.

    Reads it as people paste it: `Name <a@b>`, `mailto:a@b?subject=…`, with quotes, brackets or a full stop
    around it, with invisible or full-width characters. The domain is in ASCII, also of an international one;
    all letters are small.

    Raises:
        NoAddress: it is none, there are several, or no mail server of ours could write to it.
    """
    local, _at, domain = _bare(typed).lower().rpartition("@")
    if not local or not domain:
        raise NoAddress(PLEASE)
    if "@" in local or re.search(r"[,;\s]", local + domain):
        raise NoAddress(ONLY_ONE if "@" in local else PLEASE)
    # Such a name would reach round the limits, or a server itself.
    if any(sign in local for sign in '"%!') or "." not in domain:
        raise NoAddress(PLEASE)
    return _checked(f"{local}@{domain}")


def normal(address: str) -> str:
    """Return an address as `address_of` does; what is none comes back in small letters, to match nothing."""
    if _NORMAL.fullmatch(address) and "xn--" not in address:
        return address
    try:
        return address_of(address)
    except NoAddress:
        return address.strip().lower()


def mailbox_of(email: str) -> str:
    """Return the mailbox that an address reaches: its one spelling, without a tag after a plus sign."""
    local, _at, domain = reachable(email).rpartition("@")
    domain = domain.rstrip(".")
    local = local.strip('"').replace("\\", "")
    local = local.partition("+")[0] or local
    if domain in WITHOUT_DOTS:
        local, domain = local.replace(".", ""), WITHOUT_DOTS[domain]
    return f"{local}@{domain}"


def double_address(address: str, number: int) -> str:
    """Return the address of a row whose mailbox belongs to another row already, until both are merged.

    One that is too long for that is given up: its row is merged by nobody and needs an address by hand.
    """
    marked = f"{address}.double-{number}.invalid"
    return marked if len(marked) <= MAX_LENGTH else f"double-{number}@too-long.invalid"


def reachable(address: str) -> str:
    """Return where to send what is meant for an address, also for one that waits to be merged."""
    return _DOUBLE.sub("", normal(address))


def in_letters(address: str) -> str:
    """Return an address with its international domain in letters, for whoever typed it.

    Others read it as it is stored: letters of two scripts can look alike.
    """
    if "@" not in address or "xn--" not in address:
        return address
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        return address


def is_read_differently(typed: str, address: str) -> bool:
    """Whether the address looks other than what was typed, apart from capitals and what nobody sees."""
    seen = "".join(mark for mark in unicodedata.normalize("NFC", typed) if not _is_invisible(mark))
    return seen.strip().casefold() not in (address, in_letters(address).casefold())


def _bare(typed: str) -> str:
    """Return what was typed without names, brackets, quotes and punctuation around the address."""
    if len(typed) > _LONGEST:
        raise NoAddress(PLEASE)
    text = _unlabelled(_folded(typed))
    if in_brackets := {_unlabelled(found) for found in _IN_BRACKETS.findall(text)}:
        text = _the_only_one(in_brackets, beside=_IN_BRACKETS.sub(" ", text))
    text = _AROUND_AT.sub("@", _COMMENT.sub("", text).strip(_BRACKETS))
    return _QUOTED.sub(r"\2", text).strip(_PUNCTUATION)


def _the_only_one(found: set[str], *, beside: str) -> str:
    """Return the address in brackets, unless there is another one in or outside of them."""
    others = {other.strip(_PUNCTUATION).lower() for other in _LOOKS_LIKE_ONE.findall(beside)}
    if len(found) > 1 or others - {address.lower() for address in found}:
        raise NoAddress(ONLY_ONE)
    return found.pop()


def _unlabelled(text: str) -> str:
    link = _LINK.match(text)
    return _folded(unquote(link[1])) if link else _LABEL.sub("", text).strip()


def _folded(typed: str) -> str:
    """Return the text in compatible characters (NFKC), with one blank for any space, and nothing unseen."""
    text = _NEEDLESS_JOINER.sub("", unicodedata.normalize("NFKC", typed).translate(_MEANT))
    return " ".join("".join(mark for mark in text if mark in _JOINERS or not _is_invisible(mark)).split())


def _is_invisible(mark: str) -> bool:
    is_control = unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Co") and not mark.isspace()
    return is_control or ord(mark) in _BLANK or 0xE0100 <= ord(mark) < 0xE01F0


def _checked(address: str) -> str:
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise NoAddress(PLEASE) from None
    if found.ascii_email is None:
        raise NoAddress(PLAIN_LETTERS)
    return found.ascii_email.lower()
