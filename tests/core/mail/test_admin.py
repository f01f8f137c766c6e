"""E-mails in the administration: seen, decided about, and codes hidden."""

import pytest
from django.contrib.admin.models import LogEntry

from core.accounts.enums import Role
from core.mail.enums import MessageStatus
from core.mail.models import ERASED_ADDRESS, Message
from tests.builders.mails import make_message
from tests.builders.people import make_staff

pytestmark = pytest.mark.django_db
LIST = "/admin/mail/message/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def admin(client):
    person = make_staff(Role.ADMINISTRATOR)
    client.force_login(person)
    return person


def page_of(message, *decision: str) -> str:
    return f"{LIST}{message.pk}/change/" if not decision else f"{LIST}{message.pk}/decide/{decision[0]}/"


MAY_SEE = {
    Role.REVIEWER: 403,
    Role.MANAGER: 200,
    Role.COMMUNICATIONS: 200,
    Role.AUDITOR: 200,
    Role.ADMINISTRATOR: 200,
}


@pytest.mark.parametrize("role", Role)
def test_roles_see_mail_as_the_table_says(client, role):
    message = make_message()
    client.force_login(make_staff(role))
    assert client.get(LIST).status_code == MAY_SEE[role]
    # Whoever may see others only is led back to the list, as for a row that is not there.
    is_hidden = role == Role.COMMUNICATIONS
    assert client.get(page_of(message)).status_code == (302 if is_hidden else MAY_SEE[role])


def test_communications_see_the_mail_of_the_newsletter_and_no_other(client):
    news = make_message(template="newsletter/email/bulletin")
    outcome = make_message(template="applications/email/not_selected")
    client.force_login(make_staff(Role.COMMUNICATIONS))

    page = client.get(LIST)

    assert list(page.context["cl"].result_list) == [news]
    assert outcome.to not in client.get(LIST, {"q": outcome.to}).content.decode().partition("<table")[2]
    assert "not_selected" not in page.content.decode()
    assert client.get(page_of(news)).status_code == 200
    assert client.get(page_of(outcome)).status_code == 302


def test_nobody_writes_or_deletes_mail_by_hand(client, admin):
    message = make_message()
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{message.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(page_of(message), {"subject": "Changed"}).status_code == 403
    message.refresh_from_db()
    assert message.subject == "Subject"


def test_button_stands_only_where_the_decision_is_possible(client, admin):
    failed, sent = make_message(MessageStatus.FAILED), make_message(MessageStatus.SENT)
    assert page_of(failed, "resend").encode() in client.get(page_of(failed)).content
    assert b"/decide/" not in client.get(page_of(sent)).content


SECRETS = {"has_secrets": True, "sealed": ""}
ERASED = {"to": ERASED_ADDRESS, "subject": "", "body": ""}


@pytest.mark.parametrize("status", [MessageStatus.FAILED, MessageStatus.DOUBT, MessageStatus.RETURNED])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (SECRETS, "The person who requested it has to request a new one."),
        (ERASED, "were deleted, so it cannot be sent"),
    ],
)
def test_what_cannot_be_sent_again_has_the_reason_in_place_of_the_button(
    client, admin, status, fields, words
):
    message = make_message(status)
    Message.objects.filter(pk=message.pk).update(**fields)

    page = client.get(page_of(message)).content.decode()
    asked = client.get(page_of(message, "resend")).content.decode()
    refused = client.post(page_of(message, "resend"))

    assert page_of(message, "resend") not in page
    assert words in page
    assert words in asked
    assert "Send again</button>" not in asked.replace("\n", "").replace("  ", "")
    assert (refused.status_code, words in refused.content.decode()) == (409, True)
    message.refresh_from_db()
    assert message.status == status


def test_held_mail_of_no_use_has_the_reason_in_place_of_the_button(client, admin):
    message = make_message(MessageStatus.HELD, **SECRETS)

    page = client.get(page_of(message)).content.decode()

    assert page_of(message, "release") not in page
    assert "The person who requested it has to request a new one." in page


