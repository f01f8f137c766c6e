"""Codes by e-mail: asked for, typed, used once.

Whoever asks gets five tries of their own at the code that was mailed for them, so nobody uses up those of
another. What is typed is compared with the other codes that are still good for the address, too: asking
again, another tab, or being refused for asking too often makes no code in the mailbox worthless. For these
comparisons there is a number a day.

A mailbox for which unknown browsers ask much or guess wrong is *guarded* for a day: they then get long codes,
one an hour at most, that live for a day. So its owner can always log in, and nobody guesses (figures in
`limits`). Addresses of one mailbox, such as those with a tag after a plus sign, share what is counted.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core import rate_limits
from core.accounts import limits
from core.accounts.enums import CodePurpose
from core.accounts.limits import Origin
from core.accounts.models import MAX_TRIES, MailedCode, User
from core.accounts.querysets import MailedCodeQuerySet
from core.accounts.typed_codes import digest_of, is_among, long_code, short_code
from core.mail import actions as mail
from core.mail import budget
from core.mail.mailboxes import mailbox_of, normal
from core.rate_limits import Use

LONG_CODE_HOURS = 24
TEMPLATES = {
    CodePurpose.LOG_IN: "account/email/login_code",
    CodePurpose.CONFIRM: "account/email/confirm_code",
    CodePurpose.NEW_ADDRESS: "account/email/email_confirmation",
}
CLOSED_TEMPLATE = "account/email/account_closed"


class CodeCheck(enum.Enum):
    """What came of typing a code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED_UP = "used up"  # this browser's five tries
    TOO_SHORT = "too short"  # the address is guarded: a long code is needed
    GONE = "gone"  # used, or too late


@transaction.atomic
def ask(*, purpose: CodePurpose, address: str, origin: Origin, user: User | None = None) -> MailedCode | None:
    """Mail a code to an address, unless many were mailed just before; either way it can then be typed.

    Args:
        purpose: what it is for.
        address: where it goes.
        origin: who asks.
        user: who is logged in, unless it is asked for to log in.

    Returns:
        The row with the tries of who asks; None if they asked so often that there is no further row.
    """
    # The digest is of the address as the row has it.
    address = normal(address)
    key = _key(purpose, address)
    if rate_limits.spend(Use(limits.CODES_AWAITED, f"{key} {origin.browser or origin.network}")) is not None:
        return None
    is_known = _counts_as_known(key, origin)
    is_long = not is_known and _is_guarded(key, address)
    is_sent = rate_limits.spend(*_asking(purpose, address, origin, user, is_long)) is None
    code = long_code() if is_long else short_code()
    row = MailedCode.objects.create(
        purpose=purpose,
        address=address,
        user=user,
        digest=digest_of(code, purpose, address) if is_sent else "",
        is_long=is_long,
        is_from_known_browser=is_known,
        expires_at=timezone.now() + _life(is_long and is_sent),
    )
    if is_sent:
        _mail(row, code)
    return row


@transaction.atomic
def enter(*, code_id: int, typed: str, origin: Origin) -> CodeCheck:
    """Take what somebody typed; the right code ends every code that is good for the same thing.

    Args:
        code_id: the row of the browser that types.
        typed: spaces and hyphens do not matter.
        origin: who types.
    """
    asked = MailedCode.objects.get(pk=code_id)
    # Locked, and always in this order: of many tries at once, each is counted before the next is looked at.
    # Rows of others for which nothing was mailed, of which there may be many, are left alone.
    mailed = list(_alike(asked).live().mailed().select_for_update())
    own = next((row for row in mailed if row.pk == code_id), None)
    own = own or _alike(asked).live().select_for_update().with_number(code_id)
    if own is None:
        return CodeCheck.GONE
    if own.tries >= MAX_TRIES:
        return CodeCheck.USED_UP
    own.tries += 1
    own.save(update_fields=["tries"])
    compared = _reserve(own, mailed, origin)
    if is_among(digest_of(typed, own.purpose, own.address), [row.digest for row in compared]):
        _end(own)
        return CodeCheck.RIGHT
    is_guarded = own.is_long or (own not in compared and len(compared) < len(mailed))
    if is_guarded and typed.strip().isdigit():
        return CodeCheck.TOO_SHORT
    return CodeCheck.USED_UP if own.tries >= MAX_TRIES else CodeCheck.WRONG


def newest_until(row: MailedCode) -> datetime | None:
    """Return until when the newest code in the mailbox works that can be typed in place of this one."""
    newest = _alike(row).live().mailed().order_by("pk").last()
    return newest.expires_at if newest else None


