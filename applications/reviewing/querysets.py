"""How applications stand in their reviews, in rows that PostgreSQL aggregates, and who may review."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, TypedDict

from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from applications.enums import IN_RANKING, NOT_COUNTING, OPEN_REVIEWS, ReviewStatus
from applications.models import Application, Review, ReviewScore, Submission
from core.accounts.enums import Role
from core.accounts.models import User
from core.annotating import ReadWith


class Scores(TypedDict):
    """What the ranking shows of an application; totals are points from 0 to 100, of final reviews alone.

    Attributes:
        is_blind: the reader has a review of it that is not final. Then the three totals are None, so that
            no column, order, filter or export tells what others scored.
        reviews_asked: how many reviews count.
        reviews_final: how many of them are final.
        mean_total: the mean.
        adjusted_total: the mean, less the reviewers' leniency.
        spread: between the highest and the lowest total.
    """

    is_blind: bool
    reviews_asked: int
    reviews_final: int
    mean_total: Decimal | None
    adjusted_total: float | None
    spread: Decimal | None


class Workload(TypedDict):
    open_reviews: int
    is_reviewer: bool


class SubmittedTitle(TypedDict):
    submitted_title: str


ScoredApplication = ReadWith[Application, Scores]
Assignable = ReadWith[User, Workload]
TitledReview = ReadWith[Review, SubmittedTitle]


def with_scores(applications: QuerySet[Application], user: User | None = None) -> QuerySet[ScoredApplication]:
    """Add `Scores`, as `user` may read them."""
    total = Cast("reviews__total", FloatField())
    return applications.annotate(
        is_blind=Exists(Review.objects.open_for(user).filter(application=OuterRef("pk"))),
        reviews_asked=Count("reviews", ~Q(reviews__status__in=NOT_COUNTING)),
        reviews_final=Count("reviews", Q(reviews__status=ReviewStatus.SUBMITTED)),
        mean_total=_unless_blind(Avg("reviews__total")),
        adjusted_total=_unless_blind(Avg(total - F("reviews__leniency__points"))),
        spread=_unless_blind(Max("reviews__total") - Min("reviews__total")),
    )


def criterion_mean(criterion_id: int) -> Case:
    """Return the mean score for a criterion, of rows that `with_scores` has read; None where hidden."""
    scores = ReviewScore.objects.filter(
        review__application=OuterRef("pk"), criterion=criterion_id, review__total__isnull=False
    )
    means = scores.order_by().values("review__application").annotate(mean=Avg("score"))
    return _unless_blind(Subquery(means.values("mean")))


def ranked_totals(calls: Collection[int], user: User) -> QuerySet[Any, tuple[int, int, Decimal]]:
    """Return call, key and mean total of all in the ranking of some calls, as `user` may read them.

    Those that were withdrawn or are not eligible have no place in it.
    """
    rows = Application.objects.filter(call__in=calls, status__in=IN_RANKING)
    return with_scores(rows, user).exclude(mean_total=None).order_by().values_list("call", "pk", "mean_total")


def below_threshold(user: User | None = None) -> QuerySet[ReviewScore, dict[str, int]]:
    """Return the keys of applications with a mean score, for some criterion, below its threshold.

    Those of which `user` still has a review to finish are not among them.
    """
    low = (
        ReviewScore.objects.filter(review__status=ReviewStatus.SUBMITTED)
        .values("review__application", "criterion")
        .annotate(mean=Avg("score"))
        .filter(mean__lt=F("criterion__threshold"))
    )
    own = Review.objects.open_for(user).values("application")
    return low.exclude(review__application__in=own).values("review__application")


def with_submitted_title(reviews: QuerySet[Review]) -> QuerySet[TitledReview]:
    """Add `submitted_title`, of the application's last version."""
    versions = Submission.objects.filter(application=OuterRef("application")).order_by("-number")
    return reviews.annotate(submitted_title=Subquery(versions.values("title")[:1]))


def reviewers() -> QuerySet[Assignable]:
    """Return the people who may score, the least burdened first.

    With `open_reviews`, and `is_reviewer` for those whose role it is: managers may score as well.
    """
    waiting = Q(reviews__status__in=OPEN_REVIEWS)
    people: QuerySet[User] = User.objects.staff().filter(
        groups__permissions__codename="score_review",
        groups__permissions__content_type__app_label="applications",
    )
    has_role = Exists(User.objects.with_role(Role.REVIEWER).filter(pk=OuterRef("pk")))
    counted = people.annotate(open_reviews=Count("reviews", waiting, distinct=True), is_reviewer=has_role)
    return counted.order_by("open_reviews", "name", "email")


def _unless_blind(total: Combinable) -> Case:
    return Case(When(is_blind=True, then=None), default=total)
