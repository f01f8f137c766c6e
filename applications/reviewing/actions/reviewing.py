"""Reviews: assigned, cleared of conflicts, reminded of; what is scored is in `marking`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.applying.querysets import with_latest_version
from applications.enums import ApplicationStatus, ReviewStatus
from applications.models import Application, Call, Criterion, Review, ReviewChange, ReviewScore
from applications.reviewing import conflicts_of_interest, emails
from applications.reviewing.actions.versions import keep_version
from applications.reviewing.criteria_versions import is_scoring_begun
from core.accounts.models import User
from core.history import IllegalMove, NotAllowed, move, require
from core.locking import lock_row


@transaction.atomic
def assign(*, application_id: int, reviewer_ids: Sequence[int], by: User) -> list[Review]:
    """Ask reviewers to review an application; who was asked already is not asked again.

    Args:
        application_id: an eligible application.
        reviewer_ids: people who may score.
        by: the person.

    Returns:
        The reviews that are new, or asked for once more.

    Raises:
        NotAllowed: the person may not assign.
        ValidationError: it is not eligible, or somebody may not score or works on it.
    """
    require(by, "applications.assign_review")
    application = lock_row(with_latest_version(Application.objects.all()), pk=application_id)
    reviewers = list(User.objects.staff().filter(pk__in=reviewer_ids))
    _check_assignable(application, reviewers)
    given = [_assign_one(application, reviewer, by=by) for reviewer in reviewers]
    return [review for review in given if review]


@transaction.atomic
def take_back(*, review_id: int, by: User, reason: str) -> None:
    """Take an assignment back; what was written stays on record.

    Raises:
        NotAllowed: the person may not assign.
        IllegalMove: the review is final, or no longer assigned.
    """
    require(by, "applications.assign_review")
    move(lock(review_id), ReviewStatus.WITHDRAWN, by=by, reason=reason)


@transaction.atomic
def declare_no_conflict(*, review_id: int, by: User) -> None:
    """Open the application to its reviewer, who declares to have no conflict of interest.

    Raises:
        NotAllowed: the person is not the reviewer.
        IllegalMove: it was declared already.
    """
    # Criteria that are imported at this moment are the ones on the sheet.
    review = lock_own(review_id, by, lock=lock_in_call)
    if review.status != ReviewStatus.ASSIGNED:
        raise IllegalMove(review, ReviewStatus.SCORING)
    move(review, ReviewStatus.SCORING, by=by)
    call = review.application.call
    if not is_scoring_begun(call):
        # What is scored from now on has a version, however it came to be.
        keep_version(call, by=None)
    add_missing_scores(review)


@transaction.atomic
def declare_conflict(*, review_id: int, by: User, reason: str) -> None:
    """Stand back from a review for ever, also when the conflict is noticed while scoring.

    Raises:
        NotAllowed: the person is not the reviewer.
        IllegalMove: the review is final, or no longer assigned.
    """
    review = lock_own(review_id, by)
    move(review, ReviewStatus.CONFLICTED, by=by, reason=reason)
    emails.report_conflict(review, review.changes.latest("pk"))


@transaction.atomic
def remind(*, review_ids: Iterable[int] | None = None, by: User) -> int:
    """Remind reviewers of what they have not finished: one e-mail each, the same one once a day.

    Args:
        review_ids: those that are final or no longer assigned are left out; None: all unfinished ones.
        by: the person.

    Returns:
        How many people are reminded.

    Raises:
        NotAllowed: the person may not assign.
        ValidationError: nothing is unfinished, or everybody was reminded of just this today.
    """
    require(by, "applications.assign_review")
    unfinished = Review.objects.unfinished().for_letters()
    if review_ids is not None:
        unfinished = unfinished.filter(pk__in=list(review_ids))
    by_reviewer = [list(rows) for _key, rows in groupby(unfinished, key=lambda review: review.reviewer_id)]
    if not by_reviewer:
        raise ValidationError(_("There are no unfinished reviews."))
    today = timezone.localdate().isoformat()
    sent = sum(emails.remind(rows, occasion=f"{today}:{_name_of(rows)}") for rows in by_reviewer)
    if not sent:
        raise ValidationError(_("This reminder has already been sent today."))
    return sent


def _name_of(reviews: Iterable[Review]) -> str:
    """Return a short name of a set of reviews, for a key."""
    keys = ",".join(str(key) for key in sorted(review.pk for review in reviews))
    return hashlib.sha256(keys.encode()).hexdigest()[:16]


def lock(review_id: int) -> Review:
    """Return a review, locked, and what belongs to it as it is after the wait."""
    # A join would bring rows of before the wait along: only what is locked itself is read anew.
    Review.objects.select_for_update().only("pk").get(pk=review_id)
    return Review.objects.select_related("application", "reviewer", "assigned_by").get(pk=review_id)


def lock_in_call(review_id: int) -> Review:
    """Return a review as `lock` does, when whoever counts or decides in its call is done.

    Call, application, review: every action that locks several of them takes them in this order.
    """
    application_id, call_id = Review.objects.values_list("application", "application__call").get(pk=review_id)
    Call.objects.select_for_update(no_key=True).only("pk").get(pk=call_id)
    Application.objects.select_for_update(no_key=True).only("pk").get(pk=application_id)
    return lock(review_id)


def lock_own(review_id: int, by: User, *, lock: Callable[[int], Review] = lock) -> Review:
    require(by, "applications.score_review")
    review = lock(review_id)
    if review.reviewer_id != by.pk:
        raise NotAllowed
    return review


def _check_assignable(application: Application, reviewers: Sequence[User]) -> None:
    if not reviewers:
        raise ValidationError(_("Choose at least one reviewer."))
    if application.status != ApplicationStatus.ELIGIBLE:
        raise ValidationError(_("Only eligible applications can be reviewed."))
    found = conflicts_of_interest.find(reviewers=reviewers, applications=[application])
    errors = []
    for reviewer in reviewers:
        if not reviewer.has_perm("applications.score_review"):
            errors.append(_("%(person)s does not have permission to score.") % {"person": reviewer})
        if any(conflict.is_bar for conflict in found.get((reviewer.pk, application.pk), [])):
            errors.append(
                _("%(person)s works on this application, so cannot review it.") % {"person": reviewer}
            )
    if errors:
        raise ValidationError(errors)


def _assign_one(application: Application, reviewer: User, *, by: User) -> Review | None:
    review = Review.objects.filter(application=application, reviewer=reviewer).select_for_update().first()
    if review is None:
        review = Review.objects.create(application=application, reviewer=reviewer, assigned_by=by)
        change = ReviewChange.objects.create(target=review, to_status=review.status, by=by)
    elif review.can_move(ReviewStatus.ASSIGNED):
        move(review, ReviewStatus.ASSIGNED, by=by)
        change = review.changes.latest("pk")
    else:
        return None
    emails.invite(review, change)
    return review


def add_missing_scores(review: Review) -> None:
    criteria = Criterion.objects.filter(call_id=review.application.call_id)
    known = set(review.scores.values_list("criterion_id", flat=True))
    for criterion in criteria:
        if criterion.pk not in known:
            ReviewScore.objects.create(review=review, criterion=criterion)
