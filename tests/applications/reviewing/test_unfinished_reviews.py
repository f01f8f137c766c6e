"""What is being written is its reviewer's alone: each status of a review, for each role, in each place."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ReviewStatus
from applications.reviewing.actions import dossiers, marking, reviewing
from applications.reviewing.dossier import Contents
from applications.reviewing.sheets import Given, cells
from core.access_log.models import Access
from core.accounts.enums import Role
from core.files import tasks
from tests.applications.staff_of_roles import READERS, client_of, url
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import the_manager
from tests.builders.reviews import scoring
from tests.support import pdf

pytestmark = pytest.mark.django_db
REOPENED = "reopened"
STATUSES = [*(status.value for status in ReviewStatus if status != ReviewStatus.ASSIGNED), REOPENED]
WRITTEN = re.compile(r"(?:Part|Whole)-of-([a-z]+)")


@pytest.fixture(autouse=True)
def _alone(settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(tasks.make_due, "delay", lambda: None)


def written(application, status):
    """A review with scores and comments that name the status to which it was brought afterwards."""
    review = scoring(application)
    given = {c.pk: Given(3, f"Part-of-{status}") for c in application.call.criteria.all()}
    own = {"review_id": review.pk, "by": review.reviewer}
    marking.save_scores(**own, mine=cells(given, f"Whole-of-{status}"))
    match status:
        case ReviewStatus.SUBMITTED:
            marking.submit(**own)
        case ReviewStatus.CONFLICTED:
            reviewing.declare_conflict(**own, reason="My brother.")
        case ReviewStatus.WITHDRAWN:
            reviewing.take_back(review_id=review.pk, by=the_manager(), reason="Too many.")
        case "reopened":
            marking.submit(**own)
            marking.reopen(review_id=review.pk, by=the_manager(), reason="Typing error.")
    review.refresh_from_db()
    return review


@pytest.fixture
def reviews():
    call = closed_call()
    return {status: written(eligible(call), status) for status in STATUSES}


def told(client, address):
    """Of which statuses a page tells what was written."""
    answer = client.get(address, follow=True)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return set(WRITTEN.findall(content.decode())) if answer.status_code == 200 else set()


def opened():
    return set(Access.objects.filter(kind="opened").values_list("label", flat=True))


@pytest.mark.parametrize("role", [*Role, None])
def test_others_read_of_a_review_what_is_final(role, reviews):
    client, _user = client_of(role)
    final = {"submitted"} if role in READERS else set()

    pages = {
        (page, status): told(client, url("review", page, review.pk))
        for page in ("change", "history")
        for status, review in reviews.items()
    }
    lists = told(client, url("review", "changelist")) | told(client, url("review", "changelist") + "?q=Whole")
    exported = told(client, url("review", "export", "csv"))

    assert {place: found for place, found in pages.items() if found} == (
        {("change", "submitted"): final} if final else {}
    )
    assert lists == set()
    assert exported <= final
    assert exported == final or role is Role.ADMINISTRATOR
    assert opened() == set()


def test_reviewers_read_their_own_while_it_is_open_to_them(reviews):
    found, shown = {}, set()
    for status, review in reviews.items():
        client = Client()
        client.force_login(review.reviewer)
        found[status] = told(client, url("review", "change", review.pk))
        if any(review.application.reference in label for label in opened()):
            shown.add(status)

    is_open = {"scoring", "submitted", REOPENED}
    assert found == {status: {status} if status in is_open else set() for status in STATUSES}
    assert shown == is_open


def test_dossier_has_of_reviews_what_is_final(reviews):
    manager = the_manager()
    file = dossiers.request_for_applications(
        application_ids=[review.application_id for review in reviews.values()],
        by=manager,
        title="June panel",
        contents=Contents(),
    )
    tasks.make_due()
    file.refresh_from_db()

    client = Client()
    client.force_login(manager)
    fetched = client.get(reverse("admin:files_preparedfile_fetch", args=[file.pk]))

    words = pdf.words_of(pdf.read(b"".join(fetched.streaming_content)))
    assert set(WRITTEN.findall(words)) == {"submitted"}


def test_manager_gets_to_the_application_that_the_review_page_does_not_show(reviews):
    client, _user = client_of(Role.MANAGER)

    for status, review in reviews.items():
        page = client.get(url("review", "change", review.pk)).content.decode()
        assert url("application", "change", review.application_id) in page, status
        assert "Two banks of one river" not in page, status
