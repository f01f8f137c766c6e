"""Codes by e-mail: asked for, typed, used once.

Whoever asks gets five tries of their own, so nobody uses up those of another. What is typed is compared with
every code that is still good for the address: asking again, another tab, or being refused for asking too
often never makes a code in the mailbox worthless.

An address at which unknown browsers ask much or guess wrong is *guarded* for a day: they then get long
codes, one an hour at most, that live for a day, and short ones are no longer taken from them. So its owner
can always log in, and nobody guesses (figures in `limits`).
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

from impact import rate_limits
from impact.accounts import limits
from impact.accounts.enums import CodePurpose
from impact.accounts.limits import Origin
from impact.accounts.models import MOST_TRIES, MailedCode, User
from impact.accounts.typed_codes import digest_of, is_among, long_code, short_code
from impact.mail import actions as mail
from impact.rate_limits import Use

LONG_CODE_HOURS = 24
TEMPLATES = {
    CodePurpose.LOG_IN: "account/email/login_code",
    CodePurpose.CONFIRM: "account/email/confirm_code",
    CodePurpose.NEW_ADDRESS: "account/email/email_confirmation",
}
CLOSED_TEMPLATE = "account/email/account_closed"


class Answer(enum.Enum):
    """What came of typing a code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED_UP = "used up"  # this browser's five tries
    TOO_SHORT = "too short"  # the address is guarded: only a long code is taken
    GONE = "gone"  # used, or too late


@transaction.atomic
def ask(*, purpose: CodePurpose, address: str, origin: Origin, user: User | None = None) -> MailedCode:
    """Mail a code to an address, unless many were mailed just before; either way it can then be typed.

    Args:
        purpose: what it is for.
        address: where it goes, in small letters.
        origin: who asks.
        user: who is logged in, unless it is asked for to log in.
    """
    is_long = _is_guarded(purpose, address, origin)
    is_sent = rate_limits.spend(*_asking(purpose, address, origin, user, is_long)) is None
    code = long_code() if is_long else short_code()
    row = MailedCode.objects.create(
        purpose=purpose,
        address=address,
        user=user,
        digest=digest_of(code, purpose, address) if is_sent else "",
        is_long=is_long,
        is_from_known_browser=bool(origin.browser),
        expires_at=timezone.now() + _life(is_long),
    )
    if is_sent:
        _mail(row, code)
    return row


@transaction.atomic
def enter(*, code_id: int, typed: str, origin: Origin) -> Answer:
    """Take what somebody typed; the right code ends every code that is good for the same thing.

    Args:
        code_id: the row of the browser that types.
        typed: spaces and hyphens do not matter.
        origin: who types.
    """
    asked = MailedCode.objects.get(pk=code_id)
    # Locked together: of many tries at once, each is counted before the next is looked at.
    live = list(_alike(asked).live().select_for_update())
    own = next((row for row in live if row.pk == code_id), None)
    if own is None:
        return Answer.GONE
    if own.tries >= MOST_TRIES:
        return Answer.USED_UP
    own.tries += 1
    own.save(update_fields=["tries"])
    is_guarded = _is_guarded(own.purpose, own.address, origin)
    digests = [row.digest for row in live if row.digest and (row.is_long or not is_guarded)]
    if is_among(digest_of(typed, own.purpose, own.address), digests):
        _end(live, origin)
        return Answer.RIGHT
    _count_wrong(own, [row for row in live if row.digest and not row.is_long], origin, is_guarded)
    if is_guarded and typed.strip().isdigit():
        return Answer.TOO_SHORT
    return Answer.USED_UP if own.tries >= MOST_TRIES else Answer.WRONG


def newest_until(row: MailedCode) -> datetime | None:
    """Return until when the newest code in the mailbox works that can be typed in place of this one."""
    newest = _alike(row).live().mailed().order_by("pk").last()
    return newest.expires_at if newest else None


def seconds_to_wait(row: MailedCode, origin: Origin) -> int:
    """Return after how many seconds another code would be mailed."""
    asking = _asking(CodePurpose(row.purpose), row.address, origin, row.user, row.is_long)
    return max(rate_limits.seconds_to_wait(use) for use in asking)


def _alike(row: MailedCode) -> Any:
    return MailedCode.objects.alike(
        purpose=CodePurpose(row.purpose), address=row.address, user=row.user_id
    ).order_by("pk")


def _asking(
    purpose: CodePurpose, address: str, origin: Origin, user: User | None, is_long: bool
) -> tuple[Use, ...]:
    """Return what asking counts for."""
    key = f"{purpose} {address}"
    of_user = (Use(limits.NEW_ADDRESSES, str(user.pk)),) if purpose == CodePurpose.NEW_ADDRESS else ()
    if is_long:
        return (Use(limits.LONG_CODES, key), *of_user)
    if _counts_as_known(key, origin):
        browser = f"{key} {origin.browser}"
        return (Use(limits.CODES_ASKED_KNOWN, browser), Use(limits.CODES_ASKED_KNOWN_DAY, browser), *of_user)
    near = Use(limits.CODES_ASKED_NEAR, f"{key} {origin.network}")
    return (near, Use(limits.CODES_ASKED_DAY, key), *of_user)


def _is_guarded(purpose: str, address: str, origin: Origin) -> bool:
    key = f"{purpose} {address}"
    if _counts_as_known(key, origin):
        return False
    asked, compared = Use(limits.CODES_ASKED_DAY, key), Use(limits.CODES_COMPARED, key)
    return rate_limits.first_used_up(asked, compared) is not None


def _counts_as_known(key: str, origin: Origin) -> bool:
    """Whether the browser has limits of its own; one that asks or guesses too much is like any other."""
    browser = f"{key} {origin.browser}"
    day = Use(limits.CODES_ASKED_KNOWN_DAY, browser), Use(limits.CODES_COMPARED_KNOWN, browser)
    return bool(origin.browser) and rate_limits.first_used_up(*day) is None


def _count_wrong(own: MailedCode, compared: Sequence[MailedCode], origin: Origin, is_guarded: bool) -> None:
    """Count a guess once for each short code that it could have hit."""
    if is_guarded:
        return
    key = f"{own.purpose} {own.address}"
    use = Use(limits.CODES_COMPARED, key)
    if _counts_as_known(key, origin):
        use = Use(limits.CODES_COMPARED_KNOWN, f"{key} {origin.browser}")
    for _row in compared:
        rate_limits.spend(use)


def _end(live: Sequence[MailedCode], origin: Origin) -> None:
    MailedCode.objects.filter(pk__in=[row.pk for row in live]).update(ended_at=timezone.now())
    mail.forget_codes(to=live[0].address)
    key = f"{live[0].purpose} {live[0].address}"
    rate_limits.forget(Use(limits.CODES_ASKED_NEAR, f"{key} {origin.network}"), Use(limits.LONG_CODES, key))


def _life(is_long: bool) -> timedelta:
    if is_long:
        return timedelta(hours=LONG_CODE_HOURS)
    return timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def _mail(row: MailedCode, code: str) -> None:
    """Send the code; a closed account is told so instead, while the page looks the same."""
    is_closed = row.user is None and User.objects.with_email(row.address).closed().exists()
    if is_closed:
        # No code that anybody knows is right.
        MailedCode.objects.filter(pk=row.pk).update(digest=digest_of(long_code(), "closed", row.address))
    words = {"code": code} | ({"hours_valid": LONG_CODE_HOURS} if row.is_long else {})
    template = CLOSED_TEMPLATE if is_closed else TEMPLATES[CodePurpose(row.purpose)]
    get_adapter().send_mail(template, row.address, {} if is_closed else words)
