"""Which rows of the newsletter are decisions of staff."""

from __future__ import annotations

from functools import partial

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.decision_log.sources import Source
from newsletter.enums import BulletinStatus, SubscriberStatus
from newsletter.models import BulletinChange, SubscriberChange

NO_DECISIONS = {"newsletter.Consent": "what subscribers agree to"}


def sources() -> list[Source]:
    return [
        Source(
            code="newsletter.bulletinchange",
            rows=lambda: BulletinChange.objects.filter(by__isnull=False),
            permission="newsletter.view_bulletin",
            noun=_("Bulletin"),
            verbs=partial(dict, BulletinStatus.choices),
            about="newsletter.bulletin",
            key="target_id",
            label=F("target__subject"),
        ),
        Source(
            code="newsletter.subscriberchange",
            rows=lambda: SubscriberChange.objects.filter(by__isnull=False),
            permission="newsletter.view_subscriber",
            noun=_("Subscriber"),
            verbs=partial(dict, SubscriberStatus.choices),
            about="newsletter.subscriber",
            key="target_id",
            label=F("target__email"),
        ),
    ]
