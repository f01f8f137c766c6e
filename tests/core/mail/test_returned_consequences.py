"""What follows from a mail that came back: for subscribers, for the lead of an application, for staff."""

from __future__ import annotations

from html import unescape

import pytest

from applications.applying.actions import members
from applications.enums import MemberRole
from core.accounts.enums import Role
from core.mail.enums import MessageStatus
from core.mail.models import Message
from newsletter.enums import SubscriberStatus
from newsletter.models import Bulletin
from newsletter.pipeline import send_next_batch
from tests.builders import mails as outbox
from tests.builders.applications import lead_of, started, submitted
from tests.builders.calls import closed_call
from tests.builders.mails import make_message
from tests.builders.newsletter import make_bulletin, make_subscriber, schedule
from tests.builders.people import make_staff
from tests.core.mail.reports import pipe, report
from tests.support.applicant_forms import logged_in

pytestmark = pytest.mark.django_db


def send(bulletin: Bulletin) -> list[str]:
    schedule(bulletin)
    while send_next_batch(bulletin.pk):
        pass
    return list(Message.objects.filter(template="newsletter/email/bulletin").values_list("to", flat=True))


def test_subscriber_whose_mail_came_back_gets_no_more_bulletins(monkeypatch):
    subscriber, reader = make_subscriber("gone@town.example"), make_subscriber("here@town.example")
    outbox.deliver_all()

    pipe(monkeypatch, report(Message.objects.get(to=subscriber.email)))

    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.UNREACHABLE
    assert "User unknown" in subscriber.changes.last().reason
    assert send(make_bulletin()) == [reader.email]


def test_bulletin_names_its_list():
    make_subscriber("here@town.example")
    send(make_bulletin())

    headers = Message.objects.get(template="newsletter/email/bulletin").headers

    assert headers["List-Id"] == "IMPACT <news.127.0.0.1>"
    assert {"List-Unsubscribe", "List-Unsubscribe-Post"} < set(headers)


def test_lead_sees_on_the_page_of_people_that_an_invitation_came_back(monkeypatch):
    application = started()
    members.invite(
        application_id=application.pk,
        by=lead_of(application),
        email="nobody@town.example",
        role=MemberRole.EDIT,
    )
    outbox.deliver_all()
    pipe(monkeypatch, report(Message.objects.get()))

    page = logged_in(lead_of(application)).get(f"/applications/{application.public_id}/people/")

    assert "The e-mail could not be delivered. Check the address." in unescape(page.content.decode())


def test_staff_see_what_came_back_where_they_look(settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    application = submitted(closed_call())
    partner = application.partners.first()
    message = make_message(MessageStatus.SENT, about=application.about, to=partner.contact_email)
    pipe(monkeypatch, report(message))
    manager = logged_in(make_staff(Role.MANAGER))

    page = unescape(manager.get(f"/admin/applications/application/{application.pk}/change/").content.decode())

    assert "An e-mail to this address could not be delivered." in page
    assert "User unknown" in page
    assert "e-mails were returned" in manager.get("/admin/").content.decode()
    assert "User unknown" in unescape(
        manager.get(f"/admin/mail/message/{message.pk}/change/").content.decode()
    )
