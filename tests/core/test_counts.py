"""Counts that are asked for together say what each would say alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Count as Counted
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.counts import Count, count_together
from core.reference.models import Country, ExpertiseArea
from tests.builders.people import make_person

pytestmark = pytest.mark.django_db


def test_counts_together_are_those_of_each_in_one_query():
    querysets = {
        "all": Country.objects.all(),
        "filtered": Country.objects.filter(code__in=["FR", "DE", "XX"]),
        "none": Country.objects.none(),
        "impossible": Country.objects.filter(code__in=[]),
        "distinct": Country.objects.filter(borders_as_a__isnull=False).distinct(),
        "joined": Country.objects.filter(borders_as_a__isnull=False),
        "grouped": Country.objects.annotate(borders=Counted("borders_as_a")).filter(borders__gt=2),
        "sliced": Country.objects.order_by("-code")[3:8],
        "of another model": ExpertiseArea.objects.all(),
    }
    alone = {name: queryset.count() for name, queryset in querysets.items()}
    counts = {name: Count(queryset) for name, queryset in querysets.items()}

    with CaptureQueriesContext(connection) as queries:
        count_together(counts.values())
        found = {name: count.number for name, count in counts.items()}

    assert found == alone
    assert found["none"] == found["impossible"] == 0 < found["grouped"] < found["distinct"] < found["joined"]
    assert len(queries) == 1


def test_count_adds_up_its_querysets_and_what_is_known():
    several = Count(Country.objects.filter(code="FR"), Country.objects.filter(code="DE"), known=3)

    assert (several.number, Count(known=2).number, Count().number) == (5, 2, 0)


def people():
    return User.objects.filter(name="Ana")


def test_number_of_a_query_whose_sql_is_kept_is_always_that_of_now():
    numbers = []
    for _round in range(3):
        numbers.append(Count(people).number)
        make_person(f"ana{len(numbers)}@example.org", name="Ana")

    assert numbers == [0, 1, 2]
