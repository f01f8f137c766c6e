"""Which reviews."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from applications.enums import OPEN_REVIEWS, ReviewStatus
from core.accounts.models import User

if TYPE_CHECKING:
    from applications.models.reviews import Review


class ReviewQuerySet(QuerySet["Review"]):
    def assigned_to(self, user: User) -> ReviewQuerySet:
        return self.filter(reviewer=user).exclude(status=ReviewStatus.WITHDRAWN)

    def final(self) -> ReviewQuerySet:
        return self.filter(status=ReviewStatus.SUBMITTED)

    def unfinished(self) -> ReviewQuerySet:
        return self.filter(status__in=OPEN_REVIEWS)

    def overdue(self, at: datetime) -> ReviewQuerySet:
        """Those still to be finished, though their call wanted them before that."""
        return self.unfinished().filter(application__call__reviews_due_at__lt=at)

    def for_letters(self) -> ReviewQuerySet:
        """With what a letter names, the reviews of one person together."""
        return self.select_related("reviewer", "application__call").order_by("reviewer", "application")

    def hiding_others_while_open(self, user: User) -> ReviewQuerySet:
        """Leaves out what others say of applications of which `user` still has a review to finish."""
        own = self.model.objects.open_for(user).values("application")
        return self.filter(Q(reviewer=user) | ~Q(application__in=own))

    def open_for(self, user: User | None) -> ReviewQuerySet:
        """Those that a person still has to finish; none of nobody."""
        return self.unfinished().filter(reviewer=user)
