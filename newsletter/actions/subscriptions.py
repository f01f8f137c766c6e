"""Asking, confirming, changing, leaving, coming back and being forgotten; each with its consent on record."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.history import NotAllowed, move
from core.mail import actions as mail
from core.mail import budget
from core.mail.enums import ERASED_DOMAIN
from core.mail.mailboxes import normal
from newsletter import emails
from newsletter.enums import ConsentKind, SubscriberStatus
from newsletter.models import Consent, Subscriber
from newsletter.wording import CONSENT

# Kept in the history.
OBJECTED = "Objected to e-mails from the portal."
STOPPED = _(
    "You have stopped e-mails from this portal. To receive our newsletter again, first allow "
    "e-mails with the link at the end of the e-mail in which you stopped them."
)


@transaction.atomic
def subscribe(
    *, email: str, topics: Iterable[str], language: str, network: str = "", by: User | None = None
) -> None:
    """Ask the owner of an address to confirm; a confirmed one is only told where to change the topics.

    Whoever typed the address learns nothing of it: there is no result, also where the address has had
    enough e-mails for now or its owner objected, and nothing is changed or sent.

    Args:
        email: as typed.
        topics: of `Topic`, at least one.
        language: of the news and of the record, e.g. `en`.
        network: from which it is asked, for the budget of e-mails.

    Raises:
        MailRefused: there were too many from this network.
    """
    address = normal(email)
    known = Subscriber.objects.with_email(address).first()
    is_news = known is None or _is_another_choice(known, topics, language)
    if not _may_be_mailed(address, known, network, is_urgent=is_news):
        return
    Subscriber.objects.get_or_create(email=address)
    subscriber = Subscriber.objects.with_email(address).select_for_update().get()
    if subscriber.status == SubscriberStatus.CONFIRMED:
        # Anybody can type an address: what its owner confirmed stays as it is.
        emails.say_already_subscribed(subscriber)
        return
    _set(subscriber, topics, language)
    _ask(subscriber, is_urgent=is_news)


@transaction.atomic
def send_link(*, email: str, network: str = "", by: User | None = None) -> None:
    """Mail the link to the preferences to a subscriber who lost it; nothing to anybody else.

    An e-mail of a moment ago about something else does not stand in its way. Whoever typed the address
    learns nothing of it.

    Raises:
        MailRefused: there were too many from this network.
    """
    address = normal(email)
    known = Subscriber.objects.with_email(address).select_for_update().first()
    if (
        _may_be_mailed(address, known, network, is_urgent=True)
        and known
        and known.status == SubscriberStatus.CONFIRMED
    ):
        emails.send_link(known)


@transaction.atomic
def confirm(
    *, subscriber_id: int, topics: Iterable[str] = (), language: str = "", by: User | None = None
) -> Subscriber:
    """Take the owner of the address into the list; pressed twice, it is done once.

    The choice of a later link replaces that of an earlier one, and no choice that was made since.

    Args:
        topics: those that the e-mail named; empty for those that were asked for last.
        language: as `topics`.

    Raises:
        IllegalMove: unsubscribed in the meantime.
        NotAllowed: the address is deleted.
    """
    subscriber = _lock_known(subscriber_id)
    if subscriber.status != SubscriberStatus.CONFIRMED:
        move(subscriber, SubscriberStatus.CONFIRMED, by=by)
    elif not _is_later_choice(subscriber, sorted(topics), language):
        return subscriber
    _set(subscriber, topics or subscriber.topics, language or subscriber.language)
    _record(subscriber, ConsentKind.CONFIRMED)
    return subscriber


@transaction.atomic
def change(*, subscriber_id: int, topics: Iterable[str], language: str, by: User | None = None) -> Subscriber:
    """Change topics and language of a subscription.

    Raises:
        NotAllowed: not subscribed.
    """
    subscriber = _lock(subscriber_id)
    if subscriber.status != SubscriberStatus.CONFIRMED:
        raise NotAllowed
    _set(subscriber, topics, language)
    _record(subscriber, ConsentKind.CHANGED)
    return subscriber


@transaction.atomic
def unsubscribe(*, subscriber_id: int, by: User | None = None, reason: str = "") -> Subscriber:
    """Leave the list, and take back the e-mails that are still waiting; pressed twice, it is done once.

    Raises:
        NotAllowed: by staff without the right.
    """
    _check_staff(by)
    subscriber = _lock(subscriber_id)
    if subscriber.status != SubscriberStatus.UNSUBSCRIBED:
        move(subscriber, SubscriberStatus.UNSUBSCRIBED, by=by, reason=reason)
        _record(subscriber, ConsentKind.WITHDRAWN)
        mail.discard(about=subscriber.about)
    return subscriber


@transaction.atomic
def unsubscribe_objector(*, mailbox: str, by: User | None = None) -> None:
    """Let whoever objected to all e-mails that were not asked for leave the list, under every variant."""
    for subscriber_id in Subscriber.objects.confirmed().keys_of_mailbox(mailbox):
        unsubscribe(subscriber_id=subscriber_id, by=by, reason=OBJECTED)


@transaction.atomic
def resubscribe(*, subscriber_id: int, network: str = "", by: User | None = None) -> Subscriber:
    """Ask somebody who left, and wants to come back, to confirm anew.

    Raises:
        IllegalMove: subscribed.
        NotAllowed: the address is deleted.
        MailRefused: there were too many from this network, or the owner of the address objected to e-mails.
    """
    subscriber = _lock_known(subscriber_id)
    if budget.is_unwanted(subscriber.email):
        # Whoever has the link of a subscription owns the address, and may know.
        raise budget.MailRefused(STOPPED)
    if _may_be_mailed(subscriber.email, subscriber, network):
        _ask(subscriber)
    return subscriber


@transaction.atomic
def stop_unreachable(*, email: str, reason: str, by: User | None = None) -> None:
    """Write no news any more to an address from which they come back for good.

    Args:
        reason: as the other mail server gave it; kept in the history.
    """
    subscriber = Subscriber.objects.known().with_email(email).select_for_update().first()
    if subscriber and subscriber.can_move(SubscriberStatus.UNREACHABLE):
        move(subscriber, SubscriberStatus.UNREACHABLE, by=by, reason=reason)
        mail.discard(about=subscriber.about)


@transaction.atomic
def erase(*, subscriber_id: int, by: User | None = None, reason: str = "") -> Subscriber:
    """Forget the address for good; the consents stay as proof, without it.

    Raises:
        NotAllowed: by staff without the right.
    """
    subscriber = unsubscribe(subscriber_id=subscriber_id, by=by, reason=reason)
    if not subscriber.erased_at:
        mail.erase(about=subscriber.about)
        subscriber.email = f"{subscriber.public_id.hex}@{ERASED_DOMAIN}"
        subscriber.erased_at = timezone.now()
        subscriber.save(update_fields=["email", "erased_at"])
    return subscriber


def _is_another_choice(known: Subscriber, topics: Iterable[str], language: str) -> bool:
    """Whether an e-mail of a moment ago names something else than what is asked for now."""
    is_open = known.status == SubscriberStatus.PENDING
    return is_open and (sorted(topics), language) != (sorted(known.topics), known.language)


def _is_later_choice(subscriber: Subscriber, topics: list[str], language: str) -> bool:
    """Whether a choice was asked for after the one that stands now was asked for, or made."""
    consents = subscriber.consents
    asked = consents.asked().of_choice(topics, language).last()
    stands = consents.made_by_the_owner().last()
    if asked is None or stands is None:
        return False
    if stands.kind == ConsentKind.CONFIRMED:
        stands = consents.asked().of_choice(stands.topics, stands.language).last() or stands
    return asked.at > stands.at


def _may_be_mailed(address: str, known: Subscriber | None, network: str, *, is_urgent: bool = False) -> bool:
    """Count a sign-up; False where the address has had enough, or its owner objected.

    Args:
        is_urgent: whether it is mailed even if another e-mail was, a moment ago.

    Raises:
        MailRefused: there were too many from this network, which says nothing of the address.
    """
    budget.charge_network(network)
    is_silent = known is not None and emails.was_mailed_lately(known) and not is_urgent
    try:
        budget.charge([] if is_silent else budget.of_form("newsletter", to=address), to=address)
    except budget.MailRefused:
        return False
    return True


def _lock(subscriber_id: int) -> Subscriber:
    return Subscriber.objects.select_for_update().get(pk=subscriber_id)


def _lock_known(subscriber_id: int) -> Subscriber:
    subscriber = _lock(subscriber_id)
    if subscriber.erased_at:
        raise NotAllowed
    return subscriber


def _check_staff(by: User | None) -> None:
    if by is not None and not by.has_perm("newsletter.change_subscriber"):
        raise NotAllowed


def _set(subscriber: Subscriber, topics: Iterable[str], language: str) -> None:
    subscriber.topics, subscriber.language = sorted(topics), language
    subscriber.save(update_fields=["topics", "language"])


def _ask(subscriber: Subscriber, *, is_urgent: bool = False) -> None:
    if subscriber.status != SubscriberStatus.PENDING:
        move(subscriber, SubscriberStatus.PENDING, by=None)
    _record(subscriber, ConsentKind.ASKED)
    emails.ask_to_confirm(subscriber, is_urgent=is_urgent)


def _record(subscriber: Subscriber, kind: ConsentKind) -> None:
    is_given = kind != ConsentKind.WITHDRAWN
    with translation.override(subscriber.language):
        Consent.objects.create(
            subscriber=subscriber,
            kind=kind,
            topics=subscriber.topics,
            wording=str(CONSENT) if is_given else "",
            language=subscriber.language,
        )
