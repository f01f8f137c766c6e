"""Before and after of what staff edit: kept from the first version on, and by PostgreSQL itself."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from applications.models import Call, Criterion, PilotRegion, ReviewerProfile, ReviewScore
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.reviews import scored

pytestmark = pytest.mark.django_db


def test_edit_of_a_criterion_keeps_before_and_after():
    criterion = closed_call().criteria.first()
    criterion.threshold = 1
    criterion.save()

    after, before = criterion.history.all()

    assert (before.threshold, after.threshold) == (3, 1)


@pytest.mark.parametrize("model", [Call, Criterion])
def test_what_migrations_wrote_has_a_first_version(model):
    for row in model.objects.all():
        (version,) = row.history.all()
        assert version.history_type == "+"
        assert (version.title, version.pk > 0) == (row.title, True)


@pytest.mark.parametrize("model", [Call, Criterion, ReviewScore, PilotRegion, ReviewerProfile])
def test_versions_carry_the_trigger_that_keeps_them(model):
    triggers = [trigger.name for trigger in model.history.model._meta.triggers]
    assert triggers == [f"historical{model._meta.model_name}_append_only"]


def test_version_of_a_score_cannot_be_changed():
    scored(eligible(closed_call()), 4, 3)
    versions = ReviewScore.history

    for change in (lambda: versions.update(score=1), lambda: versions.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
