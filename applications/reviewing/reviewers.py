"""The people who may review, and how much each has on the desk."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from applications.enums import ReviewStatus
from core.accounts.enums import Role
from core.accounts.models import User


def reviewers() -> QuerySet:
    """Return the people who may score, the least burdened first.

    With `open_reviews`, and `is_reviewer` for those whose role it is: managers may score as well.
    """
    waiting = Q(reviews__status__in=[ReviewStatus.ASSIGNED, ReviewStatus.SCORING])
    people = User.objects.staff().filter(
        groups__permissions__codename="score_review",
        groups__permissions__content_type__app_label="applications",
    )
    has_role = Exists(User.objects.with_role(Role.REVIEWER).filter(pk=OuterRef("pk")))
    counted = people.annotate(open_reviews=Count("reviews", waiting, distinct=True), is_reviewer=has_role)
    return counted.order_by("open_reviews", "name", "email")
