"""Which subscribers and bulletins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from core.jobs import JobQuerySet
from core.mail.mailboxes import DOUBLE_FORM, mailbox_of
from newsletter.enums import BulletinStatus, ConsentKind, SubscriberStatus

if TYPE_CHECKING:
    from newsletter.models import Bulletin, Consent, Delivery, Subscriber


class SubscriberQuerySet(QuerySet["Subscriber"]):
    def confirmed(self) -> SubscriberQuerySet:
        return self.filter(status=SubscriberStatus.CONFIRMED)

    def with_email(self, email: str) -> SubscriberQuerySet:
        return self.filter(email=email)

    def doubles(self) -> SubscriberQuerySet:
        """Those whose mailbox has another subscription already, and that wait to be merged with it."""
        return self.filter(email__regex=DOUBLE_FORM)

    def keys_of_mailbox(self, mailbox: str) -> list[int]:
        """Return the keys of those whose address, whatever its variant, is this mailbox."""
        # A mailbox begins as its variants do; the rest no database can compare.
        rows = self.filter(email__istartswith=mailbox[:1]).values_list("pk", "email")
        return [key for key, email in rows.iterator() if mailbox_of(email) == mailbox]

    def behind_link(self, public_id: str) -> Subscriber:
        """Return the subscription of a link of ours; of a double, the one with which it was merged.

        Raises:
            DoesNotExist: there is none, or its address is deleted.
        """
        row = self.select_related("merged_into").get(public_id=public_id)
        while row.merged_into:
            row = row.merged_into
        return self.known().get(pk=row.pk)

    def known(self) -> SubscriberQuerySet:
        """With an address: not erased."""
        return self.filter(erased_at__isnull=True)

    def never_confirmed_since(self, moment: datetime) -> SubscriberQuerySet:
        """Asked, last before then, to confirm, and did not."""
        asked = Coalesce("mailed_at", "created_at")
        return (
            self.known().filter(status=SubscriberStatus.PENDING).alias(asked=asked).filter(asked__lt=moment)
        )

    def left_before(self, moment: datetime) -> SubscriberQuerySet:
        """Left the list, or could no longer be reached, before then."""
        gone = [SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.UNREACHABLE]
        return self.known().filter(status__in=gone).alias(left=Max("changes__at")).filter(left__lt=moment)

    def interested_in(self, topics: Iterable[str]) -> SubscriberQuerySet:
        return self.confirmed().filter(topics__overlap=list(topics))

    def waiting_for(self, bulletin: Bulletin) -> SubscriberQuerySet:
        """Those who are to get the bulletin and for whom no e-mail is written yet; oldest first."""
        delivered = bulletin.deliveries.filter(subscriber=OuterRef("pk"))
        return self.interested_in(bulletin.topics).exclude(Exists(delivered)).order_by("pk")


class ConsentQuerySet(QuerySet["Consent"]):
    def asked(self) -> ConsentQuerySet:
        """What anybody who types the address can ask for."""
        return self.filter(kind=ConsentKind.ASKED)

    def made_by_the_owner(self) -> ConsentQuerySet:
        """Choices of whoever reads the mail of the address."""
        return self.filter(kind__in=[ConsentKind.CONFIRMED, ConsentKind.CHANGED])

    def of_choice(self, topics: list[str], language: str) -> ConsentQuerySet:
        return self.filter(topics=topics, language=language)


class BulletinQuerySet(JobQuerySet["Bulletin"]):
    def drafts(self) -> BulletinQuerySet:
        return self.filter(status=BulletinStatus.DRAFT)

    def due(self, at: datetime) -> BulletinQuerySet:
        """Those that a worker may take up: their time has come, also that of the next try."""
        on_their_way = [BulletinStatus.SCHEDULED, BulletinStatus.SENDING]
        return self.ready_to_try(at).filter(status__in=on_their_way, send_at__lte=at)


class DeliveryQuerySet(QuerySet["Delivery"]):
    def written(self) -> DeliveryQuerySet:
        return self.filter(message__isnull=False)

    def failed(self) -> DeliveryQuerySet:
        """Those without an e-mail, since none could be written for the subscriber."""
        return self.filter(message__isnull=True)
