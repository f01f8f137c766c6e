"""The e-mails about reviews; each names references only: a conflict is declared before all else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from applications.models import Review, ReviewChange
from core.accounts.models import User
from core.mail import actions as mail
from core.mail import links
from core.mail.models import Message

LIST = links.page("admin:applications_review_changelist")


def invite(review: Review, change: ReviewChange) -> None:
    """Ask for a review."""
    _about_one(review, change, template="applications/email/review_assigned")


def invite_to_several(changes: Sequence[ReviewChange]) -> None:
    """Ask one reviewer for several reviews in one letter.

    Args:
        changes: by which they were assigned, with `target` loaded; all of one reviewer.
    """
    reviews = [change.target for change in changes]
    reviewer = reviews[0].reviewer
    mail.post(
        template="applications/email/reviews_assigned",
        to=reviewer.email,
        context={"reviews": reviews, "link": LIST},
        dedupe_key=f"reviews:assigned:{reviewer.pk}:{changes[0].pk}",
        about=_about_all(reviewer),
        language=reviewer.language,
    )


def remind(reviews: Sequence[Review], *, occasion: str) -> bool:
    """Remind one reviewer of what is unfinished; once for each occasion.

    Args:
        reviews: unfinished ones of one reviewer, with application, call and reviewer loaded.
        occasion: part of the key, e.g. the day on which staff pressed the button.

    Returns:
        Whether the letter is new.
    """
    reviewer = reviews[0].reviewer
    key = f"reviews:reminder:{reviewer.pk}:{occasion}"
    is_new = not Message.objects.with_keys([key]).exists()
    mail.post(
        template="applications/email/review_reminder",
        to=reviewer.email,
        context={"reviews": reviews, "link": LIST},
        dedupe_key=key,
        about=_about_all(reviewer),
        language=reviewer.language,
    )
    return is_new


def tell_reopened(review: Review, change: ReviewChange) -> None:
    _about_one(review, change, template="applications/email/review_reopened", reason=change.reason)


def report_conflict(review: Review, change: ReviewChange) -> None:
    """Tell the person who assigned the review that somebody else is needed."""
    mail.post(
        template="applications/email/review_conflict",
        to=review.assigned_by.email,
        context={"review": review, "reason": change.reason, "link": _link(review.application)},
        dedupe_key=_key(review, change),
        about=review.application.about,
        language=review.assigned_by.language,
    )


def _about_one(review: Review, change: ReviewChange, *, template: str, **context: Any) -> None:
    mail.post(
        template=template,
        to=review.reviewer.email,
        context={"review": review, "link": _link(review), **context},
        dedupe_key=_key(review, change),
        about=review.application.about,
        language=review.reviewer.language,
    )


def _about_all(reviewer: User) -> str:
    """Return what an e-mail about several reviews is about: work, and not an account alone."""
    return f"reviewer:{reviewer.pk}"


def _key(review: Review, change: ReviewChange) -> str:
    return f"review:{review.pk}:change:{change.pk}"


def _link(row: Model) -> str:
    options = row._meta
    return links.page(f"admin:{options.app_label}_{options.model_name}_change", row.pk)
