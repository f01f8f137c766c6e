"""Objecting to e-mails, allowing them again, and settling a report."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.history import NotAllowed, require
from core.locking import lock_row
from core.mail import unwanted
from core.mail.mailboxes import mailbox_of
from core.mail.models import Message
from core.objections import consequences
from core.objections.enums import AGAINST_EVERYBODY, ObjectionKind
from core.objections.models import Objection, Settlement
from core.objections.querysets import ObjectionQuerySet

SETTLE = "objections.settle_objection"
# A report can be made anew about another e-mail; one e-mail fills nobody's list.
MAX_FOR_ONE_EMAIL = 20


@transaction.atomic
def object_to(*, message_id: int, kind: str, note: str = "", by: User | None = None) -> None:
    """Keep e-mails away from an address that others cause; said twice, it counts once.

    What waits for it never leaves, and whoever objects to everybody gets no news any more.

    Args:
        message_id: the e-mail whose link was followed; the link is the proof of who reads it.
        kind: an `ObjectionKind` except LIFTED.
        note: to staff, with a report of misuse.
        by: nobody: the reader needs no account.

    Raises:
        NotAllowed: nobody in particular caused the e-mail, or its link was used too often.
    """
    message = _locked(message_id)
    if kind == ObjectionKind.SENDER and message.caused_by is None:
        raise NotAllowed
    same = in_force_at(message.to).filter(kind=kind, message=message)
    if not same.exists():
        _write(message, kind, note)
        _put_into_effect(message, kind)


@transaction.atomic
def lift(*, message_id: int, by: User | None = None) -> None:
    """Let others write to the address again; ends every objection of its owner.

    Raises:
        NotAllowed: the link was used too often.
    """
    message = _locked(message_id)
    if in_force_at(message.to).exists():
        _write(message, ObjectionKind.LIFTED)


@transaction.atomic
def settle(*, objection_id: int, by: User, reason: str) -> None:
    """Note what was done about a report of misuse; the objection itself stays in force.

    Raises:
        NotAllowed: the person may not, it is no report, or it is settled already.
    """
    require(by, SETTLE)
    report = Objection.objects.reports_to_settle().filter(pk=objection_id).first()
    if report is None:
        raise NotAllowed(_("This report has already been settled."))
    Settlement.objects.create(objection=report, by=by, reason=reason)


def in_force_at(email: str) -> ObjectionQuerySet:
    """Return what the owner of an address has objected to and not lifted."""
    return Objection.objects.of_mailboxes([mailbox_of(email)]).in_force()


def _locked(message_id: int) -> Message:
    message = lock_row(Message.objects.select_related("caused_by"), pk=message_id)
    if message.objections.count() >= MAX_FOR_ONE_EMAIL:
        raise NotAllowed(_("This link has been used too often. Write to us."))
    return message


def _put_into_effect(message: Message, kind: str) -> None:
    mailbox = mailbox_of(message.to)
    if kind in AGAINST_EVERYBODY:
        unwanted.discard_waiting(mailbox=mailbox)
        consequences.close(mailbox)
    else:
        unwanted.discard_waiting(mailbox=mailbox, sender=message.caused_by)


def _write(message: Message, kind: str, note: str = "") -> None:
    Objection.objects.create(
        kind=kind,
        mailbox=mailbox_of(message.to),
        email=message.to,
        message=message,
        sender=message.caused_by,
        note=note,
    )
