"""Who does not want e-mails says so behind a link; it holds at once, and staff hear of misuse."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from applications.actions import members
from applications.enums import MemberRole
from impact.accounts.enums import Role
from impact.history import NotAllowed
from impact.mail import actions as mail
from impact.mail.enums import MessageStatus
from impact.mail.models import Message
from impact.objections import actions, links
from impact.objections.enums import ObjectionKind
from impact.objections.models import Objection
from newsletter.models import Subscriber
from tests.accounts.factories import make_staff
from tests.applications.applicants import lead_of, logged_in, person, ready, started
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db
READER = "reader@stranger.example"


def invitation(email=READER, application=None):
    """Return the e-mail of an invitation to a stranger."""
    application = application or started()
    members.invite(application_id=application.pk, by=lead_of(application), email=email, role=MemberRole.EDIT)
    return Message.objects.filter(to=email).latest("pk")


def link_in(message):
    return re.search(r"(/(?:fr/)?emails/\S+)", message.body)[1]


def press(message, kind, **more):
    return Client().post(link_in(message), {"kind": kind, **more}, follow=True)


def words_of(response):
    return unescape(response.content.decode())


def test_opening_the_link_changes_nothing_and_says_who_wrote():
    message = invitation()

    page = words_of(Client().get(link_in(message)))

    assert not Objection.objects.exists()
    assert (
        f"“{message.caused_by.name}” ({message.caused_by.email}) made this portal send an e-mail to {READER}"
        in page
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
        "/newsletter/", {"email": READER, "topics": ["events"], "language": "en", "company": ""}
    )

    assert "does not want such e-mails" in words_of(asked)
    assert signed_up.headers["Location"] == "/newsletter/asked/"
    assert not Subscriber.objects.exists()
    assert Message.objects.filter(to=READER).count() == 1


def test_optional_mail_to_who_objected_is_written_and_never_sent():
    """Reminders, announcements and bulletins: staff see them, and why they did not leave."""
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

    mail.post(template="account/email/login_code", to=READER, context={"code": "1"}, dedupe_key="code")

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
    assert "Nobody can make this portal write to you" in page
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

    assert Objection.objects.count() == actions.MOST_FOR_ONE_EMAIL
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
    Client().post("/newsletter/", {"email": READER, "topics": ["events"], "language": "en", "company": ""})
    message = Message.objects.get()

    assert "Choose an answer" in words_of(press(message, "sender")) or not Objection.objects.exists()
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
    type(application).objects.filter(pk=application.pk).update(language="fr")
    message = invitation(application=application)

    page = words_of(Client().get(link_in(message)))

    assert link_in(message).startswith("/fr/")
    assert "Les courriels que ce portail vous envoie" in page
    assert "evil.example" not in page


def test_report_waits_for_managers_and_administrators_until_it_is_settled(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    press(invitation(), "misuse", note="I know none of them.")
    report = Objection.objects.get()
    for role in (Role.MANAGER, Role.ADMINISTRATOR):
        home = words_of(logged_in(make_staff(role, email=f"{role}@example.org")).get("/admin/"))
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


def test_database_keeps_what_was_said():
    press(invitation(), "all")
    for change in (lambda rows: rows.update(kind="lifted"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change(Objection.objects.all())


def test_subscriber_who_objects_gets_no_bulletin():
    subscriber = make_subscriber(READER)
    press(Message.objects.get(to=READER), "all")

    (message,) = mail.post_many(
        template="newsletter/email/bulletin",
        letters=[mail.Letter(subscriber.email, {"text": ""}, "b", is_optional=True)],
    )

    assert message.status == MessageStatus.DISCARDED
