"""Verdicts as staff give them on pages: alone, in bulk, against a warning; questions to applicants."""

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from applications.applying.eligibility import check_submission
from applications.calls import eligibility
from applications.models import Application
from core.accounts.enums import Role
from tests.applications.staff_clients import as_, decide, url
from tests.builders.applications import DOUBTFUL, submitted
from tests.builders.calls import closed_call
from tests.support.mailbox import mails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_eligible_decision_moves_and_is_logged():
    application = submitted(closed_call())
    client = as_(Role.MANAGER)

    page = client.get(decide(application, "eligible"))
    client.post(decide(application, "eligible"), {"reason": ""})

    assert "Automatic checks" in page.content.decode()
    application.refresh_from_db()
    assert application.status == "eligible"
    assert application.changes.last().by == client.user


def test_verdict_against_a_warning_needs_a_reason():
    application = submitted(closed_call(), units=DOUBTFUL)
    client = as_(Role.MANAGER)

    refused = client.post(decide(application, "eligible"), {"reason": ""})
    application.refresh_from_db()
    assert (refused.status_code, application.status) == (200, "submitted")
    assert "Say why the application is eligible" in refused.content.decode()

    client.post(decide(application, "eligible"), {"reason": "A twin region."})
    application.refresh_from_db()
    assert application.status == "eligible"


def test_bulk_verdict_is_for_those_whose_checks_agree_and_names_the_others():
    call = closed_call()
    clear, doubtful, also_clear = submitted(call), submitted(call, units=DOUBTFUL), submitted(call)
    keys = [row.pk for row in (clear, doubtful, also_clear)]
    client = as_(Role.MANAGER)

    page = client.post(url("application"), {"action": "eligible", "_selected_action": keys}).content.decode()
    done = client.post(
        url("application", "decide_many", "eligible"),
        {"targets": ",".join(map(str, keys)), "reason": "All of them."},
        follow=True,
    ).content.decode()

    assert page.count("Not changed: not every automatic check agrees.") == 1
    assert page.count("Automatic checks of") == 3
    status = dict(Application.objects.values_list("pk", "status"))
    assert [status[key] for key in keys] == ["eligible", "submitted", "eligible"]
    assert "Declare eligible: 2 rows done." in done
    words = "Not every check is met. Decide on this application separately and say why it is eligible."
    assert f"{doubtful.reference} Upper Rhine: {words}" in done
    # The evidence stands in the refusal, and no word of one verdict is put on record for another.
    doubts = eligibility.doubts(check_submission(doubtful.submissions.get().snapshot))
    assert all(check.text in html.unescape(done) for check in doubts)
    assert doubtful.changes.last().to_status == "submitted"
    assert clear.changes.last().reason == ""


def test_bulk_verdict_where_no_check_agrees_changes_nothing():
    call = closed_call()
    doubtful = [submitted(call, units=DOUBTFUL) for _number in range(2)]
    targets = ",".join(str(row.pk) for row in doubtful)

    response = as_(Role.MANAGER).post(url("application", "decide_many", "eligible"), {"targets": targets})

    assert response.status_code == 409
    assert all(row.reference in response.content.decode() for row in doubtful)
    assert set(Application.objects.values_list("status", flat=True)) == {"submitted"}


def test_refusal_is_no_verdict_in_bulk():
    call = closed_call()
    rows = [submitted(call) for _number in range(2)]
    targets = ",".join(str(row.pk) for row in rows)
    client = as_(Role.MANAGER)

    address = url("application", "decide_many", "ineligible")
    response = client.post(address, {"targets": targets, "reason": "No."})

    assert response.status_code == 404
    assert "Declare not eligible" not in client.get(url("application")).content.decode()
    assert set(Application.objects.values_list("status", flat=True)) == {"submitted"}


def test_verdict_page_has_the_evidence_of_each_check_beside_the_verdict():
    application = submitted(closed_call(), units=["FR101", "DE134"], lead_type="euroregion")
    client = as_(Role.MANAGER)

    pages = [
        client.get(url("application", "change", application.pk)).content.decode(),
        client.get(decide(application, "eligible")).content.decode(),
        client.get(decide(application, "ineligible")).content.decode(),
    ]

    checks = check_submission(application.submissions.get().snapshot)
    assert len(checks) > 1
    for page in pages:
        assert all(check.text in html.unescape(page) for check in checks)
        assert all(str(check.outcome.label) in page for check in checks)


def test_clarification_is_asked_with_sections_and_deadline():
    application = submitted(closed_call())
    due = (timezone.localtime() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")

    as_(Role.MANAGER).post(
        decide(application, "return"),
        {"sections": ["partnership"], "question": "Who leads?", "due_at": due},
    )

    application.refresh_from_db()
    question = application.clarifications.get()
    assert application.status == "returned"
    assert (question.sections, question.question) == (["partnership"], "Who leads?")
    assert timezone.localtime(question.due_at).strftime("%Y-%m-%dT%H:%M") == due
    assert [name for name, _to, _status in mails()] == ["returned"]
