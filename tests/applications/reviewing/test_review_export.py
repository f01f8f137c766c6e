"""The export of reviews: what is final, with its scores; nothing of what others still write; no formula."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from applications.reviewing.actions import marking
from applications.reviewing.sheets import Given, cells
from core.access_log.models import Access
from core.accounts.enums import Role
from core.files.models import PreparedFile
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scored, scoring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def url(kind="csv", query=""):
    return reverse("admin:applications_review_export", args=[kind]) + query


def table(user, query=""):
    content = as_(user).get(url(query=query)).content.decode("utf-8-sig")
    return {row["Reference"]: row for row in csv.DictReader(io.StringIO(content))}


def with_formula(review):
    """Submit a review whose comments would calculate."""
    criteria = review.application.call.criteria.all()
    given = {criterion.pk: Given(3, "@SUM(A1)") for criterion in criteria}
    marking.save_scores(review_id=review.pk, by=review.reviewer, mine=cells(given, "=1+1"))
    marking.submit(review_id=review.pk, by=review.reviewer)


def test_export_holds_scores_and_comments_of_final_reviews_alone():
    call = closed_call(weights={"need": 60, "partnership": 40})
    done, under_way = eligible(call), eligible(call)
    final, written = scored(done, 5, 0), scoring(under_way)
    written.scores.filter(criterion__code="need").update(score=4, comment="Not yet.")
    type(written).objects.filter(pk=written.pk).update(comment="To be continued.")
    need, partnership = (str(criterion.title) for criterion in call.criteria.all())

    rows = table(person(Role.MANAGER))

    full, empty = rows[done.reference], rows[under_way.reference]
    assert full["Reviewer"] == final.reviewer.get_full_name()
    assert (full["Status"], full["Weighted score (0 to 100)"]) == ("Submitted", "60.00")
    assert (full[need], full[f"{need}: comment"]) == ("5", "Because of need.")
    assert (full[partnership], full["Overall comment"]) == ("0", "Sound.")
    blank = ["Version", "Weighted score (0 to 100)", "Overall comment", need, f"{need}: comment"]
    assert [empty[title] for title in blank] == [""] * len(blank)


def test_export_leaves_out_what_others_said_of_an_application_that_one_still_scores():
    call = closed_call()
    hidden, seen = eligible(call), eligible(call)
    scored(hidden, 5, 4), scored(seen, 1, 1)
    manager = person(Role.MANAGER)
    mine = scoring(hidden, manager)

    rows = table(manager)

    assert rows.keys() == {hidden.reference, seen.reference}
    assert rows[hidden.reference]["Reviewer"] == mine.reviewer.get_full_name()
    assert "Because of need." not in rows[hidden.reference].values()


def test_export_keeps_to_the_filters_and_is_on_record():
    call = closed_call()
    done, under_way = eligible(call), eligible(call)
    scored(done, 5, 4), scoring(under_way)
    auditor = person(Role.AUDITOR)

    rows = table(auditor, "?status__exact=submitted")

    assert rows.keys() == {done.reference}
    assert [(entry.kind, entry.by) for entry in Access.objects.all()] == [("exported", auditor)]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMMUNICATIONS, Role.ADMINISTRATOR])
def test_export_is_refused_to_others_and_leaves_no_record(role):
    user = person(role)
    scoring(eligible(closed_call()), user if role == Role.REVIEWER else None)

    assert as_(user).get(url()).status_code == 403
    assert not Access.objects.exists()


def test_formula_in_a_comment_is_neutralised():
    call = closed_call()
    application = eligible(call)
    review = scoring(application)
    with_formula(review)
    (need, *_others) = call.criteria.all()

    row = table(person(Role.MANAGER))[application.reference]

    assert row["Overall comment"] == "'=1+1"
    assert row[f"{need.title}: comment"] == "'@SUM(A1)"


def test_large_export_is_made_in_the_background(settings):
    settings.EXPORT_ROWS_AT_ONCE = 1
    call = closed_call()
    scored(eligible(call), 5, 4), scored(eligible(call), 1, 1)

    response = as_(person(Role.MANAGER)).post(url("xlsx"))

    assert response["Location"] == PreparedFile.objects.get().get_absolute_url()


def test_query_count_of_the_export_is_constant(django_assert_num_queries, django_assert_max_num_queries):
    call = closed_call()
    scored(eligible(call), 5, 4)
    client = as_(person(Role.MANAGER))
    client.get(url())
    with django_assert_max_num_queries(25) as few:
        client.get(url())
    for _more in range(4):
        scored(eligible(call), 3, 3)

    with django_assert_num_queries(len(few.captured_queries)):
        assert client.get(url()).content.count(b"Sound.") == 5
