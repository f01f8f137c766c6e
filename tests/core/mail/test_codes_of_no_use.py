"""Codes that no longer work: not sent, not released, erased; used ones vanish."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.history import NotAllowed
from core.mail import actions, sealing, tasks
from core.mail.enums import MessageStatus
from core.mail.models import Message
from tests.builders import mails as outbox
from tests.builders.mails import make_message
from tests.builders.people import make_administrator
from tests.core.mail.codes import READER, deliver, post_code
from tests.support.mailbox import newest_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def outlive(message: Message) -> None:
    message.sealed_until = timezone.now() - timedelta(seconds=1)
    message.save()


@pytest.mark.parametrize("status", [MessageStatus.FAILED, MessageStatus.DOUBT])
def test_failed_code_is_sent_again_while_it_works(status: MessageStatus) -> None:
    message = outbox.bring_to(post_code(), status)

    actions.resend(message_id=message.pk, by=make_administrator())

    assert deliver(message).status == MessageStatus.SENT
    assert newest_code(READER) == "123456"


@pytest.mark.parametrize("is_swept", [False, True])
def test_failed_code_is_not_sent_again_when_it_is_of_no_use(client: Client, is_swept: bool) -> None:
    message = outbox.bring_to(post_code(), MessageStatus.FAILED)
    outlive(message)
    if is_swept:
        tasks.sweep()
    client.force_login(make_administrator())

    answer = client.post(f"/admin/mail/message/{message.pk}/decide/resend/")

    assert answer.status_code == 409
    assert "The person who requested it has to request a new one." in answer.content.decode()
    message.refresh_from_db()
    assert (message.status, bool(message.sealed)) == (MessageStatus.FAILED, not is_swept)


def test_held_code_of_no_use_is_not_released() -> None:
    message = post_code(is_held=True)
    outlive(message)

    with pytest.raises(NotAllowed):
        actions.release_held(message_id=message.pk, by=make_administrator())


def test_code_that_is_of_no_use_any_more_does_not_leave(mailoutbox: Any) -> None:
    message = post_code()
    outlive(message)

    deliver(message)

    assert (message.status, message.sealed, mailoutbox) == (MessageStatus.DISCARDED, "", [])
    assert "no longer works" in message.error


def test_sweep_erases_only_what_no_longer_works() -> None:
    old, new, link = (
        outbox.bring_to(post_code(**until), MessageStatus.FAILED)
        for until in ({}, {}, {"secrets_until": None})
    )
    outlive(old)

    tasks.sweep()

    assert set(Message.objects.sealed()) == {new, link}


DISCARD: dict[str, Callable[[Message], Any]] = {
    "give_up": lambda m: actions.give_up(message_id=m.pk, by=make_administrator()),
    "discard": lambda m: actions.discard(about=m.about),
    "discard_keys": lambda m: actions.discard_keys(keys=[m.dedupe_key]),
    "erase": lambda m: actions.erase(about=m.about),
}


@pytest.mark.parametrize("verb", DISCARD)
def test_discarded_mail_keeps_no_secret(verb: str) -> None:
    message = post_code(about="thing:1")

    DISCARD[verb](message)

    message.refresh_from_db()
    assert (message.status, message.sealed) == (MessageStatus.DISCARDED, "")


def test_used_code_vanishes_from_all_mails_to_the_address() -> None:
    failed = outbox.bring_to(post_code(), MessageStatus.FAILED)
    sending = outbox.bring_to(post_code(), MessageStatus.SENDING)
    queued, held = post_code(), post_code(to="Reader@Example.org", is_held=True)
    other = post_code(to="other@example.org")
    link = make_message(to=READER, has_secrets=True, sealed=sealing.seal({"a": "b"}))

    actions.forget_codes(to=READER, template=queued.template)

    assert set(Message.objects.sealed()) == {other, link}
    assert {m.status for m in Message.objects.filter(pk__in=[queued.pk, failed.pk, held.pk])} == {"discarded"}
    sending.refresh_from_db()
    assert sending.status == MessageStatus.SENDING
