"""What a page has shown of a change, as its button sends it back: signed, for one call, and not for ever."""

from __future__ import annotations

from typing import Any

from django.core import signing

from applications.models import Call

# A preview is pressed on soon, or read again.
LASTS_SECONDS = 60 * 60
SALT = "applications.criteria.preview"


def sign(page: str, call: Call, **shown: Any) -> str:
    """Return what a page shows of a call as text that nobody can change.

    Args:
        page: its name: a preview of one is none of another.
        call: that it is about.
        shown: whatever JSON can say.
    """
    return signing.dumps({"call": call.pk, **shown}, salt=f"{SALT}.{page}", compress=True)


def read(page: str, text: str, call: Call) -> dict[str, Any]:
    """Return what was shown.

    Raises:
        BadSignature: it is too old, of another page or call, or nothing that we signed.
    """
    shown: dict[str, Any] = signing.loads(text, salt=f"{SALT}.{page}", max_age=LASTS_SECONDS)
    if shown["call"] != call.pk:
        raise signing.BadSignature
    return shown
