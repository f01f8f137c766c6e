"""The pages of an application: who may see and change them, when, and what they say."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.enums import ApplicationStatus, MemberRole
from core.mail import actions as mail
from core.mail.models import Message
from tests.builders.applications import (
    FREIBURG,
    ORTENAU,
    STRASBOURG,
    answer,
    bring_to,
    lead_of,
    member,
    partner,
    ready,
    returned,
    started,
    submit,
)
from tests.builders.people import person
from tests.support.applicant_forms import logged_in, send, typed, url
from tests.support.caching import empty_caches
from tests.support.forms import press

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return started()


@pytest.fixture
def lead(application):
    return logged_in(lead_of(application))


@pytest.mark.parametrize(
    "rest", ["", "territory/", "documents/", "check/", "history/", "people/", "withdraw/"]
)
def test_foreign_application_is_not_found_and_the_public_must_log_in(application, rest):
    address = f"/applications/{application.public_id}/{rest}"
    assert logged_in(person()).get(address).status_code == 404
    asked = Client().get(address)
    assert (asked.status_code, asked.headers["Location"].split("?")[1]) == (302, f"next={address}")


def test_unknown_section_is_not_found(application, lead):
    assert lead.get(f"/applications/{application.public_id}/nonsense/").status_code == 404


def test_reader_sees_the_section_and_cannot_save(application):
    reader = logged_in(member(application, MemberRole.VIEW))
    page = reader.get(url(application, "territory"))
    assert "You can view this application" in page.content.decode()
    assert "<fieldset disabled" in page.content.decode()
    refused = press(reader, url(application, "territory"), typed(page) | {"title": "X"})
    assert "You can view this application" in refused.content.decode()
    application.refresh_from_db()
    assert application.title == ""


def test_question_of_staff_names_and_links_the_sections_that_are_open():
    application = ready()
    submit(application)
    returned(application, "support", question="Who?")
    client, address = logged_in(lead_of(application)), f"/applications/{application.public_id}/"

    overview = client.get(address)
    [(title, address_of_section)] = overview.context["asked_sections"]
    assert (str(title), address_of_section) == ("Support wanted", url(application, "support"))
    assert "Sections that you can change to answer:" in overview.content.decode()
    assert client.get(f"{address}check/").content.decode().count("Change<span") == 1


def test_version_of_a_withdrawn_application_counts_no_more():
    application = ready()
    submit(application)
    client = logged_in(lead_of(application))
    receipt = f"/applications/{application.public_id}/versions/1/"
    assert "This is the version that counts." in client.get(receipt).content.decode()

    client.post(f"/applications/{application.public_id}/withdraw/", {"reason": "", "is_sure": "on"})
    application.refresh_from_db()
    assert application.status == ApplicationStatus.WITHDRAWN
    assert "This is the version that counts." not in client.get(receipt).content.decode()


def test_reader_is_led_to_nothing_that_only_writers_may_do():
    application = ready()
    submit(application)
    answer(application, {"title": "Other"})
    reader = logged_in(member(application, MemberRole.VIEW))
    address = f"/applications/{application.public_id}/"

    overview, check = (reader.get(f"{address}{rest}").content.decode() for rest in ("", "check/"))
    # The one link to the page of submitting stands beside the unsent changes.
    assert overview.count(f'href="{address}check/"') == check.count(f'href="{address}check/"') == 1
    assert f'href="{address}people/"' in overview
    assert "Change<span" not in check
    assert "Change<span" in logged_in(lead_of(application)).get(f"{address}check/").content.decode()
    assert "Leave" in reader.get(f"{address}people/").content.decode()


def test_clarification_opens_the_named_sections_only():
    application = ready()
    submit(application)
    application.call.closes_at = timezone.now() - timedelta(days=2)
    application.call.save(update_fields=["closes_at"])
    returned(application, "territory", question="Which towns?")
    client = logged_in(lead_of(application))
    assert send(client, application, "territory", title="Clearer").status_code == 302
    assert "Which towns?" in client.get(application.get_absolute_url()).content.decode()
    sent = typed(client.get(url(application, "challenges"))) | {"ambition": "Other"}
    client.post(url(application, "challenges"), sent)
    application.refresh_from_db()
    assert (application.title, application.answers.get("ambition")) == ("Clearer", "One network of care.")


def test_grace_is_carried_from_a_section_to_the_submission():
    application = ready()
    client = logged_in(lead_of(application))
    sent = typed(client.get(url(application, "territory")))
    application.call.closes_at = timezone.now()
    application.call.save(update_fields=["closes_at"])

    saved = client.post(url(application, "territory"), sent | {"title": "Last minute", "save_exit": "1"})
    overview = client.get(saved.headers["Location"])
    check = f"/applications/{application.public_id}/check/"
    opened = overview.context["carried"]
    assert f"{check}{opened}".replace("&", "&amp;") in overview.content.decode()
    page = client.get(check + opened)
    done = client.post(check, typed(page))
    assert done.headers["Location"].endswith("/versions/1/")


def test_late_form_opened_after_closing_is_refused_with_its_time():
    application = ready()
    application.call.closes_at = timezone.now() - timedelta(minutes=1)
    application.call.save(update_fields=["closes_at"])
    client = logged_in(lead_of(application))
    check = f"/applications/{application.public_id}/check/"
    page = client.get(check)
    refused = client.post(check, typed(page))
    assert refused.status_code == 409
    assert "the call was closed" in refused.content.decode()
    assert application.attempts.get().outcome == "closed"


def test_check_page_links_what_is_missing_and_hides_the_button(application, lead):
    page = lead.get(f"/applications/{application.public_id}/check/").content.decode()
    assert f'{url(application, "territory")}#id_title"' in page
    assert 'name="submit"' not in page


def test_receipt_and_history_over_http():
    application = ready()
    client = logged_in(lead_of(application))
    check = f"/applications/{application.public_id}/check/"
    receipt = client.post(check, typed(client.get(check)), follow=True)
    html = receipt.content.decode()
    submission = application.submissions.get()
    for expected in (application.reference, submission.sha256, "(Brussels time)", "versions/1/pdf/"):
        assert expected in html
    assert "Everything here has been submitted." in client.get(check).content.decode()
    again = client.post(check, typed(client.get(check)), follow=True)
    assert "Nothing has changed since this version" in again.content.decode()
    history = client.get(f"/applications/{application.public_id}/history/").content.decode()
    assert history.count("(Version 1)") == 2
    pdf = client.get(f"/applications/{application.public_id}/versions/1/pdf/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")
    assert (
        logged_in(person()).get(f"/applications/{application.public_id}/versions/1/pdf/").status_code == 404
    )


def test_versions_are_compared_answer_by_answer():
    application = ready()
    submit(application)
    answer(application, {"title": "Upper Rhine for ever"})
    submit(application)
    page = logged_in(lead_of(application)).get(f"/applications/{application.public_id}/versions/2/")
    assert [(d.before.text, d.after.text) for d in page.context["differences"]] == [
        ("Upper Rhine", "Upper Rhine for ever")
    ]


def test_unsent_changes_are_said_on_every_page():
    application = ready()
    submit(application)
    answer(application, {"title": "Other"})
    client = logged_in(lead_of(application))
    for rest in ("", "territory/", "documents/", "people/"):
        page = client.get(f"/applications/{application.public_id}/{rest}").content.decode()
        assert "You have unsubmitted changes." in page
    assert "Some changes have not been submitted." in client.get("/applications/").content.decode()


@pytest.mark.parametrize("status", ["eligible", "ineligible", "selected", "reserve", "not_selected"])
def test_verdict_is_not_shown_before_its_letter(status):
    application = ready()
    submit(application)
    bring_to(application, status)
    page = logged_in(lead_of(application)).get(application.get_absolute_url())
    assert page.context["application"].shown_status == ApplicationStatus.SUBMITTED
    mail.release(keys=list(Message.objects.held().values_list("dedupe_key", flat=True)))
    page = logged_in(lead_of(application)).get(application.get_absolute_url())
    expected = "submitted" if status == "eligible" else status
    assert page.context["application"].shown_status == expected


def count(client, address):
    """Count the queries of a page as the first one to ask, with nothing cached."""
    empty_caches()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_ask_the_database_as_often_for_many_rows_as_for_few():
    application = ready()
    client = logged_in(lead_of(application))
    pages = [
        f"/applications/{application.public_id}/{rest}" for rest in ("", "partnership/", "check/", "people/")
    ]
    few = [count(client, address) for address in pages]
    rows = {f"partners.{uuid4().hex}": partner(unit) for unit in (FREIBURG, STRASBOURG, ORTENAU) * 4}
    answer(application, rows)
    assert [count(client, address) for address in pages] == few


def test_list_of_applications_asks_as_often_for_many_as_for_few():
    application = ready()
    lead = lead_of(application)
    client = logged_in(lead)
    few = count(client, "/applications/")
    for _more in range(5):
        more = ready(application.call, lead=lead)
        submit(more)
        # Of those with a decision it asks whether their letter has left.
        bring_to(more, "ineligible")
    assert count(client, "/applications/") == few
