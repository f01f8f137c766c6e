"""Which e-mails."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from impact.mail.enums import MessageStatus

# Longer than any SMTP dialogue: EMAIL_DIALOGUE_SECONDS is 60, and finding the server takes some more.
CLAIM_LASTS = timedelta(minutes=2)
# A code works for a quarter of an hour; for a day staff can see that it was sent.
CODES_ARE_KEPT = timedelta(days=1)
# Their text logs somebody in.
CODE_TEMPLATES = ("account/email/login_code", "account/email/email_confirmation")


class MessageQuerySet(QuerySet):
    def mentioning(self, words: str) -> MessageQuerySet:
        """Those with the words in the address or the subject; all, if there are no words."""
        return self.filter(Q(to__icontains=words) | Q(subject__icontains=words))

    def due(self) -> MessageQuerySet:
        return self.filter(status=MessageStatus.QUEUED, not_before__lte=timezone.now()).order_by(
            "-is_urgent", "not_before", "pk"
        )

    def abandoned(self) -> MessageQuerySet:
        """Claimed by a worker that died in the SMTP dialogue: nobody knows whether they left."""
        return self.filter(status=MessageStatus.SENDING, claimed_at__lt=timezone.now() - CLAIM_LASTS)

    def claimed_as(self, message: Any) -> MessageQuerySet:
        """The row of a claimed e-mail, if it is still this claim."""
        statuses = [MessageStatus.SENDING, MessageStatus.DOUBT]
        return self.filter(pk=message.pk, claimed_at=message.claimed_at, status__in=statuses)

    def waiting(self) -> MessageQuerySet:
        """Written, and not yet taken by a worker."""
        return self.filter(status__in=[MessageStatus.HELD, MessageStatus.QUEUED])

    def spent_codes(self) -> MessageQuerySet:
        """E-mails with a code that left so long ago that it is of no use to anybody but a thief."""
        return self.filter(
            template__in=CODE_TEMPLATES, created_at__lt=timezone.now() - CODES_ARE_KEPT
        ).exclude(body="")

    def held(self) -> MessageQuerySet:
        return self.filter(status=MessageStatus.HELD)

    def with_keys(self, keys: Iterable[str]) -> MessageQuerySet:
        return self.filter(dedupe_key__in=list(keys))

    def needing_attention(self) -> MessageQuerySet:
        """What only a person can settle: given up, or perhaps sent and perhaps not."""
        return self.filter(status__in=[MessageStatus.FAILED, MessageStatus.DOUBT])

    def count_by_status(self) -> list[tuple[str, int]]:
        return list(self.order_by("status").values_list("status").annotate(Count("pk")))

    def about(self, subject_of: str) -> MessageQuerySet:
        return self.filter(about=subject_of)