def seconds_to_wait(row: MailedCode, origin: Origin) -> int:
    """Return after how many seconds another code would be mailed."""
    asking = _asking(CodePurpose(row.purpose), row.address, origin, row.user, row.is_long)
    return max(rate_limits.seconds_to_wait(use) for use in asking)


def _alike(row: MailedCode) -> MailedCodeQuerySet:
    return MailedCode.objects.alike(
        purpose=CodePurpose(row.purpose), address=row.address, user=row.user_id
    ).order_by("pk")


def _key(purpose: str, address: str) -> str:
    return f"{purpose} {mailbox_of(address)}"


def _asking(
    purpose: CodePurpose, address: str, origin: Origin, user: User | None, is_long: bool
) -> tuple[Use, ...]:
    """Return what asking counts for."""
    key = _key(purpose, address)
    of_user = (
        (Use(limits.NEW_ADDRESSES, str(user.pk)),) if user and purpose == CodePurpose.NEW_ADDRESS else ()
    )
    if not is_long and _counts_as_known(key, origin):
        browser = f"{key} {origin.browser}"
        return (Use(limits.CODES_ASKED_KNOWN, browser), Use(limits.CODES_ASKED_KNOWN_DAY, browser), *of_user)
    strangers = (*budget.codes_of_network(origin.network), *of_user)
    if is_long:
        # Of the address itself: who asks for its variants does not use up what it gets.
        return (Use(limits.LONG_CODES, f"{purpose} {address}"), *strangers)
    return (Use(limits.CODES_ASKED_DAY, key), budget.everything_to(address), *strangers)


def _is_guarded(key: str, address: str) -> bool:
    asked, compared = Use(limits.CODES_ASKED_DAY, key), Use(limits.CODES_COMPARED, key)
    return rate_limits.first_used_up(asked, compared, budget.everything_to(address)) is not None


def _counts_as_known(key: str, origin: Origin) -> bool:
    """Whether the browser has limits of its own; one that asks or guesses too much is like any other."""
    browser = f"{key} {origin.browser}"
    day = Use(limits.CODES_ASKED_KNOWN_DAY, browser), Use(limits.CODES_COMPARED_KNOWN, browser)
    return bool(origin.browser) and rate_limits.first_used_up(*day) is None


def _reserve(own: MailedCode, mailed: Sequence[MailedCode], origin: Origin) -> list[MailedCode]:
    """Return the rows that a guess may be compared with; each of a short code is counted beforehand.

    Not counted are long codes, and the one that was mailed for an unknown browser, which has few tries.
    """
    key = _key(own.purpose, own.address)
    use = Use(limits.CODES_COMPARED, key)
    if _counts_as_known(key, origin):
        use = Use(limits.CODES_COMPARED_KNOWN, f"{key} {origin.browser}")

    def is_free(row: MailedCode) -> bool:
        return row.is_long or (row == own and not own.is_from_known_browser)

    # The own one first, then the newest: those are the likely ones.
    ordered = sorted(mailed, key=lambda row: (row != own, -row.pk))
    return [row for row in ordered if is_free(row) or rate_limits.spend(use) is None]


def _end(own: MailedCode) -> None:
    _alike(own).live().update(ended_at=timezone.now())
    mail.forget_codes(to=own.address, template=TEMPLATES[CodePurpose(own.purpose)])
    rate_limits.forget(Use(limits.LONG_CODES, f"{own.purpose} {own.address}"))


def _life(is_long: bool) -> timedelta:
    if is_long:
        return timedelta(hours=LONG_CODE_HOURS)
    return timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def _mail(row: MailedCode, code: str) -> None:
    """Send the code; a closed account is told so instead, while the page looks the same."""
    account = User.objects.with_email(row.address).first() if row.user is None else row.user
    if row.is_long and not _is_paid(row, account):
        # The page says what it says of every address: nobody learns which of many has an account.
        _invalidate(row)
    elif account and not account.is_active:
        _invalidate(row)
        get_adapter().send_mail(CLOSED_TEMPLATE, row.address, {})
    else:
        words: dict[str, Any] = {"code": code} | ({"hours_valid": LONG_CODE_HOURS} if row.is_long else {})
        # A new address has no account yet: its code is in the language of who asks for it.
        words |= {"user": account} if account else {}
        get_adapter().send_mail(TEMPLATES[CodePurpose(row.purpose)], row.address, words)


def _is_paid(row: MailedCode, account: User | None) -> bool:
    """Whether a long code may leave: to the address of an account always, so that its owner can log in."""
    is_owner = account is not None and account.email == row.address
    return rate_limits.spend(budget.everything_to(row.address)) is None or is_owner


def _invalidate(row: MailedCode) -> None:
    # No code that anybody knows.
    MailedCode.objects.filter(pk=row.pk).update(digest=digest_of(long_code(), "nobody", row.address))
