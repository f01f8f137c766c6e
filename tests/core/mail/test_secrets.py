"""Codes, and links that act without a log-in, are for the recipient alone."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.applying.actions import members
from core.accounts.enums import Role
from core.mail import sealing
from core.mail.enums import FINAL, MessageStatus
from core.mail.models import Message
from core.mail.querysets import CODE_TEMPLATES
from core.objections import links
from newsletter import actions as newsletter
from newsletter import tasks as newsletter_tasks
from tests.builders.applications import lead_of, ready
from tests.builders.mails import make_message
from tests.builders.newsletter import ask, make_bulletin, make_subscriber, may_ask_again
from tests.builders.people import make_person, make_staff
from tests.core.mail.codes import CODE, READER, deliver, post_code
from tests.support.logging_in import ask_for_code, log_in_by_code
from tests.support.mailbox import email_of, newest_code
from tests.support.smtp import mail_server

pytestmark = pytest.mark.django_db


# A signed token, or a code on a line of its own.
SECRET = re.compile(r"[\w-]{20,}:[\w-]{6,}:?[\w-]*|^\d{6}$", re.MULTILINE)


MAY_SEE = [Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR]


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def log_in_code() -> None:
    ask_for_code(Client(), READER)


def new_address_code() -> None:
    client = Client()
    make_person("old@example.org")
    log_in_by_code(client, "old@example.org")
    client.post(reverse("account_email"), {"email": READER})


def proof_code() -> None:
    client = Client()
    client.force_login(make_person(READER))
    client.post(reverse("account_confirm_by_mail"), {"action": "send"})


def partner_link() -> None:
    application = ready()
    partner = application.partners.first()
    partner.contact_email = READER
    partner.save()
    members.ask_partner(application_id=application.pk, by=lead_of(application), partner_id=partner.public_id)


def newsletter_link() -> None:
    ask(READER)


def preferences_link() -> None:
    may_ask_again(make_subscriber(READER))
    ask(READER)


def lost_link() -> None:
    may_ask_again(make_subscriber(READER))
    newsletter.send_link(email=READER)


def bulletin_links() -> None:
    make_subscriber(READER)
    writer = make_staff(Role.COMMUNICATIONS, email="writer@example.org")
    newsletter.schedule(bulletin_id=make_bulletin().pk, by=writer)
    newsletter_tasks.sweep()


class Kind(NamedTuple):
    template: str
    write: Callable[[], None]
    count: int


KINDS = [
    Kind("account/email/login_code", log_in_code, 1),
    Kind("account/email/confirm_code", proof_code, 1),
    Kind("account/email/email_confirmation", new_address_code, 1),
    Kind("applications/email/confirm_partner", partner_link, 1),
    Kind("newsletter/email/confirm", newsletter_link, 1),
    Kind("newsletter/email/already", preferences_link, 1),
    Kind("newsletter/email/link", lost_link, 1),
    # To change topics and to leave, in the text, in HTML; to leave once more in a header.
    Kind("newsletter/email/bulletin", bulletin_links, 5),
]


def test_every_code_and_link_that_is_mailed_is_tried_here() -> None:
    assert {kind.template for kind in KINDS} >= set(CODE_TEMPLATES)


def everything_of(email: Any) -> str:
    html = [part.content for part in email.alternatives]
    return "\n".join([email.subject, email.body, *html, *email.extra_headers.values()])


def secrets_in(message: Message) -> list[str]:
    """Return the secrets of an e-mail as it is received; its link to object is kept nowhere."""
    return SECRET.findall(everything_of(email_of(message)).replace(links.path(message.public_id), ""))


def stored(message: Message) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(m) - 'sealed' FROM mail_message m WHERE id = %s", [message.pk])
        return str(cursor.fetchone()[0]).replace("\\n", "\n")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.template)
def test_secret_is_in_the_mail_and_in_no_column_of_the_outbox(kind: Kind) -> None:
    kind.write()

    message = Message.objects.get(template=kind.template, to=READER)

    found = secrets_in(message)
    assert len(found) == kind.count
    assert links.path(message.public_id) not in stored(message)
    assert not any(secret in stored(message) for secret in found)
    assert not any(secret in message.sealed for secret in found)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.template)
@pytest.mark.parametrize("role", [*MAY_SEE, Role.COMMUNICATIONS])
def test_staff_see_words_where_the_secret_stands(role: Role, kind: Kind) -> None:
    kind.write()
    message = Message.objects.get(template=kind.template, to=READER)
    client = Client()
    client.force_login(make_staff(role, email=f"{role.name.lower()}@example.org"))

    page = client.get(f"/admin/mail/message/{message.pk}/change/").content.decode()

    is_shown = role in MAY_SEE or kind.template.startswith("newsletter/")
    assert ("that only the recipient sees)" in page) is is_shown
    assert "[[" not in page
    assert not any(secret in page for secret in secrets_in(message))
    assert links.path(message.public_id) not in page


def test_no_table_holds_the_code_that_was_mailed() -> None:
    code = newest_code_of_a_log_in()

    with connection.cursor() as cursor:
        # Names and numbers of places may hold any six digits.
        written = [t for t in connection.introspection.table_names(cursor) if not t.startswith("reference_")]
        for table in written:
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ~ %s', [rf"\m{code}\M"])
            assert cursor.fetchone() == (0,), table


def newest_code_of_a_log_in() -> str:
    make_person(READER)
    ask_for_code(Client(), READER)
    return newest_code(READER)


def test_logs_and_tasks_do_not_name_the_code(caplog: Any, django_capture_on_commit_callbacks: Any) -> None:
    caplog.set_level("DEBUG")
    with django_capture_on_commit_callbacks(execute=True):
        make_person(READER)
        ask_for_code(Client(), READER)

    assert Message.objects.get(to=READER).status == MessageStatus.SENT
    assert newest_code(READER) not in caplog.text


def test_mail_server_gets_the_code_and_the_row_loses_it(settings: Any) -> None:
    message = post_code()
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        deliver(message)
        assert "\n123456\n" in server.accepted[0].get_payload().replace("\r", "")
    assert (message.status, message.sealed) == (MessageStatus.SENT, "")


def test_secret_in_html_is_escaped_and_in_the_subject_and_header_put_in() -> None:
    message = make_message(
        subject="[[link:aaaaaaaaaaaaaaaaaaaa]]",
        html="<a href='[[link:aaaaaaaaaaaaaaaaaaaa]]'>x</a>",
        headers={"List-Unsubscribe": "<[[link:aaaaaaaaaaaaaaaaaaaa]]>"},
        has_secrets=True,
        sealed=sealing.seal({"[[link:aaaaaaaaaaaaaaaaaaaa]]": "https://x.example/?a=1&b='2"}),
    )

    email = email_of(message)

    assert email.subject == "https://x.example/?a=1&b='2"
    assert email.extra_headers["List-Unsubscribe"] == "<https://x.example/?a=1&b='2>"
    assert "https://x.example/?a=1&amp;b=&#x27;2'>" in email.alternatives[0].content


@pytest.mark.parametrize("status", MessageStatus)
def test_final_mail_keeps_no_secret_whoever_writes_it(status: MessageStatus) -> None:
    message = post_code()
    message.status, message.sent_at = status, timezone.now()

    if status not in FINAL:
        message.save()
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save()


@pytest.mark.parametrize("template", CODE_TEMPLATES)
def test_code_in_plain_text_is_refused_by_the_database(template: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_message(template=template, body="this is your code:\n\n123456\n")


def test_outage_keeps_the_code_for_the_next_try(settings: Any) -> None:
    message = post_code()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    deliver(message)

    assert message.status == MessageStatus.QUEUED
    assert newest_code(READER) == "123456"


def test_new_key_of_the_server_still_opens_what_waits(settings: Any) -> None:
    message = post_code()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "1" * 50

    assert deliver(message).status == MessageStatus.SENT
    assert newest_code(READER) == "123456"


def test_mail_sealed_with_a_lost_key_fails_with_the_reason(settings: Any) -> None:
    message = post_code()
    settings.SECRET_KEY = "another-" + "1" * 50

    deliver(message)

    assert message.status == MessageStatus.FAILED
    assert "another key" in message.error


def test_error_that_repeats_a_header_does_not_tell_the_secret() -> None:
    link = "https://x.example/leave/"
    message = post_code(
        template="newsletter/email/already",
        secrets={"address": link},
        headers={"List-Unsubscribe": f"<{link}>\n"},
    )

    deliver(message)

    assert message.status == MessageStatus.FAILED
    assert "BadHeaderError" in message.error
    assert link not in message.error


def test_mark_typed_into_a_name_gets_no_secret_and_stops_no_mail() -> None:
    typed = "[[code:aaaaaaaaaaaaaaaaaaaa]]"
    message = post_code(template="account/email/email_confirmation", context={"email": typed})
    plain = make_message(body=f"{typed}\n")

    assert typed in email_of(message).body
    assert deliver(message).status == MessageStatus.SENT
    assert deliver(plain).status == MessageStatus.SENT


def test_two_mails_never_share_a_mark() -> None:
    marks = {sealing.MARK.search(post_code().body)[0] for _number in range(20)}
    assert len(marks) == 20


def test_log_in_still_works_by_the_code_that_was_mailed(client: Client) -> None:
    make_person(READER)
    log_in_by_code(client, READER)
    assert "_auth_user_id" in client.session


def test_upgrade_hides_what_older_versions_stored() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mail_message DROP CONSTRAINT message_code_is_never_plain")
    forget_secrets = importlib.import_module("core.mail.migrations.0002_secrets_sealed").forget_secrets
    token = signing.Signer(salt="x").sign("a" * 32)
    link = f"http://127.0.0.1:8000/fr/newsletter/unsubscribe/{token}/"
    fields = {
        "template": "newsletter/email/bulletin",
        "body": f"Unsubscribe: {link}\nhttps://example.org/webinar\n",
        "html": f'<a href="{link}">x</a>',
        "headers": {"List-Unsubscribe": f"<{link}>"},
    }
    sent, waiting = make_message(MessageStatus.SENT, **fields), make_message(**fields)
    code = make_message(template=CODE, body="123456\n")
    before = everything_of(email_of(waiting))

    forget_secrets(apps, None)

    for message in (sent, waiting, code):
        message.refresh_from_db()
        assert token not in stored(message)
        assert "123456" not in stored(message)
    assert everything_of(email_of(waiting)) == before
    assert (sent.sealed, code.status) == ("", MessageStatus.DISCARDED)
    assert "https://example.org/webinar" in sent.body
