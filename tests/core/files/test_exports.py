"""Large exports: made by the worker with the rights of that moment, fetched by one person, then removed."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.access_log.models import Access
from core.accounts.enums import Role
from core.files import pipeline, tasks
from core.files.models import PreparedFile, PreparedFileChange
from core.mail.models import Message
from core.privacy import retention
from impact.demo.clock import at
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scored, scoring
from tests.support.mailbox import beside_receipts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few_rows_are_many(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.EXPORT_ROWS_AT_ONCE = 1


@pytest.fixture
def held(monkeypatch):
    """The worker does not come yet."""
    monkeypatch.setattr(tasks.make_due, "delay", lambda: None)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def export_url(kind="csv", query=""):
    return reverse("admin:applications_application_export", args=[kind]) + query


def fetch_url(file):
    return reverse("admin:files_preparedfile_fetch", args=[file.pk])


def ask(user, kind="csv", query=""):
    """Press the button; with a transaction that ends, so that the worker is woken."""
    return as_(user).post(export_url(kind, query))


def work():
    tasks.make_due()


def content(client, file):
    return b"".join(client.get(fetch_url(file)).streaming_content)


def rows_of(client, file):
    return list(csv.DictReader(io.StringIO(content(client, file).decode("utf-8-sig"))))


def test_large_export_asks_first_and_a_get_starts_nothing(held):
    call = closed_call()
    submitted(call), submitted(call)

    page = as_(person(Role.MANAGER)).get(export_url())

    assert "The list has 2 rows, so the file is created in the background." in page.content.decode()
    assert not PreparedFile.objects.exists()
    assert not Access.objects.exists()


def test_small_export_is_handed_out_at_once(held):
    application = submitted(closed_call())

    response = as_(person(Role.MANAGER)).get(export_url())

    assert application.reference in response.content.decode()
    assert not PreparedFile.objects.exists()


def test_large_export_is_made_with_its_filters_and_fetched_by_the_person_alone(held):
    call = closed_call()
    here = [eligible(call), eligible(call)]
    submitted(call)
    manager, other, auditor = person(Role.MANAGER), person(Role.MANAGER), person(Role.AUDITOR)

    response = ask(manager, query="?status__exact=eligible")
    work()

    file = PreparedFile.objects.get()
    assert response["Location"] == file.get_absolute_url()
    assert file.status == "done"
    assert {row["Reference"] for row in rows_of(as_(manager), file)} == {a.reference for a in here}
    assert as_(other).get(fetch_url(file)).status_code == 404
    assert as_(auditor).get(fetch_url(file)).status_code == 404
    assert as_(person(Role.REVIEWER)).get(fetch_url(file)).status_code in (403, 404)
    assert as_(other).get(file.get_absolute_url()).status_code == 302
    assert as_(auditor).get(file.get_absolute_url()).status_code == 200
    assert [mail.template for mail in Message.objects.filter(to=manager.email)] == ["files/email/ready"]
    assert [(entry.kind, entry.by) for entry in Access.objects.order_by("pk")] == [
        ("exported", manager),
        ("downloaded", manager),
    ]


def test_formulas_are_neutral_in_a_file_of_the_worker(held):
    call = closed_call()
    submitted(call, title="=1+1"), submitted(call, title="@SUM(A1)")
    manager = person(Role.MANAGER)

    ask(manager, "xlsx")
    work()

    book = load_workbook(io.BytesIO(content(as_(manager), PreparedFile.objects.get())))
    titles = {row[1].value for row in book.active.iter_rows(min_row=2)}
    assert titles == {"'=1+1", "'@SUM(A1)"}
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_right_that_was_taken_meanwhile_refuses_the_file(held):
    call = closed_call()
    submitted(call), submitted(call)
    manager = person(Role.MANAGER)
    ask(manager)
    manager.groups.set([Group.objects.get(name=Role.COMMUNICATIONS)])

    work()

    file = PreparedFile.objects.get()
    assert (file.status, file.path) == ("refused", "")
    assert file.error == "You no longer have permission to export this list."
    assert not Access.objects.exists()
    assert [mail.template for mail in Message.objects.filter(to=manager.email)] == ["files/email/not_made"]


def test_file_of_a_closed_account_is_refused(held):
    call = closed_call()
    submitted(call), submitted(call)
    manager = person(Role.MANAGER)
    ask(manager)
    type(manager).objects.filter(pk=manager.pk).update(is_active=False)

    work()

    assert PreparedFile.objects.get().status == "refused"


def test_ready_file_is_not_handed_out_once_the_right_is_gone(held):
    call = closed_call()
    submitted(call), submitted(call)
    manager = person(Role.MANAGER)
    ask(manager)
    work()
    manager.groups.set([Group.objects.get(name=Role.COMMUNICATIONS)])

    assert as_(manager).get(fetch_url(PreparedFile.objects.get())).status_code == 403
    assert PreparedFile.objects.get().downloaded_at is None


def test_scores_that_the_person_may_not_see_are_not_in_the_file(held):
    call = closed_call()
    blind, seen = eligible(call), eligible(call)
    scored(blind, 5, 4), scored(seen, 1, 1)
    manager = person(Role.MANAGER)
    ask(manager)
    scoring(blind, manager)

    work()

    rows = {row["Reference"]: row for row in rows_of(as_(manager), PreparedFile.objects.get())}
    assert rows[blind.reference]["Mean score (0 to 100)"] == ""
    assert rows[seen.reference]["Mean score (0 to 100)"] == "20.0000000000000000"


def test_second_press_asks_for_the_same_file(held):
    call = closed_call()
    submitted(call), submitted(call)
    manager = person(Role.MANAGER)

    first, second = ask(manager), ask(manager)

    assert first["Location"] == second["Location"]
    assert PreparedFile.objects.count() == 1


def test_maker_that_breaks_leaves_a_reason_and_after_the_last_try_a_mail(held, monkeypatch):
    call = closed_call()
    submitted(call), submitted(call)
    ask(person(Role.MANAGER))
    monkeypatch.setattr("core.files.making.make", lambda file: 1 / 0)

    work()
    assert PreparedFile.objects.get().status == "queued"
    assert not beside_receipts().exists()
    for turn, _wait in enumerate(PreparedFile.WAITS, start=1):
        with at(timezone.now() + timedelta(hours=turn)):
            work()

    file = PreparedFile.objects.get()
    assert (file.status, file.error) == ("failed", "ZeroDivisionError: division by zero")
    assert Message.objects.get(template="files/email/not_made")


def test_abandoned_file_is_taken_over_and_given_up_in_the_end(held):
    call = closed_call()
    submitted(call), submitted(call)
    ask(person(Role.MANAGER))
    for _turn in range(1 + len(PreparedFile.WAITS)):
        assert pipeline.claim()
        PreparedFile.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
        pipeline.requeue_abandoned()

    file = PreparedFile.objects.get()
    assert (file.status, file.claims) == ("failed", 3)
    assert pipeline.claim() is None


def test_worker_that_was_believed_dead_does_not_overwrite(held):
    call = closed_call()
    submitted(call), submitted(call)
    ask(person(Role.MANAGER))
    late = pipeline.claim()
    PreparedFile.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    pipeline.requeue_abandoned()
    pipeline.execute(pipeline.claim())
    done = PreparedFile.objects.get()

    pipeline.execute(late)

    assert PreparedFile.objects.get().path == done.path
    assert Message.objects.filter(template="files/email/ready").count() == 1


def test_file_is_removed_after_its_days_and_the_row_stays(held):
    call = closed_call()
    submitted(call), submitted(call)
    manager = person(Role.MANAGER)
    ask(manager)
    work()
    path = PreparedFile.objects.get().path
    assert default_storage.exists(path)
    PreparedFile.objects.update(kept_until=timezone.now() - timedelta(minutes=1))

    retention.run(names=["prepared-files"])

    file = PreparedFile.objects.get()
    assert (file.status, file.path, len(file.sha256)) == ("removed", "", 64)
    assert not default_storage.exists(path)
    assert as_(manager).get(fetch_url(file)).status_code == 404


def test_history_of_a_file_cannot_be_changed(held):
    call = closed_call()
    submitted(call), submitted(call)
    ask(person(Role.MANAGER))

    for change in (
        lambda: PreparedFileChange.objects.update(reason="x"),
        lambda: PreparedFileChange.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_list_of_files_holds_the_own_ones_and_home_says_what_is_ready(held):
    call = closed_call()
    submitted(call), submitted(call)
    mine, other = person(Role.MANAGER), person(Role.MANAGER)
    ask(mine, "csv"), ask(other, "xlsx")
    work()
    address = reverse("admin:files_preparedfile_changelist")

    assert "Applications (XLSX)" not in as_(mine).get(address).content.decode()
    assert "Applications (XLSX)" in as_(person(Role.AUDITOR)).get(address).content.decode()
    assert "downloads are ready for you" in as_(mine).get(reverse("admin:index")).content.decode()
