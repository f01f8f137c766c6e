"""Submission: idempotent, immutable, on record, in time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from applications.applying import pdf, snapshots
from applications.enums import ApplicationStatus, AttemptOutcome, MemberRole
from applications.models import Application, Submission, SubmissionAttempt, SubmissionPdf
from core.mail.models import Message
from tests.builders.applications import (
    FREIBURG,
    ORTENAU,
    STRASBOURG,
    answer,
    bring_to,
    lead_of,
    member,
    ready,
    returned,
    started,
    submit,
)
from tests.builders.people import person
from tests.support.applicant_forms import typed

pytestmark = pytest.mark.django_db


def outcomes(application):
    return list(application.attempts.order_by("pk").values_list("outcome", flat=True))


def close(application, **ago):
    call = application.call
    call.closes_at = timezone.now() - timedelta(**ago)
    call.save(update_fields=["closes_at"])


def test_submit_makes_a_version_whose_hash_can_be_checked():
    application = ready()
    attempt = submit(application)
    assert attempt.outcome == AttemptOutcome.ACCEPTED
    stored = Submission.objects.get()
    assert (stored.number, stored.submitted_by) == (1, lead_of(application))
    assert snapshots.sha256_of(stored.snapshot) == stored.sha256
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED
    assert not application.has_unsent_changes


def test_submit_sends_one_receipt_with_reference_hash_and_zone():
    application = ready()
    submission = submit(application).submission
    receipt = Message.objects.get(template="applications/email/receipt")
    assert receipt.to == lead_of(application).email
    assert application.reference in receipt.subject
    for expected in (
        submission.sha256,
        "(Brussels time)",
        f"/applications/{application.public_id}/versions/1/",
    ):
        assert expected in receipt.body


def test_submit_by_a_colleague_tells_the_lead_too():
    application = ready()
    colleague = member(application, MemberRole.EDIT)
    submit(application, by=colleague)
    receipts = Message.objects.filter(template="applications/email/receipt")
    assert set(receipts.values_list("to", flat=True)) == {colleague.email, lead_of(application).email}


def test_submit_again_without_a_change_is_the_same_version():
    application = ready()
    first, second = submit(application), submit(application)
    assert second.outcome == AttemptOutcome.UNCHANGED
    assert second.submission == first.submission
    assert outcomes(application) == ["accepted", "unchanged"]
    assert Message.objects.filter(template="applications/email/receipt").count() == 1


def test_submit_after_a_change_makes_the_next_version():
    application = ready()
    submit(application)
    answer(application, {"title": "Upper Rhine for ever"})
    application.refresh_from_db()
    assert application.has_unsent_changes
    assert submit(application).submission.number == 2
    application.refresh_from_db()
    assert not application.has_unsent_changes
    assert [s.snapshot["sections"][0]["questions"][0]["value"] for s in application.submissions.all()] == [
        "Upper Rhine for ever",
        "Upper Rhine",
    ]


def test_submit_after_changing_back_leaves_nothing_unsent():
    application = ready()
    submit(application)
    answer(application, {"title": "Other"})
    answer(application, {"title": "Upper Rhine"})
    assert submit(application).outcome == AttemptOutcome.UNCHANGED
    application.refresh_from_db()
    assert not application.has_unsent_changes


def test_submit_incomplete_is_refused_and_recorded():
    application = ready(title="", half_days_per_month=None)
    attempt = submit(application)
    assert attempt.outcome == AttemptOutcome.INCOMPLETE
    assert len(attempt.detail) == 2
    assert_nothing_submitted(application, ["incomplete"])


def test_submit_with_partners_on_one_side_is_refused_and_names_the_missing_side():
    application = one_sided()
    attempt = submit(application)
    assert attempt.outcome == AttemptOutcome.NOT_ELIGIBLE
    assert "France" in " ".join(attempt.detail)
    assert_nothing_submitted(application, ["not_eligible"])


def test_submit_by_a_reader_is_refused_and_recorded():
    application = ready()
    attempt = submit(application, by=member(application, MemberRole.VIEW))
    assert attempt.outcome == AttemptOutcome.NOT_ALLOWED
    assert_nothing_submitted(application, ["not_allowed"])


def test_submit_by_a_stranger_finds_nothing():
    application = ready()
    with pytest.raises(Application.DoesNotExist):
        submit(application, by=person())
    assert_nothing_submitted(application, [])


def test_submit_late_is_refused_but_recorded():
    application = ready()
    close(application, minutes=1)
    assert submit(application).outcome == AttemptOutcome.CLOSED
    assert_nothing_submitted(application, ["closed"])


@pytest.mark.parametrize(
    ("closed_minutes_ago", "opened_minutes_ago", "outcome"),
    [
        (5, 6, AttemptOutcome.ACCEPTED),
        (5, 4, AttemptOutcome.CLOSED),  # opened after closing
        (16, 60, AttemptOutcome.CLOSED),  # after the grace of 15 minutes
    ],
)
def test_submit_within_the_grace_needs_a_form_opened_before_closing(
    closed_minutes_ago, opened_minutes_ago, outcome
):
    application = ready()
    close(application, minutes=closed_minutes_ago)
    opened_at = timezone.now() - timedelta(minutes=opened_minutes_ago)
    assert submit(application, opened_at=opened_at).outcome == outcome


@pytest.mark.parametrize(
    "status", [s for s in ApplicationStatus if s not in ("draft", "submitted", "returned")]
)
def test_submit_past_submission_is_refused(status):
    application = ready()
    submit(application)
    bring_to(application, status)
    assert submit(application).outcome == AttemptOutcome.WRONG_STATUS
    application.refresh_from_db()
    assert application.status == status


def test_submit_answers_a_clarification_after_the_call_has_closed():
    application = ready()
    submit(application)
    close(application, days=3)
    question = returned(application, "territory", question="Which towns?")
    attempt = submit(application)
    assert (attempt.outcome, attempt.submission.number) == (AttemptOutcome.ACCEPTED, 2)
    question.refresh_from_db()
    assert question.answered_at is not None
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED


def test_answer_to_staff_takes_the_sections_asked_about_and_no_other():
    """What was changed elsewhere and not sent before closing does not slip in, and cannot be in the way."""
    application = ready()
    submit(application)
    answer(application, {"title": "Never sent", "ambition": ""})
    close(application, days=3)
    returned(application, "support", question="How often?")
    answer(application, {"support_description": "Every month."})
    client = Client()
    client.force_login(lead_of(application), backend="django.contrib.auth.backends.ModelBackend")
    check = client.get(f"/applications/{application.public_id}/check/")

    attempt = submit(application)

    assert (attempt.outcome, attempt.submission.number) == (AttemptOutcome.ACCEPTED, 2)
    # The page showed what was then submitted.
    assert [check.context["missing"], check.context["may_submit"]] == [[], True]
    assert "Never sent" not in str(check.context["read_sections"])
    snapshot = attempt.submission.snapshot
    told = [snapshots.value(snapshot, name) for name in ("title", "ambition", "support_description")]
    assert told == ["Upper Rhine", "One network of care.", "Every month."]
    application.refresh_from_db()
    assert (application.title, application.has_unsent_changes) == ("Never sent", True)


def test_submit_stands_when_the_broker_is_down(django_capture_on_commit_callbacks):
    application = ready()

    def broker_down(*args):
        raise ConnectionError("no broker")

    with (
        mock.patch("core.mail.tasks.deliver_due.delay", broker_down),
        django_capture_on_commit_callbacks(execute=True),
    ):
        attempt = submit(application)
    assert attempt.outcome == AttemptOutcome.ACCEPTED
    assert Message.objects.filter(template="applications/email/receipt", status="queued").count() == 1
    assert not SubmissionPdf.objects.exists()
    # The first reader makes the PDF; one who began at the same time finds it, and so do all later ones.
    first, second = (Submission.objects.select_related("pdf").get() for _reader in range(2))
    made = {pdf.ensure(first), pdf.ensure(second), pdf.ensure(attempt.submission)}
    assert made == {SubmissionPdf.objects.get()}


@pytest.mark.parametrize("table", [Submission, SubmissionAttempt])
def test_what_was_submitted_cannot_be_changed_or_deleted(table):
    submit(ready())
    row = table.objects.get()
    for change in (lambda: table.objects.filter(pk=row.pk).update(application=None), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert table.objects.filter(pk=row.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_submit_at_the_same_moment_makes_one_version():
    application = ready()
    lead = lead_of(application)
    barrier, found = threading.Barrier(4), []

    def press():
        barrier.wait()
        found.append(submit(application, by=lead).outcome)
        connection.close()

    threads = [threading.Thread(target=press) for _press in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["accepted", "unchanged", "unchanged", "unchanged"]
    assert Submission.objects.count() == 1
    assert SubmissionAttempt.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_double_click_makes_one_version():
    """The same form sent twice at once over HTTP: both pages lead to the one receipt, one e-mail leaves."""
    application = ready()
    lead = lead_of(application)
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    check = f"/applications/{application.public_id}/check/"
    for number in range(1, 4):
        answer(application, {"title": f"Upper Rhine {number}"})
        sent = typed(client.get(check))
        barrier = threading.Barrier(2)

        def press(_click, sent=sent, barrier=barrier):
            clicking = Client()
            clicking.cookies = client.cookies
            try:
                barrier.wait(timeout=30)
                return clicking.post(check, sent)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as clicks:
            answered = list(clicks.map(press, range(2)))
        receipt = f"/applications/{application.public_id}/versions/{number}/"
        assert [(page.status_code, page.url) for page in answered] == [(302, receipt)] * 2
        assert list(application.submissions.values_list("number", flat=True)) == [*range(number, 0, -1)]
        assert outcomes(application) == ["accepted", "unchanged"] * number
        receipts = Message.objects.filter(template="applications/email/receipt", to=lead.email)
        assert receipts.count() == number


@pytest.mark.django_db(transaction=True)
def test_start_at_the_same_moment_gives_every_application_its_own_reference():
    call = ready().call
    barrier = threading.Barrier(4)

    def press():
        barrier.wait()
        started(call)
        connection.close()

    threads = [threading.Thread(target=press) for _press in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = Application.objects.filter(call=call).values_list("reference", flat=True)
    assert sorted(numbers) == [f"IMPACT-{call.number}-{n:04}" for n in range(1, 6)]


def one_sided():
    application = ready()
    application.partners.filter(unit=STRASBOURG).update(unit=FREIBURG)
    application.units.set([ORTENAU, FREIBURG])
    return application


def assert_nothing_submitted(application, attempts):
    application.refresh_from_db()
    assert application.status == ApplicationStatus.DRAFT
    assert not application.submissions.exists()
    assert outcomes(application) == attempts
    assert not Message.objects.about(application.about).exclude(template__endswith="/invitation").exists()
