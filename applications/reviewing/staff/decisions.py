"""The decisions on a review: the reviewer's own declarations, and what managers may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.enums import ActionVariant

from applications.enums import OPEN_REVIEWS, ReviewStatus
from applications.models import Review
from applications.reviewing.actions import marking, reviewing
from applications.reviewing.querysets import reviewers
from core.accounts.models import User
from core.staff.admin import Decision, DecisionForm, ReasonForm, Scope


class NoConflictForm(DecisionForm):
    declares = forms.BooleanField(
        label=_(
            "I have no conflict of interest: I do not work with any of the partners and have "
            "nothing to gain from the outcome"
        )
    )


def declare_no_conflict(*, review_id: int, by: User, declares: bool) -> None:
    """Pass on the declaration, which the form has required."""
    reviewing.declare_no_conflict(review_id=review_id, by=by)


def remind_one(*, review_id: int, by: User) -> int:
    """Remind the reviewer of one review."""
    return reviewing.remind(review_ids=[review_id], by=by)


def reminded(count: int) -> str:
    return ngettext(
        "Reminder sent to %(count)s reviewer.", "Reminder sent to %(count)s reviewers.", count
    ) % {"count": count}


def is_own(review: Review, by: User) -> bool:
    """Whether it is the person's own: nobody makes the declaration of somebody else."""
    return review.reviewer_id == by.pk


def is_unfinished(review: Review) -> bool:
    return review.status in OPEN_REVIEWS


def who_applies(request: HttpRequest, targets: Sequence[Review]) -> dict[str, Any]:
    """Show what a declaration needs, and nothing else: who applies, and where."""
    (review,) = targets
    version = review.application.latest_version
    return {"partners": version.partners, "call": review.application.call}


def unfinished_reviewers(request: HttpRequest, targets: Sequence[Review]) -> dict[str, Any]:
    return {"unfinished": reviewers().filter(open_reviews__gt=0).order_by("-open_reviews", "name", "email")}


DECISIONS = [
    Decision(
        name="no-conflict",
        label=_("I have no conflict"),
        action=declare_no_conflict,
        permission="applications.score_review",
        target="review_id",
        form=NoConflictForm,
        is_for=is_own,
        is_possible=lambda review: review.status == ReviewStatus.ASSIGNED,
        explain=_("You can view the application after this declaration, which is kept in the history."),
        preview="admin/applications/_who_applies.html",
        preview_context=who_applies,
        done=_("Thank you. You can now view the application."),
        icon="lock_open",
    ),
    Decision(
        name="conflict",
        label=_("I have a conflict"),
        action=reviewing.declare_conflict,
        permission="applications.score_review",
        target="review_id",
        form=ReasonForm,
        is_for=is_own,
        is_possible=lambda review: review.status in (ReviewStatus.ASSIGNED, ReviewStatus.SCORING),
        explain=_(
            "You leave this review permanently, and the person who assigned it is told. If you "
            "are not sure, declare a conflict."
        ),
        preview="admin/applications/_who_applies.html",
        preview_context=who_applies,
        done=_("Thank you for declaring this. Somebody else will review the application."),
        icon="front_hand",
        variant=ActionVariant.DANGER,
    ),
    Decision(
        name="remind",
        label=_("Remind"),
        action=remind_one,
        permission="applications.assign_review",
        target="review_id",
        is_possible=is_unfinished,
        explain=_(
            "The reviewer will get an e-mail with the reference. The same reminder can be sent once a day."
        ),
        done=reminded,
        icon="notifications",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="remind-ticked",
        label=_("Remind reviewers"),
        action=reviewing.remind,
        permission="applications.assign_review",
        target="review_ids",
        scope=Scope.ROWS,
        is_possible=is_unfinished,
        explain=_(
            "Each reviewer will get one e-mail listing their unfinished reviews among these. "
            "The same reminder can be sent once a day."
        ),
        done=reminded,
        icon="notifications",
    ),
    Decision(
        name="remind-all",
        label=_("Remind everyone with unfinished reviews"),
        action=reviewing.remind,
        permission="applications.assign_review",
        scope=Scope.LIST,
        is_possible=lambda _row: Review.objects.unfinished().exists(),
        explain=_(
            "Everybody with an unfinished review will get one e-mail with the references. The "
            "same reminder can be sent once a day."
        ),
        preview="admin/applications/_unfinished.html",
        preview_context=unfinished_reviewers,
        done=reminded,
        icon="notifications",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="take-back",
        label=_("Cancel assignment"),
        action=reviewing.take_back,
        permission="applications.assign_review",
        target="review_id",
        form=ReasonForm,
        is_possible=lambda review: review.can_move(ReviewStatus.WITHDRAWN),
        explain=_("The reviewer can no longer see the application. Anything they wrote stays on record."),
        icon="undo",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="reopen",
        label=_("Reopen"),
        action=marking.reopen,
        permission="applications.reopen_review",
        target="review_id",
        form=ReasonForm,
        is_possible=lambda review: review.status == ReviewStatus.SUBMITTED,
        explain=_(
            "The review stops counting until it is resubmitted. The reviewer will be told your reason."
        ),
        icon="lock_open",
        variant=ActionVariant.DEFAULT,
    ),
]
