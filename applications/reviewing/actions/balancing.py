"""Reviewers assigned in balance: what was shown is saved, or nothing."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from applications.models import Application, Review, ReviewChange
from applications.reviewing import balancing, emails
from applications.reviewing.balancing import ReviewPlan, Wish
from core.accounts.models import User
from core.history import require


class PlanHasChanged(Exception):
    """Raised when the proposal that a person confirms is no longer the one that was shown."""


@transaction.atomic
def assign_in_balance(*, wish: Wish, fingerprint: str, by: User) -> ReviewPlan:
    """Assign the reviewers of a proposal; each hears of all the reviews in one e-mail.

    Args:
        wish: what staff asked for.
        fingerprint: of the proposal that they saw.
        by: the person.

    Returns:
        The proposal as it was saved.

    Raises:
        NotAllowed: the person may not assign.
        PlanHasChanged: something on which the proposal rests is no longer so; nothing is written.
    """
    require(by, "applications.assign_review")
    _lock(wish)
    plan = balancing.known_plan(wish)
    if not plan.is_ready or plan.fingerprint != fingerprint:
        raise PlanHasChanged
    reviews = Review.objects.bulk_create(
        Review(application=application, reviewer=seat.reviewer, assigned_by=by)
        for seat in plan.seats
        for application in seat.applications
    )
    changes = ReviewChange.objects.bulk_create(
        ReviewChange(target=review, to_status=review.status, by=by) for review in reviews
    )
    by_reviewer: dict[int, list[ReviewChange]] = defaultdict(list)
    for change in changes:
        by_reviewer[change.target.reviewer_id].append(change)
    for assigned in by_reviewer.values():
        emails.invite_to_several(assigned)
    return plan


def _lock(wish: Wish) -> None:
    """Hold the applications: whoever assigns one by one, or declares a verdict, waits for us."""
    rows = Application.objects.filter(pk__in=wish.application_ids).order_by("pk")
    list(rows.select_for_update(of=["self"]).values_list("pk", flat=True))
