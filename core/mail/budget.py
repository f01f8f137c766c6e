"""What a person may make the portal mail to others: one table of limits, and the one place that asks it.

Whatever reaches somebody who has not agreed to it is paid from here, before anything is written: invitations,
questions to partners, sign-ups to the newsletter. All numbers are defaults of ours: to confirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.mail.mailboxes import mailbox_of
from core.mail.unwanted import is_unwanted
from core.phrases import StrOrPromise
from core.rate_limits import RateLimit, Use, seconds_to_wait, spend
from core.templatetags.impact_time import brussels

HOUR, DAY = 60 * 60, 24 * 60 * 60

# A lead who names everybody at one sitting: 50 people and 20 partners take three hours, or one day.
SENDER_HOUR = RateLimit("mail-sender-hour", 30, HOUR)
SENDER_DAY = RateLimit("mail-sender-day", 100, DAY)
# An application has 50 people at most, and a partnership seldom more than 20 organisations.
APPLICATION_DAY = RateLimit("mail-application-day", 100, DAY)
# One letter, one more for a colleague's mistake, one reminder.
SENDER_TO_RECIPIENT_HOUR = RateLimit("mail-sender-recipient-hour", 3, HOUR)
SENDER_TO_RECIPIENT_DAY = RateLimit("mail-sender-recipient-day", 6, DAY)
# A university may be asked by a dozen partnerships in the last week; nobody wants more of it in a day.
RECIPIENT_DAY = RateLimit("mail-recipient-day", 12, DAY)
# Everything that anybody can cause, codes for unknown browsers included: these keep 28 when all else is used
# up. After that an account still gets one long code an hour, so that its owner can log in.
EVERYTHING_TO_RECIPIENT_DAY = RateLimit("mail-everything-recipient-day", 40, DAY)
# An office or an event with a hundred people on one network, each once, and some twice.
NETWORK_HOUR = RateLimit("mail-network-hour", 120, HOUR)
NETWORK_DAY = RateLimit("mail-network-day", 400, DAY)
# On the last day of a call several hundred people behind one address log in within an hour, some twice.
CODES_NETWORK_HOUR = RateLimit("mail-codes-network-hour", 600, HOUR)
CODES_NETWORK_DAY = RateLimit("mail-codes-network-day", 2_000, DAY)
OF_NETWORK = (NETWORK_HOUR, NETWORK_DAY)
# A partner that does not answer is not asked again before the next working day.
SAME_QUESTION = RateLimit("mail-same-question", 1, 20 * HOUR)
# What confirms to people what they did themselves: more would only repeat what the page says.
OWN_NOTICE_HOUR = RateLimit("mail-own-notice-hour", 10, HOUR)

_TO_THIS_ADDRESS = _(
    "This address has received several e-mails through the portal. You can send more to it from %(at)s."
)
_FROM_YOU = _("You have sent too many e-mails in a short time. You can send more from %(at)s.")
_FROM_YOUR_NETWORK = _("Too many e-mails were sent from your network. You can send more from %(at)s.")
WORDS: dict[RateLimit, StrOrPromise] = {
    SENDER_HOUR: _FROM_YOU,
    SENDER_DAY: _FROM_YOU,
    APPLICATION_DAY: _("Too many e-mails were sent from this application. More can be sent from %(at)s."),
    SENDER_TO_RECIPIENT_HOUR: _TO_THIS_ADDRESS,
    SENDER_TO_RECIPIENT_DAY: _TO_THIS_ADDRESS,
    RECIPIENT_DAY: _TO_THIS_ADDRESS,
    EVERYTHING_TO_RECIPIENT_DAY: _TO_THIS_ADDRESS,
    NETWORK_HOUR: _FROM_YOUR_NETWORK,
    NETWORK_DAY: _FROM_YOUR_NETWORK,
    SAME_QUESTION: _("This partner was asked recently. You can ask again from %(at)s."),
}


class MailRefused(ValidationError):
    """Raised when an e-mail may not be written now; nothing was changed or sent. Its text is for people."""

    def __init__(self, message: StrOrPromise, *, at: str = "") -> None:
        super().__init__(cast(str, message), code="mail_refused", params={"at": at})


def of_account(sender: User, *, to: str, application: Model, network: str) -> list[Use]:
    """Return what an e-mail uses up that an account causes for an application."""
    return [
        Use(SENDER_HOUR, f"account:{sender.pk}"),
        Use(SENDER_DAY, f"account:{sender.pk}"),
        Use(APPLICATION_DAY, f"application:{application.pk}"),
        *_of_recipient(f"account:{sender.pk}", to),
        *of_network(network),
    ]


def of_form(form: str, *, to: str) -> list[Use]:
    """Return what an e-mail uses up that anybody causes by typing an address into a public form.

    Besides what `charge_network` counts.
    """
    return _of_recipient(form, to)


def of_network(network: str) -> list[Use]:
    """Return what an e-mail uses up for everybody behind one line; nothing if no visitor caused it."""
    return [Use(limit, network) for limit in OF_NETWORK] if network else []


def codes_of_network(network: str) -> list[Use]:
    """Return what a code uses up that a browser asks for which the account does not know."""
    return [Use(limit, network) for limit in (CODES_NETWORK_HOUR, CODES_NETWORK_DAY)]


def repeated_request(*parts: Any, to: str) -> Use:
    """Return what asking the same of the same mailbox again uses up."""
    return Use(SAME_QUESTION, ":".join([*map(str, parts), mailbox_of(to)]))


def everything_to(email: str) -> Use:
    """Return the day's cap for all that anybody, known or not, can cause to one mailbox."""
    return Use(EVERYTHING_TO_RECIPIENT_DAY, mailbox_of(email))


def charge(uses: Sequence[Use], *, to: str, sender: User | None = None) -> None:
    """Count an e-mail that its reader has not asked for; before anything is written.

    Args:
        uses: all that it uses up.
        to: its address.
        sender: the account that causes it; None for the public.

    Raises:
        MailRefused: the owner of the address objected, or a limit is used up; nothing was counted.
    """
    if is_unwanted(to, sender=sender):
        raise MailRefused(
            _(
                "The owner of this address does not want such e-mails from the portal. Contact "
                "them in another way. Only they can allow e-mails again."
            )
        )
    _spend(uses)


def charge_network(network: str) -> None:
    """Count what a public form is sent, whatever becomes of it; before anything is asked about the address.

    Neither the answer nor what is left then tells a stranger anything about the address.

    Raises:
        MailRefused: there were too many from this network.
    """
    _spend(of_network(network))


def _spend(uses: Sequence[Use]) -> None:
    used_up = spend(*uses)
    if used_up is not None:
        wait = max(seconds_to_wait(use) for use in uses if use.limit == used_up)
        at = timezone.now() + timedelta(seconds=wait + 60)
        raise MailRefused(WORDS[used_up], at=brussels(at))


def has_own_notice_left(email: str) -> bool:
    """Count an e-mail that tells a person of something they did themselves; False when there were enough."""
    return spend(Use(OWN_NOTICE_HOUR, mailbox_of(email))) is None


def _of_recipient(sender: str, to: str) -> list[Use]:
    mailbox = mailbox_of(to)
    return [
        Use(SENDER_TO_RECIPIENT_HOUR, f"{sender}→{mailbox}"),
        Use(SENDER_TO_RECIPIENT_DAY, f"{sender}→{mailbox}"),
        Use(RECIPIENT_DAY, mailbox),
        everything_to(to),
    ]
