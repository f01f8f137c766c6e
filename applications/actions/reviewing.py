"""Reviews: assigned, cleared of conflicts, scored, final, reopened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications import conflicts, reviewer_letters
from applications.enums import ApplicationStatus, ReviewStatus
from applications.models import (
    Application,
    Criterion,
    Review,
    ReviewChange,
    ReviewerLeniency,
    ReviewScore,
)
from applications.ranking import Mark, leniencies, weighted_total
from impact.accounts.models import User
from impact.history import IllegalMove, NotAllowed, move, require


class Given(NamedTuple):
    """What a reviewer says on one criterion; the score is None while not given."""

    score: int | None
    comment: str = ""


@transaction.atomic
def assign(*, application_id: int, reviewer_ids: Sequence[int], by: Any) -> list[Review]:
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
    applications = Application.objects.with_latest_version().select_for_update(of=["self"])
    application = applications.get(pk=application_id)
    reviewers = list(User.objects.staff().filter(pk__in=reviewer_ids))
    _check_assignable(application, reviewers)
    given = [_assign_one(application, reviewer, by=by) for reviewer in reviewers]
    return [review for review in given if review]


@transaction.atomic
def take_back(*, review_id: int, by: Any, reason: str) -> None:
    """Take an assignment back; what was written stays on record.

    Raises:
        NotAllowed: the person may not assign.
        IllegalMove: the review is final, or no longer assigned.
    """
    require(by, "applications.assign_review")
    move(_locked(review_id), ReviewStatus.WITHDRAWN, by=by, reason=reason)


@transaction.atomic
def declare_no_conflict(*, review_id: int, by: Any) -> None:
    """Open the application to its reviewer, who declares to have no conflict of interest.

    Raises:
        NotAllowed: the person is not the reviewer.
        IllegalMove: it was declared already.
    """
    review = _locked_own(review_id, by)
    if review.status != ReviewStatus.ASSIGNED:
        raise IllegalMove(review, ReviewStatus.SCORING)
    move(review, ReviewStatus.SCORING, by=by)
    _add_missing_scores(review)


@transaction.atomic
def declare_conflict(*, review_id: int, by: Any, reason: str) -> None:
    """Stand back from a review for ever, also when the conflict is noticed while scoring.

    Raises:
        NotAllowed: the person is not the reviewer.
        IllegalMove: the review is final, or no longer assigned.
    """
    review = _locked_own(review_id, by)
    move(review, ReviewStatus.CONFLICTED, by=by, reason=reason)
    reviewer_letters.report_conflict(review, review.changes.last())


@transaction.atomic
def save_scores(*, review_id: int, by: Any, given: Mapping[int, Given], comment: str) -> None:
    """Keep what a reviewer has so far, however incomplete.

    Args:
        review_id: the review.
        by: its reviewer.
        given: key of the criterion → what is given; criteria left out stay as they are.
        comment: on the whole.

    Raises:
        NotAllowed: the person is not the reviewer.
        IllegalMove: the review is not open for scoring.
        ValidationError: a score outside 0 to the criterion's highest, or another call's criterion.
    """
    review = _locked_own(review_id, by)
    if review.status != ReviewStatus.SCORING:
        raise IllegalMove(review, ReviewStatus.SCORING)
    _add_missing_scores(review)
    rows = {row.criterion_id: row for row in review.scores.select_related("criterion")}
    for criterion_id, said in given.items():
        if criterion_id not in rows:
            raise ValidationError(_("This criterion does not belong to the call."))
        _write(rows[criterion_id], said, by=by)
    review.comment = comment
    review.save(update_fields=["comment"])


@transaction.atomic
def submit(*, review_id: int, by: Any) -> None:
    """Make a review final: it names the version that was read, and counts in the ranking.

    Raises:
        NotAllowed: the person is not the reviewer.
        IllegalMove: the review is not open for scoring.
        ValidationError: a score is missing; the messages name the criteria.
    """
    review = _locked_own(review_id, by)
    if not review.can_move(ReviewStatus.SUBMITTED):
        raise IllegalMove(review, ReviewStatus.SUBMITTED)
    _add_missing_scores(review)
    rows = list(review.scores.select_related("criterion"))
    missing = [row.criterion.title for row in rows if row.score is None]
    if not rows or missing:
        raise ValidationError([_("Score missing: %(title)s") % {"title": title} for title in missing])
    review.total = weighted_total(
        Mark(row.score, row.criterion.max_score, row.criterion.weight) for row in rows
    )
    review.submission = review.application.submissions.latest("number")
    review.leniency, _is_new = ReviewerLeniency.objects.get_or_create(
        call_id=review.application.call_id, reviewer=review.reviewer, defaults={"points": 0.0, "reviews": 0}
    )
    move(review, ReviewStatus.SUBMITTED, by=by, also=["total", "submission", "leniency"])
    _refresh_leniencies(review.application.call_id)


@transaction.atomic
def reopen(*, review_id: int, by: Any, reason: str) -> None:
    """Let a reviewer change a final review; it counts no longer until it is final again.

    Raises:
        NotAllowed: the person may not reopen reviews.
        IllegalMove: the review is not final.
        ValidationError: the application has an outcome already.
    """
    require(by, "applications.reopen_review")
    review = _locked(review_id)
    if review.status != ReviewStatus.SUBMITTED:
        raise IllegalMove(review, ReviewStatus.SCORING)
    if review.application.status != ApplicationStatus.ELIGIBLE:
        raise ValidationError(_("The application is past its reviews."))
    review.total = None
    move(review, ReviewStatus.SCORING, by=by, reason=reason, also=["total"])
    reviewer_letters.tell_reopened(review, review.changes.last())
    _refresh_leniencies(review.application.call_id)


@transaction.atomic
def remind(*, review_ids: Iterable[int] | None = None, by: Any) -> int:
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
        raise ValidationError(_("No review is unfinished."))
    today = timezone.localdate().isoformat()
    sent = sum(reviewer_letters.remind(rows, occasion=f"{today}:{_name_of(rows)}") for rows in by_reviewer)
    if not sent:
        raise ValidationError(_("A reminder of this was written today already."))
    return sent


def _name_of(reviews: Iterable[Review]) -> str:
    """Return a short name of a set of reviews, for a key."""
    keys = ",".join(str(key) for key in sorted(review.pk for review in reviews))
    return hashlib.sha256(keys.encode()).hexdigest()[:16]


def _locked(review_id: int) -> Review:
    reviews = Review.objects.select_related("application", "reviewer", "assigned_by")
    return reviews.select_for_update(of=["self"]).get(pk=review_id)


def _locked_own(review_id: int, by: Any) -> Review:
    require(by, "applications.score_review")
    review = _locked(review_id)
    if review.reviewer_id != by.pk:
        raise NotAllowed
    return review


def _check_assignable(application: Application, reviewers: Sequence[User]) -> None:
    if not reviewers:
        raise ValidationError(_("Choose at least one reviewer."))
    if application.status != ApplicationStatus.ELIGIBLE:
        raise ValidationError(_("Only an eligible application is reviewed."))
    found = conflicts.find(reviewers=reviewers, applications=[application])
    errors = []
    for reviewer in reviewers:
        if not reviewer.has_perm("applications.score_review"):
            errors.append(_("%(person)s may not score.") % {"person": reviewer})
        if any(conflict.is_bar for conflict in found.get((reviewer.pk, application.pk), [])):
            errors.append(_("%(person)s works on this application.") % {"person": reviewer})
    if errors:
        raise ValidationError(errors)


def _assign_one(application: Application, reviewer: User, *, by: Any) -> Review | None:
    review = Review.objects.filter(application=application, reviewer=reviewer).select_for_update().first()
    if review is None:
        review = Review.objects.create(application=application, reviewer=reviewer, assigned_by=by)
        change = ReviewChange.objects.create(target=review, to_status=review.status, by=by)
    elif review.can_move(ReviewStatus.ASSIGNED):
        move(review, ReviewStatus.ASSIGNED, by=by)
        change = review.changes.last()
    else:
        return None
    reviewer_letters.invite(review, change)
    return review


def _add_missing_scores(review: Review) -> None:
    criteria = Criterion.objects.filter(call_id=review.application.call_id)
    known = set(review.scores.values_list("criterion_id", flat=True))
    for criterion in criteria:
        if criterion.pk not in known:
            ReviewScore.objects.create(review=review, criterion=criterion)


def _write(row: ReviewScore, said: Given, *, by: Any) -> None:
    if said.score is not None and not 0 <= said.score <= row.criterion.max_score:
        raise ValidationError(
            _("%(title)s: give a score from 0 to %(highest)s.")
            % {"title": row.criterion.title, "highest": row.criterion.max_score}
        )
    if (row.score, row.comment) == (said.score, said.comment):
        return
    row.score, row.comment = said.score, said.comment
    row._history_user = by
    row.save(update_fields=["score", "comment"])


def _refresh_leniencies(call_id: int) -> None:
    """Work out anew how lenient each reviewer of the call is; the ranking reads these rows."""
    totals = list(
        Review.objects.final()
        .filter(application__call=call_id)
        .values_list("application_id", "reviewer_id", "total")
    )
    points = leniencies((a, r, float(total)) for a, r, total in totals)
    rows = list(ReviewerLeniency.objects.select_for_update().filter(call=call_id).order_by("pk"))
    for row in rows:
        row.points = points.get(row.reviewer_id, 0.0)
        row.reviews = sum(reviewer == row.reviewer_id for _application, reviewer, _total in totals)
    ReviewerLeniency.objects.bulk_update(rows, ["points", "reviews"])
