"""Which addresses reach one mailbox; for counting and for objections, never for the address itself."""

from __future__ import annotations

import unicodedata

# Google drops dots; the two names are one service.
WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def mailbox_of(email: str) -> str:
    """Return the mailbox that an address reaches: in lower case, without a tag after a plus sign."""
    local, _at, domain = unicodedata.normalize("NFKC", email).strip().lower().rpartition("@")
    domain = _ascii(domain.rstrip("."))
    # A name in quotes is the same name.
    local = local.strip('"').replace("\\", "")
    local = local.partition("+")[0] or local
    if domain in WITHOUT_DOTS:
        local, domain = local.replace(".", ""), WITHOUT_DOTS[domain]
    return f"{local}@{domain}"


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain
