"""Copied rows: each copy has what hangs on its original, and refers to copies where there are any."""

from __future__ import annotations

import pytest

from applications.models import Application, Member, Partner, Review, ReviewScore, Submission
from impact.benchmarks.copying import Copies
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.reviews import scored

pytestmark = pytest.mark.django_db


def test_copies_have_all_that_hangs_on_their_originals():
    originals = [scored(eligible(closed_call()), 4).application for _number in range(2)]
    copies = Copies(range(3), {})
    copies.of(
        Application.objects.all(),
        (Submission, "application"),
        (Member, "application"),
        (Partner, "application"),
        (Review, "application"),
        (ReviewScore, "review"),
    )
    copies.end()

    made = Application.objects.exclude(pk__in=[original.pk for original in originals])
    assert made.count() == 6
    for copy in made:
        (original,) = [row for row in originals if copy.reference.endswith(row.reference)]
        (review,) = copy.reviews.all()
        assert review.submission == copy.submissions.get()
        assert review.submission.sha256 == original.submissions.get().sha256
        assert copy.partners.count() == original.partners.count() > 1
        assert [row.score for row in review.scores.all()] == [
            row.score for row in original.reviews.get().scores.all()
        ]
        assert copy.members.get().user == original.members.get().user
