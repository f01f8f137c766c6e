"""A single review is its reviewer's: others neither read nor guess it."""

import pytest
from django.test import Client

from core.accounts.enums import Role
from tests.applications.staff_of_roles import (
    READERS,
    REASON,
    client_of,
    decide,
    everything,
    url,
    with_document,
)
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.reviews import assigned, review_at, scoring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_review_of_another_is_not_there_for_reviewers():
    review = scoring(eligible(closed_call()))

    for role in (*Role, None):
        client, _user = client_of(role)
        page = client.get(url("review", "change", review.pk)).status_code
        sheet = client.get(url("review", "score", review.pk)).status_code
        if role in READERS:
            assert (page, sheet in (403, 404)) == (200, True), role
        elif role is Role.REVIEWER:
            assert (page, sheet) == (404, 404)
        else:
            assert page in (302, 403, 404), role
            assert sheet in (302, 403, 404), role


def test_declaration_is_the_reviewers_own():
    review = assigned(eligible(closed_call()))

    for role in (*Role, None):
        client, _user = client_of(role)
        before = everything()
        for name in ("no-conflict", "conflict"):
            response = client.post(decide(review, name), {"declares": "on", **REASON})
            assert response.status_code in (302, 403, 404), (role, name)
            assert everything() == before, (role, name)


def test_score_sheet_is_the_reviewers_own():
    review = scoring(eligible(closed_call()))
    scores = {f"score_{criterion.pk}": "5" for criterion in review.application.call.criteria.all()}

    for role in (*Role, None):
        client, _user = client_of(role)
        before = everything()
        response = client.post(url("review", "score", review.pk), scores | {"submit": ""})
        assert response.status_code in (302, 403, 404), role
        assert everything() == before, role


def test_reviewer_guesses_no_application_and_no_document():
    mine = scoring(eligible(closed_call()))
    other = with_document(eligible(closed_call()))
    client = Client()
    client.force_login(mine.reviewer)

    addresses = [
        url("application", "change", mine.application_id),
        url("application", "change", other.application_id),
        url("application", "document", other.application_id, other.public_id),
        url("review", "document", mine.pk, other.public_id),
        url("application", "export", "csv"),
        url("rankedapplication", "changelist"),
    ]

    assert [client.get(address).status_code for address in addresses] == [403, 403, 403, 404, 403, 403]


@pytest.mark.parametrize(
    ("status", "code"),
    [("assigned", 404), ("scoring", 200), ("submitted", 200), ("conflicted", 404), ("withdrawn", 404)],
)
def test_reviewer_reads_documents_only_after_declaring(status, code):
    application = eligible(closed_call())
    document = with_document(application)
    review = review_at(application, status)
    client = Client()
    client.force_login(review.reviewer)

    response = client.get(url("review", "document", review.pk, document.public_id))

    assert response.status_code == code
    if response.streaming:
        assert b"".join(response.streaming_content) == b"%PDF"


def test_reviewer_list_holds_the_own_reviews_only():
    mine, other = assigned(eligible(closed_call())), assigned(eligible(closed_call()))
    client = Client()
    client.force_login(mine.reviewer)

    page = client.get(url("review", "changelist")).content.decode()

    assert mine.application.reference in page
    assert other.application.reference not in page
