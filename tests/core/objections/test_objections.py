"""Who does not want e-mails says so behind a link; it holds at once, and staff hear of misuse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from applications.applying import emails
from applications.applying.actions import members
from core.history import NotAllowed
from core.mail import actions as mail
from core.mail import pipeline
from core.mail.enums import NOT_SENT, MessageStatus
from core.mail.models import Message
from core.objections import actions, links
from core.objections.enums import ObjectionKind
from core.objections.models import Objection
from experts.emails import CONFIRM_EVERY, remind_to_confirm
from experts.enums import ExpertStatus
from newsletter import links as newsletter_links
from newsletter.enums import ConsentKind, SubscriberStatus
from newsletter.models import Subscriber
from newsletter.pipeline import send_next_batch
from tests.builders import mails as outbox
from tests.builders.applications import lead_of, ready, started
from tests.builders.experts import make_expert_at
from tests.builders.newsletter import make_bulletin, make_subscriber, schedule
from tests.builders.people import person
from tests.core.objections.pressing import READER, invitation, link_in, press, words_of
from tests.support.applicant_forms import logged_in
from tests.support.mailbox import email_of

pytestmark = pytest.mark.django_db


def send_bulletin():
    bulletin = make_bulletin()
    schedule(bulletin)
    while send_next_batch(bulletin.pk):
        pass


def test_opening_the_link_changes_nothing_and_says_who_wrote():
    message = invitation()

    page = words_of(Client().get(link_in(message)))

    assert not Objection.objects.exists()
    assert (
        f"“{message.caused_by.name}” ({message.caused_by.email}) used this portal "
        f"to send an e-mail to {READER}" in page
    )
    assert "Nothing" not in page


@pytest.mark.parametrize("kind", ["sender", "all", "misuse"])
def test_objection_keeps_the_sender_away_at_once(kind):
    application = started()
    message = invitation(application=application)
    members.take_back(
        application_id=application.pk,
        by=lead_of(application),
        invitation_id=application.invitations.get().public_id,
    )

    press(message, kind)

    answer = logged_in(lead_of(application)).post(
        f"/applications/{application.public_id}/people/",
        {"email": "Reader+x@stranger.example", "role": "edit"},
    )
    assert "does not want such e-mails" in words_of(answer)
    assert application.invitations.awaiting().count() == 0
    assert Message.objects.count() == 1


def test_objection_to_one_sender_leaves_others_free():
    press(invitation(), "sender")

    assert invitation().status == MessageStatus.QUEUED


@pytest.mark.parametrize("kind", ["all", "misuse"])
def test_objection_to_all_keeps_everybody_away(kind):
    press(invitation(), kind)

    application = ready()
    partner = application.partners.first()
    application.partners.filter(pk=partner.pk).update(contact_email=READER)
    asked = logged_in(lead_of(application)).post(
        f"/applications/{application.public_id}/partners/{partner.public_id}/ask/", follow=True
    )
    signed_up = Client().post(
        "/newsletter/", {"email": READER, "topics": ["events"], "language": "en", "subject": ""}
    )

    assert "does not want such e-mails" in words_of(asked)
    assert signed_up.headers["Location"] == "/newsletter/asked/"
    assert not Subscriber.objects.exists()
    assert Message.objects.filter(to=READER).count() == 1


def test_optional_mail_to_who_objected_is_written_and_never_sent():
    """Staff see it, and why it did not leave."""
    press(invitation(), "all")
    mail.post(
        template="account/email/account_closed", to=READER, context={}, dedupe_key="x", is_optional=True
    )
    letters = [
        mail.Letter(to, {"text": "News"}, f"letter:{to}", is_optional=True)
        for to in (READER, "other@example.org")
    ]
    written = mail.post_many(template="newsletter/email/bulletin", letters=letters)

    assert [message.status for message in written] == [MessageStatus.DISCARDED, MessageStatus.QUEUED]
    kept_back = Message.objects.get(dedupe_key="x")
    assert (kept_back.status, "objected" in kept_back.error) == (MessageStatus.DISCARDED, True)


def test_codes_and_receipts_still_reach_who_objected():
    press(invitation(), "misuse")

    mail.post(
        template="account/email/login_code",
        to=READER,
        context={},
        secrets={"code": "123456"},
        dedupe_key="code",
    )

    assert Message.objects.get(dedupe_key="code").status == MessageStatus.QUEUED


def test_queries_for_many_letters_do_not_grow(django_assert_num_queries):
    def letters(count):
        return [
            mail.Letter(f"r{n}@example.org", {"text": ""}, f"{count}:{n}", is_optional=True)
            for n in range(count)
        ]

    with django_assert_num_queries(2):
        mail.post_many(template="newsletter/email/bulletin", letters=letters(20))


def test_person_lifts_the_objection_on_the_same_page():
    message = invitation()
    page = words_of(press(message, "all"))
    assert "Nobody can use this portal to write to you." in page
    assert "Allow e-mails again" in page

    page = words_of(Client().post(link_in(message) + "allow/", follow=True))

    assert "E-mails are allowed again." in page
    assert [row.kind for row in Objection.objects.all()] == ["lifted", "all"]
    assert invitation().status == MessageStatus.QUEUED


def test_objection_said_twice_counts_once():
    message = invitation()
    for _turn in range(5):
        press(message, "misuse", note="They write every day.")

    assert Objection.objects.count() == 1


def test_link_fills_nobodys_list():
    message = invitation()
    for _turn in range(30):
        press(message, "all")
        Client().post(link_in(message) + "allow/")

    assert Objection.objects.count() == actions.MAX_FOR_ONE_EMAIL
    assert "used too often" in words_of(press(message, "misuse", note="Kept"))
    assert "Kept" in words_of(press(message, "misuse", note="Kept"))


def test_choice_is_asked_for_and_never_made_for_the_person():
    message = invitation()

    page = words_of(Client().post(link_in(message), {"note": "Why?"}))

    assert "Choose an answer." in page
    assert "Why?" in page
    assert " checked" not in words_of(Client().get(link_in(message)))
    assert not Objection.objects.exists()


def test_sender_is_no_choice_where_nobody_in_particular_wrote():
    Client().post("/newsletter/", {"email": READER, "topics": ["events"], "language": "en", "subject": ""})
    message = Message.objects.get()

    assert 'value="sender"' not in words_of(Client().get(link_in(message)))
    assert "Select a valid choice" in words_of(press(message, "sender"))
    assert not Objection.objects.exists()
    with pytest.raises(NotAllowed):
        actions.object_to(message_id=message.pk, kind=ObjectionKind.SENDER)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("tail", ["", "allow/"])
def test_forged_link_is_not_found(method, tail):
    message = invitation()
    for token in ("x", message.public_id.hex, links.path(message.public_id).split("/")[2] + "x"):
        if (method, tail) != ("get", "allow/"):
            assert getattr(Client(), method)(f"/emails/{token}/{tail}").status_code == 404
    assert not Objection.objects.exists()


def test_link_of_an_erased_mail_no_longer_works():
    message = invitation()
    path = link_in(message)
    mail.erase(about=message.about)

    assert Client().get(path).status_code == 404


def test_page_is_in_the_language_of_the_mail_and_keeps_typed_names_in_quotes():
    lead = person(name="Pay at https://evil.example now")
    application = started(lead=lead)
    with override("fr"):
        message = invitation(application=application)

    page = words_of(Client().get(link_in(message)))

    assert link_in(message).startswith("/fr/")
    assert "Les e-mails que vous recevez de ce portail" in page
    assert "evil.example" not in page


def test_database_keeps_what_was_said():
    press(invitation(), "all")
    for change in (lambda rows: rows.update(kind="lifted"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change(Objection.objects.all())


@pytest.mark.parametrize("kind", ["sender", "all", "misuse"])
@pytest.mark.parametrize("status", MessageStatus)
def test_objection_stops_what_has_not_left_yet(kind, status):
    application = started()
    message = invitation(application=application)
    waiting = invitation("reader+x@stranger.example", application)
    if status != MessageStatus.QUEUED:
        outbox.bring_to(waiting, status)

    press(message, kind)

    waiting.refresh_from_db()
    if status in NOT_SENT:
        assert (waiting.status, waiting.sealed) == (MessageStatus.DISCARDED, "")
        assert "objected" in waiting.error
    else:
        assert waiting.status == status


def test_objection_to_one_sender_stops_nothing_of_others():
    message, other = invitation(), invitation()

    press(message, "sender")

    other.refresh_from_db()
    message.refresh_from_db()
    assert (message.status, other.status) == (MessageStatus.DISCARDED, MessageStatus.QUEUED)


def test_mail_written_while_its_reader_objected_does_not_leave(mailoutbox):
    """Two transactions at once see nothing of each other: the worker looks again."""
    message = invitation()
    press(message, "all")
    # No action leads here: two transactions that see nothing of each other do.
    Message.objects.filter(pk=message.pk).update(status=MessageStatus.QUEUED)

    pipeline.deliver(pipeline.claim())

    message.refresh_from_db()
    assert (message.status, mailoutbox) == (MessageStatus.DISCARDED, [])
    assert "objected" in message.error


@pytest.mark.parametrize("kind", ["all", "misuse"])
def test_deadlines_of_the_own_application_and_profile_still_reach_who_objected(kind):
    """Whoever reports a stranger's invitation is told of what they take part in themselves."""
    lead, expert = person(), make_expert_at(ExpertStatus.APPROVED).user
    for number, owner in enumerate((lead, expert)):
        owner.email = READER.replace("@", f"+{number}@")
        owner.save()
    application = started(lead=lead)
    press(invitation(), kind)

    emails.reminder(application, days_left=7, has_been_submitted=False)
    remind_to_confirm(timezone.now() + CONFIRM_EVERY + timedelta(days=1))

    told = Message.objects.filter(to__in=[lead.email, expert.email])
    assert set(told.values_list("template", "status")) == {
        ("applications/email/closing_soon", MessageStatus.QUEUED),
        ("experts/email/confirm", MessageStatus.QUEUED),
    }
    assert "/emails/" not in "".join(email_of(message).body for message in told)


