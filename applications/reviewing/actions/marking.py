"""Scores: saved while they are made, final when submitted, reopened by managers."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, ReviewStatus
from applications.models import ReviewerLeniency
from applications.reviewing import emails, sheets
from applications.reviewing.actions.reviewing import add_missing_scores, lock_in_call, lock_own
from applications.reviewing.actions.totals import refresh_leniencies
from applications.reviewing.ranking import Mark, weighted_total
from core.accounts.models import User
from core.history import IllegalMove, move, require
from core.sections.questions import Answers
from core.sections.saving import Saved, save


@transaction.atomic
def save_scores(
    *,
    review_id: int,
    by: User,
    mine: Answers,
    base: Mapping[str, str] | None = None,
    choices: Mapping[str, str] | None = None,
) -> Saved:
    """Keep what a reviewer has so far, however incomplete, never over something that was not seen.

    Args:
        review_id: the review.
        by: its reviewer.
        mine: cells of `applications.reviewing.sheets`; those left out stay as they are.
        base: cell → digest of the value on which the sheet was written; None: the one saved now.
        choices: cell → the person's decision of a conflict shown before.

    Raises:
        NotAllowed: the person is not the reviewer.
        IllegalMove: the review is not open for scoring.
        ValidationError: a score outside 0 to the criterion's highest, or another call's criterion.
    """
    review = lock_own(review_id, by)
    if review.status != ReviewStatus.SCORING:
        raise IllegalMove(review, ReviewStatus.SCORING)
    add_missing_scores(review)
    rows = list(review.scores.select_related("criterion"))
    saved = sheets.read(review, rows)
    if mine.keys() - saved.keys():
        raise ValidationError(_("This criterion does not belong to the call."))
    return save(
        saved,
        sheets.section_of(row.criterion for row in rows),
        mine=mine,
        base=base,
        choices=choices or {},
        write=lambda values: sheets.write(review, rows, values, by=by),
    )


@transaction.atomic
def submit(*, review_id: int, by: User) -> None:
    """Make a review final: it names the version that was read, and counts in the ranking.

    Raises:
        NotAllowed: the person is not the reviewer.
        IllegalMove: the review is not open for scoring.
        ValidationError: a score is missing; the messages name the criteria.
    """
    review = lock_own(review_id, by, lock=lock_in_call)
    if not review.can_move(ReviewStatus.SUBMITTED):
        raise IllegalMove(review, ReviewStatus.SUBMITTED)
    add_missing_scores(review)
    rows = list(review.scores.select_related("criterion"))
    missing = [str(row.criterion.title) for row in rows if row.score is None]
    if not rows or missing:
        raise ValidationError([_("Score missing: %(title)s") % {"title": title} for title in missing])
    review.total = weighted_total(
        Mark(row.score, row.criterion.max_score, row.criterion.weight)
        for row in rows
        if row.score is not None
    )
    review.submission = review.application.submissions.latest("number")
    review.leniency, _is_new = ReviewerLeniency.objects.get_or_create(
        call_id=review.application.call_id, reviewer=review.reviewer, defaults={"points": 0.0, "reviews": 0}
    )
    move(review, ReviewStatus.SUBMITTED, by=by, also=["total", "submission", "leniency"])
    refresh_leniencies(review.application.call_id)


@transaction.atomic
def reopen(*, review_id: int, by: User, reason: str) -> None:
    """Let a reviewer change a final review; it no longer counts until it is final again.

    Raises:
        NotAllowed: the person may not reopen reviews.
        IllegalMove: the review is not final.
        ValidationError: the application has an outcome already.
    """
    require(by, "applications.reopen_review")
    review = lock_in_call(review_id)
    if review.status != ReviewStatus.SUBMITTED:
        raise IllegalMove(review, ReviewStatus.SCORING)
    if review.application.status != ApplicationStatus.ELIGIBLE:
        raise ValidationError(_("The application can no longer be reviewed."))
    review.total = None
    move(review, ReviewStatus.SCORING, by=by, reason=reason, also=["total"])
    emails.tell_reopened(review, review.changes.latest("pk"))
    refresh_leniencies(review.application.call_id)
