"""Totals of final reviews and the leniency of reviewers, worked out anew in a locked call."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from applications.models import Review, ReviewerLeniency
from applications.reviewing.ranking import leniencies


def write_totals(call_id: int, totals: Mapping[int, Decimal]) -> None:
    """Give final reviews of a locked call these totals, and all of its reviewers their leniency."""
    reviews = list(Review.objects.filter(pk__in=totals).only("pk"))
    for review in reviews:
        review.total = totals[review.pk]
    Review.objects.bulk_update(reviews, ["total"], batch_size=1000)
    refresh_leniencies(call_id)


def refresh_leniencies(call_id: int) -> None:
    """Work out anew how lenient each reviewer of a locked call is; the ranking reads these rows."""
    totals = list(
        Review.objects.final()
        .filter(application__call=call_id)
        .values_list("application_id", "reviewer_id", "total")
    )
    points = leniencies((a, r, float(total)) for a, r, total in totals if total is not None)
    rows = list(ReviewerLeniency.objects.filter(call=call_id))
    for row in rows:
        row.points = points.get(row.reviewer_id, 0.0)
        row.reviews = sum(reviewer == row.reviewer_id for _application, reviewer, _total in totals)
    ReviewerLeniency.objects.bulk_update(rows, ["points", "reviews"])
