"""Which e-mails."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.accounts.models import User
from core.mail.enums import ERASED_DOMAIN, NOT_SENT, MessageStatus

if TYPE_CHECKING:
    from core.mail.models import Message

# Longer than any SMTP dialogue: EMAIL_DIALOGUE_SECONDS is 60, and finding the server takes some more.
CLAIM_LASTS = timedelta(minutes=2)
NEWS = "newsletter/"
# Their text logs somebody in.
CODE_TEMPLATES = (
    "account/email/login_code",
    "account/email/confirm_code",
    "account/email/email_confirmation",
)


class MessageQuerySet(QuerySet["Message"]):
    def visible_to(self, user: User) -> MessageQuerySet:
        """All, or those of the newsletter for whoever may see no others."""
        return self if user.has_perm("mail.view_message") else self.filter(template__startswith=NEWS)

    def mentioning(self, words: str) -> MessageQuerySet:
        """Those with the words in the address or the subject; all, if there are no words."""
        return self.filter(Q(to__icontains=words) | Q(subject__icontains=words))

    def with_public_id(self, public_id: uuid.UUID) -> Message | None:
        """Return the e-mail of a public id, with who caused it, or None."""
        return self.select_related("caused_by").filter(public_id=public_id).first()

    def due(self) -> MessageQuerySet:
        return self.filter(status=MessageStatus.QUEUED, not_before__lte=timezone.now()).order_by(
            "-is_urgent", "not_before", "pk"
        )

    def abandoned(self) -> MessageQuerySet:
        """Claimed by a worker that died in the SMTP dialogue: nobody knows whether they left."""
        return self.filter(status=MessageStatus.SENDING, claimed_at__lt=timezone.now() - CLAIM_LASTS)

    def claimed_as(self, message: Message) -> MessageQuerySet:
        """The row of a claimed e-mail, if it is still this claim."""
        statuses = [MessageStatus.SENDING, MessageStatus.DOUBT]
        return self.filter(pk=message.pk, claimed_at=message.claimed_at, status__in=statuses)

    def waiting(self) -> MessageQuerySet:
        """Written, and not yet taken by a worker."""
        return self.filter(status__in=[MessageStatus.HELD, MessageStatus.QUEUED])

    def not_sent(self) -> MessageQuerySet:
        """Those of which something may still become, and no worker is at it."""
        return self.filter(status__in=NOT_SENT)

    def optional_for(self, mailbox: str) -> MessageQuerySet:
        """Those to which the owner of a mailbox can object."""
        return self.filter(optional_for=mailbox)

    def caused_by(self, person: User) -> MessageQuerySet:
        return self.filter(caused_by=person)

    def left(self) -> MessageQuerySet:
        """Those that a worker has taken at least; what came of them is another matter."""
        return self.exclude(status__in=[MessageStatus.HELD, MessageStatus.QUEUED, MessageStatus.DISCARDED])

    def on_their_way(self) -> MessageQuerySet:
        """Those that arrive or have arrived, as far as we know."""
        return self.filter(status__in=[MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.SENT])

    def with_codes(self) -> MessageQuerySet:
        return self.filter(template__in=CODE_TEMPLATES)

    def to_address(self, address: str) -> MessageQuerySet:
        return self.filter(to=address)

    def released(self) -> MessageQuerySet:
        """Those that have left or will: what is held, or was and never left, is nobody's but the staff's."""
        return self.exclude(status__in=[MessageStatus.HELD, MessageStatus.DISCARDED])

    def of_person(self, person: User) -> MessageQuerySet:
        """Those to the person, and those to others that the person caused, which name who did."""
        return self.filter(Q(to=person.email) | Q(caused_by=person))

    def forgettable(self, before: datetime) -> MessageQuerySet:
        """Those about an account alone, such as codes, written before a moment; none that waits."""
        waiting = [MessageStatus.HELD, MessageStatus.QUEUED, MessageStatus.SENDING]
        old = self.filter(about="", created_at__lt=before).exclude(status__in=waiting)
        return old.exclude(to__endswith=f"@{ERASED_DOMAIN}")

    def sealed(self) -> MessageQuerySet:
        """Those whose codes and links are still kept."""
        return self.exclude(sealed="")

    def outlived(self) -> MessageQuerySet:
        """Those whose codes and links are still kept, but no longer work."""
        return self.sealed().filter(sealed_until__lte=timezone.now())

    def held(self) -> MessageQuerySet:
        return self.filter(status=MessageStatus.HELD)

    def with_keys(self, keys: Iterable[str]) -> MessageQuerySet:
        return self.filter(dedupe_key__in=list(keys))

    def returned(self) -> MessageQuerySet:
        """Those that came back for good, the latest first."""
        return self.filter(status=MessageStatus.RETURNED).order_by("-returned_at")

    def returned_to_settle(self) -> MessageQuerySet:
        """Those that came back and that somebody should know of; of bulletins the subscriber's page tells."""
        return self.returned().exclude(template="newsletter/email/bulletin")

    def needing_attention(self) -> MessageQuerySet:
        """What only a person can settle: given up, or perhaps sent and perhaps not."""
        return self.filter(status__in=[MessageStatus.FAILED, MessageStatus.DOUBT])

    def about(self, subject_of: str) -> MessageQuerySet:
        return self.filter(about=subject_of)
