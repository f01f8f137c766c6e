"""Which subscribers and bulletins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from newsletter.enums import BulletinStatus, SubscriberStatus


class SubscriberQuerySet(QuerySet):
    def confirmed(self) -> SubscriberQuerySet:
        return self.filter(status=SubscriberStatus.CONFIRMED)

    def with_email(self, email: str) -> SubscriberQuerySet:
        return self.filter(email__iexact=email.strip())

    def interested_in(self, topics: Iterable[str]) -> SubscriberQuerySet:
        return self.confirmed().filter(topics__overlap=list(topics))

    def without_delivery_of(self, bulletin_id: int) -> SubscriberQuerySet:
        return self.exclude(deliveries__bulletin_id=bulletin_id)


class BulletinQuerySet(QuerySet):
    def due(self, at: datetime) -> BulletinQuerySet:
        return self.filter(status__in=[BulletinStatus.SCHEDULED, BulletinStatus.SENDING], send_at__lte=at)
