"""The people who may review, and how much each has on the desk."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from applications.enums import ReviewStatus
from impact.accounts.models import User


def reviewers() -> QuerySet:
    """Return the people who may score, the least burdened first, with `open_reviews`."""
    waiting = Q(reviews__status__in=[ReviewStatus.ASSIGNED, ReviewStatus.SCORING])
    people = User.objects.staff().filter(
        groups__permissions__codename="score_review",
        groups__permissions__content_type__app_label="applications",
    )
    return people.annotate(open_reviews=Count("reviews", waiting, distinct=True)).order_by(
        "open_reviews", "name", "email"
    )
