"""Reports of misuse: they wait for staff, and every mail that a stranger can cause leads to one."""

from __future__ import annotations

import pytest
from django.test import Client

from core.accounts.enums import Role
from core.history import NotAllowed
from core.mail.models import Message
from core.objections import actions, links
from core.objections.models import Objection
from newsletter.pipeline import send_next_batch
from tests.builders.newsletter import make_bulletin, make_subscriber, schedule
from tests.builders.people import make_staff
from tests.core.objections.pressing import READER, invitation, press, words_of
from tests.support.applicant_forms import logged_in
from tests.support.logging_in import ask_for_code
from tests.support.mailbox import email_of

pytestmark = pytest.mark.django_db


def test_report_waits_for_managers_and_administrators_until_it_is_settled(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    press(invitation(), "misuse", note="I know none of them.")
    report = Objection.objects.get()
    for role in (Role.MANAGER, Role.ADMINISTRATOR):
        home = words_of(logged_in(make_staff(role, email=f"{role.name.lower()}@example.org")).get("/admin/"))
        assert "reports of misuse" in home
    manager = logged_in(make_staff(Role.MANAGER))
    listed = words_of(manager.get("/admin/objections/objection/?report=open"))
    assert READER in listed
    assert "I know none of them." in words_of(manager.get(f"/admin/objections/objection/{report.pk}/change/"))

    manager.post(f"/admin/objections/objection/{report.pk}/decide/settle/", {"reason": "Closed the account."})

    assert report.settlement.reason == "Closed the account."
    assert "reports of misuse" not in words_of(manager.get("/admin/"))
    assert actions.in_force_at(READER).exists()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMMUNICATIONS, Role.AUDITOR])
def test_others_settle_nothing(role):
    press(invitation(), "misuse")

    with pytest.raises(NotAllowed):
        actions.settle(objection_id=Objection.objects.get().pk, by=make_staff(role), reason="x")


def test_report_is_settled_once_and_only_reports_are():
    press(invitation(), "all")
    by = make_staff(Role.MANAGER)
    with pytest.raises(NotAllowed):
        actions.settle(objection_id=Objection.objects.get().pk, by=by, reason="x")
    press(invitation("other@stranger.example"), "misuse")
    report = Objection.objects.first()
    actions.settle(objection_id=report.pk, by=by, reason="x")
    with pytest.raises(NotAllowed):
        actions.settle(objection_id=report.pk, by=by, reason="x")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_mail_that_a_stranger_can_cause_leads_to_a_report_of_misuse(language):
    """Bulletins offered only to leave, and codes only an address to write to."""
    ask_for_code(Client(), READER)
    subscriber = make_subscriber(READER, language=language)
    send_next_batch(due_bulletin().pk)
    templates = {"account/email/login_code", "newsletter/email/confirm", "newsletter/email/bulletin"}
    mails = {row.template: row for row in Message.objects.filter(to=READER)}
    assert mails.keys() == templates

    for row in mails.values():
        link = links.address(row.public_id, row.language)
        received = email_of(row)
        parts = [received.body, *(part.content for part in received.alternatives)]
        assert [link in part for part in parts] == [True] * len(parts), row.template
        assert link not in row.body + row.html
    Client().post(
        links.path(mails["newsletter/email/bulletin"].public_id), {"kind": "misuse", "note": "Spam"}
    )

    assert Objection.objects.reports_to_settle().count() == 1
    subscriber.refresh_from_db()
    assert subscriber.status == "unsubscribed"


def due_bulletin():
    return schedule(make_bulletin())
