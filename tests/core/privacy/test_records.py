"""E-mails that are a record: what told an outcome, and the correspondence with reviewers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from applications.applying.letters import template_of
from applications.enums import TOLD_BY_LETTER, LetterKind
from applications.models import Application, Member
from applications.reviewing import emails as reviewing
from applications.selecting.actions import lettering
from core.mail import actions as mail
from core.mail.enums import MessageStatus
from core.mail.models import ERASED_ADDRESS, Message
from core.privacy import actions, registry, retention
from core.privacy.models import AccountDeletion
from tests.builders import applications as stages
from tests.builders import calls, reviews
from tests.builders import mails as outbox
from tests.builders.applications import bring_to, lead_of, member, ready, submit
from tests.builders.people import the_manager
from tests.support.applicant_forms import logged_in

pytestmark = pytest.mark.django_db
SAID = "You are not selected. The reasons are these."


def told(status: str) -> Application:
    """Return an application with a second member whose outcome is told in a letter to its lead."""
    application = ready()
    submit(application)
    member(application, "view")
    bring_to(application, "not_selected")
    letter = Message.objects.get(template=template_of(LetterKind.NOT_SELECTED))
    lettering.edit(message_id=letter.pk, by=the_manager(), subject="Outcome", body=SAID)
    # Headers may name the reader, too.
    Message.objects.filter(pk=letter.pk).update(headers={"X-To": letter.to})
    letter.refresh_from_db()
    outbox.bring_to(letter, MessageStatus.QUEUED)
    if status == "sent":
        outbox.bring_to(letter, MessageStatus.SENT)
    return application


def test_every_letter_that_tells_an_outcome_is_registered_as_a_record():
    assert {template_of(status) for status in TOLD_BY_LETTER} <= set(registry.letters())


@pytest.mark.parametrize(("status", "after"), [("sent", "sent"), ("queued", "failed")])
def test_letter_stays_readable_for_the_others_once_its_recipient_is_deleted(status, after):
    application = told(status)
    lead = lead_of(application)
    others = Member.objects.get(application=application, role="view").user

    actions.carry_out(deletion_id=actions.ask_deletion(by=lead).pk)

    assert AccountDeletion.objects.get().done_at
    letter = Message.objects.get(about=application.about, template=template_of("not_selected"))
    assert (letter.to, letter.headers, letter.status) == (ERASED_ADDRESS, {}, after)
    client = logged_in(others)
    page = client.get(reverse("applications:letter", args=[application.public_id]))
    assert SAID in page.content.decode()
    assert client.get(reverse("applications:letter_pdf", args=[application.public_id])).status_code == 200
    assert "was deleted with an account" in mail.why_incomplete(letter)


def test_mails_about_reviews_are_no_mails_about_an_account_alone():
    review = reviews.assigned(stages.eligible(calls.closed_call()))
    reviewing.invite_to_several([review.changes.first()])
    reviewing.remind([review], occasion="now")
    for message in Message.objects.filter(template__contains="review").order_by("not_before", "pk"):
        outbox.bring_to(message, MessageStatus.FAILED)
    Message.objects.update(created_at=timezone.now() - timedelta(days=settings.ACCOUNT_MAILS_KEPT_DAYS + 1))

    retention.run(names=["account-mails"])

    assert Message.objects.filter(to=review.reviewer.email, body__gt="").count() == 3
