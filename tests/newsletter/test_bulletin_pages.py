"""Bulletins in the administration: written, previewed, tested, timed, by their roles."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from core.accounts.enums import Role
from core.markdown import to_html
from newsletter import actions, dashboard, pipeline, tasks
from newsletter.enums import BulletinStatus
from newsletter.models import Bulletin
from tests.builders.newsletter import make_bulletin, make_subscriber
from tests.builders.people import make_staff
from tests.newsletter.writing import bulletin_mails

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold**", "<p><strong>bold</strong></p>"),
        ("# First\n\n##### Fifth", "<h2>First</h2>\n<h4>Fifth</h4>"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("![x](https://tracker.example/x.png)", "<p></p>"),
        ('<a href="https://x" onclick="y">x</a>', "&lt;a"),
    ],
)
def test_markdown_comes_out_as_safe_html(text, html):
    assert html in to_html(text)
    assert "<script" not in to_html(text)
    assert "<img" not in to_html(text)


def test_bulletin_is_written_previewed_tested_and_sent_in_the_administration(desk, writer):
    make_subscriber("reader@example.org")
    text = {
        "topics": ["events"],
        "subject_en": "News",
        "body_en": "**Hello**",
        "subject_fr": "Nouvelles",
        "body_fr": "**Bonjour**",
        "changes-TOTAL_FORMS": "0",
        "changes-INITIAL_FORMS": "0",
    }
    desk.post(reverse("admin:newsletter_bulletin_add"), text)
    bulletin = Bulletin.objects.get()
    assert bulletin.created_by == writer
    page = reverse("admin:newsletter_bulletin_change", args=[bulletin.pk])
    assertContains(desk.get(page), "<strong>Bonjour</strong>")

    def decide(name):
        return reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, name])

    assertContains(desk.get(decide("schedule")), "1 subscriber would receive it now")
    desk.post(decide("test"))
    desk.post(decide("schedule"), {"send_at": ""})
    tasks.sweep()

    assert set(bulletin_mails()) == {"reader@example.org", writer.email}
    assert desk.post(page, text | {"subject_en": "Changed"}).status_code == 403
    bulletin.refresh_from_db()
    assert (bulletin.subject.get("en"), bulletin.status) == ("News", BulletinStatus.SENT)


def test_draft_may_lack_french_and_is_not_sent_without_it(desk, writer):
    make_subscriber("reader@example.org", language="fr")
    text = {"topics": ["events"], "subject_en": "News", "body_en": "Hello", "subject_fr": "", "body_fr": ""}
    management = {"changes-TOTAL_FORMS": "0", "changes-INITIAL_FORMS": "0"}

    refused = desk.post(reverse("admin:newsletter_bulletin_add"), text | management | {"body_en": ""})
    desk.post(reverse("admin:newsletter_bulletin_add"), text | management)

    assert "English: This field is required." in refused.content.decode()
    bulletin = Bulletin.objects.get()
    with pytest.raises(ValidationError, match="Missing: French: subject, text"):
        actions.schedule(bulletin_id=bulletin.pk, by=writer)
    bulletin.refresh_from_db()
    assert (bulletin.status, bulletin.send_at, bulletin_mails()) == (BulletinStatus.DRAFT, None, {})
    with pytest.raises(IntegrityError, match="bulletin_scheduled_is_complete"), transaction.atomic():
        # No action leads here: the database refuses it.
        Bulletin.objects.update(status=BulletinStatus.SCHEDULED, send_at=timezone.now())


def test_reader_of_a_language_that_is_missing_gets_english_and_staff_are_told(desk, settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("de", "German")]
    subscriber = make_subscriber("leser@example.org", language="de")
    bulletin = make_bulletin()
    page = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    assertContains(desk.get(page), "Not translated yet, sent in English: German: subject, text.")
    desk.post(page, {"send_at": ""})
    tasks.sweep()

    assert bulletin_mails()[subscriber.email].subject == "Webinar in May"
    assert pipeline.contents(bulletin, "de")["language"] == "en"


def test_time_of_a_schedule_is_brussels_time(desk):
    bulletin = make_bulletin()
    address = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    desk.post(address, {"send_at": "2027-07-01T09:00"})

    bulletin.refresh_from_db()
    assert bulletin.send_at.isoformat() == "2027-07-01T07:00:00+00:00"


def test_past_time_is_refused_on_the_page(desk):
    bulletin = make_bulletin()
    address = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    response = desk.post(address, {"send_at": "2025-07-01T09:00"})

    assertContains(response, "Enter a time in the future,", status_code=409)
    bulletin.refresh_from_db()
    assert bulletin.status == BulletinStatus.DRAFT


@pytest.mark.parametrize("day", ["0027-07-01", "2020-07-01", "2207-07-01"])
def test_time_that_nobody_can_have_meant_is_refused_beside_the_field(desk, day):
    bulletin = make_bulletin()
    address = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    response = desk.post(address, {"send_at": f"{day}T09:00"})

    assert response.context["form"].errors == {"send_at": ["Enter a date from 2025 to 2034."]}
    assertContains(response, day)
    bulletin.refresh_from_db()
    assert bulletin.status == BulletinStatus.DRAFT


def test_empty_time_sends_now(desk):
    bulletin = make_bulletin()
    address = reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    desk.post(address, {"send_at": ""})

    bulletin.refresh_from_db()
    assert bulletin.status != BulletinStatus.DRAFT
    assert bulletin.send_at is not None


MAY = {
    Role.REVIEWER: (403, 403),
    Role.MANAGER: (403, 403),
    Role.COMMUNICATIONS: (200, 302),
    Role.AUDITOR: (200, 403),
    Role.ADMINISTRATOR: (200, 403),
}


@pytest.mark.parametrize("role", Role)
def test_role_sees_and_changes_subscribers_or_not(client, settings, role):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    subscriber = make_subscriber()
    client.force_login(make_staff(role), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:newsletter_subscriber_decide_one", args=[subscriber.pk, "unsubscribe"])

    seen = client.get(reverse("admin:newsletter_subscriber_change", args=[subscriber.pk])).status_code
    changed = client.post(address, {"reason": "Asked by phone"}).status_code

    assert (seen, changed) == MAY[role]
    subscriber.refresh_from_db()
    assert subscriber.status == ("unsubscribed" if role == Role.COMMUNICATIONS else "confirmed")


@pytest.mark.parametrize("model", ["subscriber", "bulletin"])
def test_list_queries_do_not_grow_with_rows(desk, model, django_assert_max_num_queries):
    for _number in range(20):
        make_subscriber()
        make_bulletin()

    with django_assert_max_num_queries(12):
        assert desk.get(reverse(f"admin:newsletter_{model}_changelist")).status_code == 200


def test_home_counts_drafts_for_who_may_send(writer):
    make_bulletin()

    assert [item.count for item in dashboard.waiting_for(writer)] == [1, 0]
    assert dashboard.waiting_for(make_staff(Role.AUDITOR)) == []
