"""Who saw what: one entry for each opening and download by staff, which nobody can change."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access_log.actions import record
from core.access_log.models import Access
from core.accounts.enums import Role
from tests.applications.staff_of_roles import with_document
from tests.builders.applications import eligible, resubmit, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scoring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def url(model, page, *args):
    return reverse(f"admin:applications_{model}_{page}", args=args)


def download(client, address):
    return b"".join(client.get(address).streaming_content)


def entries():
    return [(e.by, e.kind, e.about, e.detail) for e in Access.objects.order_by("pk")]


def key(application):
    return f"applications.application:{application.pk}"


def test_each_opening_of_an_application_is_one_entry_with_its_version():
    application = submitted(closed_call())
    resubmit(application, title="Second title")
    manager = person(Role.MANAGER)
    client = as_(manager)

    client.get(url("application", "change", application.pk))
    client.get(url("application", "change", application.pk) + "?version=1")

    assert entries() == [
        (manager, "opened", key(application), "version 2"),
        (manager, "opened", key(application), "version 1"),
    ]


def test_page_that_is_refused_leaves_no_entry():
    application = eligible(closed_call())
    review = assigned(application)

    as_(person(Role.COMMUNICATIONS)).get(url("application", "change", application.pk))
    as_(review.reviewer).get(url("review", "change", review.pk))
    as_(person(Role.REVIEWER)).get(url("review", "score", review.pk))

    assert entries() == []


def test_reviewer_who_opens_the_score_sheet_is_on_record():
    review = scoring(eligible(closed_call()))

    as_(review.reviewer).get(url("review", "score", review.pk))

    assert entries() == [(review.reviewer, "opened", key(review.application), "version 1")]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_download_of_a_document_and_of_a_pdf_is_on_record(role):
    document = with_document(submitted(closed_call()))
    application = document.application
    user = person(role)
    client = as_(user)

    download(client, url("application", "document", application.pk, document.public_id))
    download(client, url("application", "pdf", application.pk, 1))

    assert entries() == [
        (user, "downloaded", key(application), "letter.pdf"),
        (user, "downloaded", key(application), f"{application.reference}-v1.pdf"),
    ]


def test_public_addresses_put_staff_on_record_and_not_the_applicants():
    document = with_document(submitted(closed_call()))
    application = document.application
    applicant = application.members.get().user
    manager = person(Role.MANAGER)
    addresses = [
        reverse("applications:document", args=[application.public_id, document.public_id]),
        reverse("applications:version_pdf", args=[application.public_id, 1]),
    ]

    for user in (applicant, manager):
        for address in addresses:
            assert download(as_(user), address)

    assert [(by, kind) for by, kind, _about, _detail in entries()] == [(manager, "downloaded")] * 2


def test_database_refuses_to_change_or_delete_an_entry():
    record(by=person(Role.MANAGER), kind="opened", label="Something")

    for change in (lambda: Access.objects.update(label="x"), lambda: Access.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert Access.objects.get().label == "Something"


def test_application_shows_who_saw_it_to_those_who_may_know():
    application = submitted(closed_call())
    record(by=person(Role.MANAGER, name="Ada Curious"), kind="opened", target=application)

    page = as_(person(Role.AUDITOR)).get(url("application", "change", application.pk)).content.decode()

    assert "Access log" in page
    assert "Ada Curious" in page


@pytest.mark.parametrize("role", [*Role])
def test_list_is_for_managers_auditors_and_administrators(role):
    response = as_(person(role)).get(reverse("admin:access_access_changelist"))

    allowed = role in {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
    assert response.status_code == (200 if allowed else 403)


def test_list_filters_by_kind_person_and_time_and_searches():
    ana, ben = person(Role.MANAGER), person(Role.MANAGER)
    record(by=ana, kind="opened", label="IMPACT-1")
    record(by=ben, kind="exported", label="Applications")
    address = reverse("admin:access_access_changelist")
    client = as_(person(Role.AUDITOR))

    def shown(query):
        rows = client.get(address + query).context_data["cl"].result_list
        return sorted(row.label for row in rows)

    assert shown("") == ["Applications", "IMPACT-1"]
    assert shown("?kind__exact=exported") == ["Applications"]
    assert shown(f"?by__id__exact={ana.pk}") == ["IMPACT-1"]
    assert shown("?q=IMPACT-1") == ["IMPACT-1"]
    assert shown("?at__year=2000") == []


def test_list_queries_do_not_grow_with_the_entries():
    client = as_(person(Role.AUDITOR))
    address = reverse("admin:access_access_changelist")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    record(by=person(Role.MANAGER), kind="opened", label="One")
    queries()
    few = queries()
    for number in range(20):
        record(by=person(Role.MANAGER), kind="opened", label=f"More {number}")

    assert queries() == few
