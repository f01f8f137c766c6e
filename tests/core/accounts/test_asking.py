"""Asking for codes: what one mailbox and one network get, and how many rows there are."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.accounts import codes, limits
from core.accounts.codes import CodeCheck
from core.accounts.enums import CodePurpose
from core.accounts.limits import Origin
from core.accounts.models import MailedCode
from core.mail import budget
from core.mail.models import Message
from tests.builders import mails as outbox
from tests.builders.people import make_person
from tests.core.accounts.test_nobody_guesses import from_network, is_logged_in
from tests.support.logging_in import ask_for_code, enter_code, log_in_by_code
from tests.support.mailbox import newest_code

pytestmark = pytest.mark.django_db
ENTER = "/accounts/login/code/"
VICTIM = "victim@gmail.com"


def test_tagged_addresses_share_what_one_mailbox_gets_and_its_owner_still_logs_in():
    make_person(VICTIM)
    for number in range(50):
        answer = ask_for_code(from_network(number), f"vic.tim+{number}@gmail.com")
        assert answer["Location"] == ENTER
    assert Message.objects.count() == budget.EVERYTHING_TO_RECIPIENT_DAY.most

    owner = from_network(99)
    log_in_by_code(owner, VICTIM)

    assert is_logged_in(owner)
    assert not newest_code_was_short(VICTIM)


def newest_code_was_short(email: str) -> bool:
    return not MailedCode.objects.filter(address=email).latest("pk").is_long


def test_flooded_mailbox_does_not_tell_which_of_its_addresses_has_an_account():
    make_person(VICTIM)
    while budget.spend(budget.everything_to(VICTIM)) is None:
        pass
    pages = []
    for email in (VICTIM, "victim+x@gmail.com"):
        browser = from_network(1)
        ask_for_code(browser, email)
        page = browser.get(ENTER).content.decode()
        pages.append(page.split("<h1")[1].split("<form")[0].replace(email, "ADDRESS"))

    assert pages[0] == pages[1]
    assert [message.to for message in Message.objects.all()] == [VICTIM]


def test_network_that_asks_for_very_many_people_gets_no_more_and_can_still_type(client, monkeypatch):
    monkeypatch.setattr(budget, "CODES_NETWORK_HOUR", budget.CODES_NETWORK_HOUR._replace(most=10))
    log_in_by_code(from_network(2), "ana@example.org")
    ask_for_code(from_network(3), "ana@example.org")
    before = Message.objects.count()
    for number in range(12):
        assert ask_for_code(client, f"stranger{number}@example.org")["Location"] == ENTER
    assert Message.objects.count() == before + 10
    assert b"so we did not send one" in client.get(ENTER).content

    ask_for_code(client, "ana@example.org")
    enter_code(client, newest_code("ana@example.org"))

    assert is_logged_in(client)


def test_default_of_a_network_is_enough_for_the_last_day_of_a_call():
    assert budget.CODES_NETWORK_HOUR.most >= 500
    assert budget.CODES_NETWORK_HOUR.most < limits.OF_A_NETWORK.most * 60


def ask(network: str = "10.0.0.1") -> MailedCode | None:
    return codes.ask(purpose=CodePurpose.LOG_IN, address="ana@example.org", origin=Origin(network))


def test_rows_of_one_network_for_an_address_are_few_and_short_lived(client):
    ask_for_code(client, "ana@example.org")
    network = "127.0.0.1"
    rows = [ask(network) for _ask in range(limits.CODES_AWAITED.most + 5)]

    assert MailedCode.objects.count() == limits.CODES_AWAITED.most
    assert rows[-1] is None
    unsent = MailedCode.objects.filter(digest="")
    assert unsent.exists()
    assert not unsent.filter(expires_at__gt=timezone.now() + timedelta(minutes=15)).exists()
    # Whoever awaits a code here goes on; a fresh browser here is told to wait; elsewhere nobody notices.
    assert ask_for_code(client, "ana@example.org")["Location"] == ENTER
    assert b"Try again in 15 minutes." in ask_for_code(type(client)(), "ana@example.org").content
    assert ask_for_code(from_network(7), "ana@example.org")["Location"] == ENTER


@pytest.mark.django_db(transaction=True)
def test_typing_waits_for_no_row_of_others_without_a_code():
    rows = [ask(f"10.0.{number}.1") for number in range(limits.CODES_ASKED_DAY.most + 2)]
    own, unsent = rows[0], rows[-1]
    assert unsent.digest == ""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            MailedCode.objects.select_for_update().get(pk=unsent.pk)
            held.set()
            over.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        assert codes.enter(code_id=own.pk, typed="x", origin=Origin("10.0.0.1")) == CodeCheck.WRONG
    finally:
        over.set()
        holder.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def test_used_code_leaves_those_for_other_things_in_the_mailbox():
    ana = make_person("ana@example.org")
    origin = Origin("10.0.0.1")
    codes.ask(purpose=CodePurpose.CONFIRM, address=ana.email, origin=origin, user=ana)
    other = outbox.bring_to(Message.objects.get(), "held")
    row = ask()
    code = newest_code(ana.email)

    assert codes.enter(code_id=row.pk, typed=code, origin=origin) == CodeCheck.RIGHT

    other.refresh_from_db()
    assert other.status == "held"