def test_decision_is_explained_then_taken_and_logged(client, admin):
    message = make_message(MessageStatus.DOUBT)
    asked = client.get(page_of(message, "resend"))
    assert b"may already have arrived" in asked.content
    message.refresh_from_db()
    assert message.status == MessageStatus.DOUBT
    answer = client.post(page_of(message, "resend"))
    assert answer["Location"] == page_of(message)
    message.refresh_from_db()
    assert (message.status, message.resent_by) == (MessageStatus.QUEUED, admin)
    assert LogEntry.objects.get().object_id == str(message.pk)


def test_decision_that_came_too_late_is_refused_in_words(client, admin):
    message = make_message(MessageStatus.SENT)
    assert b"This is no longer possible" in client.get(page_of(message, "resend")).content
    answer = client.post(page_of(message, "resend"))
    assert answer.status_code == 409
    message.refresh_from_db()
    assert message.status == MessageStatus.SENT
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("role", [Role.COMMUNICATIONS, Role.AUDITOR])
def test_decision_without_the_permission_is_forbidden(client, role):
    message = make_message(MessageStatus.FAILED, template="newsletter/email/bulletin")
    client.force_login(make_staff(role))
    assert b"/decide/" not in client.get(page_of(message)).content
    assert client.get(page_of(message, "resend")).status_code == 403
    assert client.post(page_of(message, "resend")).status_code == 403
    message.refresh_from_db()
    assert message.status == MessageStatus.FAILED


def test_unknown_row_and_unknown_decision_are_not_found(client, admin):
    message = make_message(MessageStatus.FAILED)
    assert client.get(page_of(message, "explode")).status_code == 404
    assert client.get(f"{LIST}999999/decide/resend/").status_code == 404
    assert client.get(f"{LIST}decide/explode/").status_code == 404


def test_ticked_rows_are_decided_one_by_one(client, admin):
    failed, sent, doubt = (make_message(s) for s in ("failed", "sent", "doubt"))
    ticked = [failed.pk, sent.pk, doubt.pk]
    page = client.post(LIST, {"action": "resend", "_selected_action": ticked})
    assert page.status_code == 200
    assert b"(not possible now)" in page.content
    failed.refresh_from_db()
    assert failed.status == MessageStatus.FAILED
    answer = client.post(f"{LIST}decide/resend/", {"targets": ",".join(map(str, ticked))}, follow=True)
    assert [str(m) for m in answer.context["messages"]] == [
        "Send again: 2 rows done.",
        f"{sent}: This e-mail is now: Sent.",
    ]
    for row in (failed, sent, doubt):
        row.refresh_from_db()
    assert (failed.status, sent.status, doubt.status) == ("queued", "sent", "queued")


def test_bulk_page_without_rows_asks_to_tick_some(client, admin):
    answer = client.get(f"{LIST}decide/resend/", follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert [str(m) for m in answer.context["messages"]] == ["Tick at least one row."]


def test_number_of_queries_does_not_grow_with_rows(client, admin, django_assert_max_num_queries):
    for _number in range(2):
        make_message()
    with django_assert_max_num_queries(30) as few:
        client.get(LIST)
    for _number in range(20):
        make_message()
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


def test_number_of_queries_of_the_bulk_page_does_not_grow_with_rows(
    client, admin, django_assert_max_num_queries
):
    def ticked(count: int) -> dict:
        rows = [make_message(MessageStatus.FAILED).pk for _number in range(count)]
        Message.objects.filter(pk__in=rows).update(has_secrets=True)
        return {"action": "resend", "_selected_action": rows}

    few, many = ticked(2), ticked(20)
    with django_assert_max_num_queries(40) as counted:
        client.post(LIST, few)
    with django_assert_max_num_queries(len(counted)):
        client.post(LIST, many)


def test_home_shows_what_waits(client, admin):
    make_message(MessageStatus.FAILED)
    make_message(MessageStatus.DOUBT)
    make_message(MessageStatus.DOUBT)
    waiting = {str(item.label): item.count for item in client.get("/admin/").context["waiting"]}
    assert waiting["e-mails could not be sent"] == 1
    assert waiting["e-mails may or may not have been sent"] == 2
