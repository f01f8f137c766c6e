"""Reviews at every stage: assigned, free of a conflict, final."""

from __future__ import annotations

from applications.enums import ReviewStatus
from applications.models import Application, Review
from applications.reviewing.actions import marking, reviewing
from applications.reviewing.sheets import Given, cells
from core.accounts.enums import Role
from core.accounts.models import User
from tests.builders.people import person, the_manager


def assigned(application: Application, reviewer: User | None = None) -> Review:
    reviewer = reviewer or person(Role.REVIEWER)
    reviewing.assign(application_id=application.pk, reviewer_ids=[reviewer.pk], by=the_manager())
    return Review.objects.get(application=application, reviewer=reviewer)


def scoring(application: Application, reviewer: User | None = None) -> Review:
    review = assigned(application, reviewer)
    reviewing.declare_no_conflict(review_id=review.pk, by=review.reviewer)
    review.refresh_from_db()
    return review


def review_at(application: Application, status: str) -> Review:
    """A review that its reviewer, or staff, have brought to the status."""
    review = assigned(application)
    match status:
        case ReviewStatus.SCORING:
            reviewing.declare_no_conflict(review_id=review.pk, by=review.reviewer)
        case ReviewStatus.CONFLICTED:
            reviewing.declare_conflict(review_id=review.pk, by=review.reviewer, reason="My brother.")
        case ReviewStatus.WITHDRAWN:
            reviewing.take_back(review_id=review.pk, by=the_manager(), reason="Too many.")
        case ReviewStatus.SUBMITTED:
            reviewing.declare_no_conflict(review_id=review.pk, by=review.reviewer)
            _score(review, 3)
    review.refresh_from_db()
    return review


def scored(application: Application, *scores: int, reviewer: User | None = None) -> Review:
    """A final review with these scores, in the order of the criteria."""
    review = scoring(application, reviewer)
    _score(review, *scores)
    review.refresh_from_db()
    return review


def _score(review: Review, *scores: int) -> None:
    """Give these scores, the last one to all criteria that are left, and make the review final."""
    criteria = list(review.application.call.criteria.all())
    scores += scores[-1:] * (len(criteria) - len(scores))
    given = {c.pk: Given(score, f"Because of {c.code}.") for c, score in zip(criteria, scores, strict=True)}
    marking.save_scores(review_id=review.pk, by=review.reviewer, mine=cells(given, "Sound."))
    marking.submit(review_id=review.pk, by=review.reviewer)
