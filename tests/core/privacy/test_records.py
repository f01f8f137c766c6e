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
from core.mail import actions as mail
from core.mail.models import ERASED_ADDRESS, Message
from core.privacy import actions, registry, retention
from core.privacy.models import AccountDeletion
from tests.applications import staging
from tests.applications.applicants import lead_of, logged_in, member, ready, submit

pytestmark = pytest.mark.django_db
SAID = "You are not selected. The reasons are these."


def told(status: str) -> Application:
    """Return an application with a second member whose outcome is told in a letter to its lead."""
    application = ready()
    submit(application)
    member(application, "view")
    Application.objects.filter(pk=application.pk).update(status="not_selected")
    lead = lead_of(application)
    Message.objects.create(
        dedupe_key=f"{application.about}:letter",
        template=template_of(LetterKind.NOT_SELECTED),
        about=application.about,
        to=lead.email,
        headers={"X-To": lead.email},
        subject="Outcome",
        body=SAID,
        status=status,
        sent_at=application.created_at,
    )
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
    review = staging.assigned(staging.eligible(staging.closed_call()))
    reviewing.invite_to_several([review.changes.first()])
    reviewing.remind([review], occasion="now")
    Message.objects.update(
        created_at=timezone.now() - timedelta(days=settings.ACCOUNT_MAILS_KEPT_DAYS + 1), status="failed"
    )

    retention.run(names=["account-mails"])

    assert Message.objects.filter(to=review.reviewer.email, body__gt="").count() == 3
