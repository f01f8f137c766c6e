"""Which invitations, and records of partners."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from applications.enums import PartnerEvent

if TYPE_CHECKING:
    from applications.models.members import Invitation, PartnerRecord


class InvitationQuerySet(QuerySet["Invitation"]):
    def awaiting(self) -> InvitationQuerySet:
        """Neither accepted nor taken back."""
        return self.filter(accepted_at__isnull=True, taken_back_at__isnull=True)

    def not_accepted(self) -> InvitationQuerySet:
        return self.filter(accepted_at__isnull=True)

    def taken_back(self) -> InvitationQuerySet:
        return self.filter(taken_back_at__isnull=False)

    def invited_since(self, at: datetime) -> InvitationQuerySet:
        return self.filter(invited_at__gte=at)

    def for_email(self, email: str) -> InvitationQuerySet:
        return self.filter(email=email)


class PartnerRecordQuerySet(QuerySet["PartnerRecord"]):
    def lapsed_keys(self) -> set[UUID]:
        """The keys of the partners that were changed after they were asked or had confirmed."""
        return set(self.filter(event=PartnerEvent.LAPSED).values_list("partner_key", flat=True))