@pytest.mark.parametrize(
    ("kind", "status"), [("all", "unsubscribed"), ("misuse", "unsubscribed"), ("sender", "confirmed")]
)
def test_objection_to_everybody_ends_a_subscription_with_its_consent(kind, status):
    subscriber, other = (
        make_subscriber("Reader+news@stranger.example"),
        make_subscriber("reader@other.example"),
    )
    send_bulletin()

    press(invitation(), kind)

    subscriber.refresh_from_db()
    other.refresh_from_db()
    assert (subscriber.status, other.status) == (status, SubscriberStatus.CONFIRMED)
    bulletin = Message.objects.get(template="newsletter/email/bulletin", to=subscriber.email)
    is_over = status == SubscriberStatus.UNSUBSCRIBED
    assert bulletin.status == (MessageStatus.DISCARDED if is_over else MessageStatus.QUEUED)
    assert (subscriber.consents.last().kind == ConsentKind.WITHDRAWN) == is_over
    assert ("Objected" in subscriber.changes.last().reason) == is_over


def test_person_who_objected_subscribes_again_once_mails_are_allowed():
    subscriber = make_subscriber(READER)
    message = invitation()
    press(message, "all")
    preferences = newsletter_links.preferences_path(subscriber)
    address = reverse("newsletter:resubscribe", args=preferences.split("/")[-2:-1])

    refused = Client().post(address, follow=True)
    Client().post(link_in(message) + "allow/")
    Client().post(address)

    assert "You have stopped e-mails from this portal." in words_of(refused)
    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.PENDING


def test_page_shows_no_mark_in_the_subject():
    message = invitation()
    Message.objects.filter(pk=message.pk).update(subject="Code [[code:aaaaaaaaaaaaaaaaaaaa]]")

    assert "[[" not in words_of(Client().get(link_in(message)))
