"""What an attacker does elsewhere does not keep the owner out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from core import rate_limits
from core.accounts import limits
from core.accounts.models import MailedCode, User
from core.mail.models import Message
from core.rate_limits import Use
from tests.builders.people import make_administrator, make_person
from tests.core.accounts.test_nobody_guesses import (
    PASSWORD,
    PASSWORD_PAGE,
    from_network,
    is_logged_in,
    wrong_for,
)
from tests.support.logging_in import add_app, app_code, ask_for_code, enter_code, log_in_by_code, shown
from tests.support.mailbox import newest_code

pytestmark = pytest.mark.django_db
ENTER = "/accounts/login/code/"
NOWHERE = {
    name: cache | {"LOCATION": "redis://127.0.0.1:1/0"} for name, cache in django_settings.CACHES.items()
}


def test_attacker_who_asks_all_the_time_keeps_the_owner_out_not_once():
    make_person("ana@example.org")
    attacker = from_network(1)
    got_in = []
    for _round in range(5):
        # The owner comes each time with a browser never seen before.
        for _ask in range(20):
            ask_for_code(attacker, "ana@example.org")
        owner = from_network(2)
        log_in_by_code(owner, "ana@example.org")
        got_in.append(is_logged_in(owner))
    assert got_in == [True] * 5


def test_guarded_address_gets_one_long_code_that_logs_in_from_anywhere():
    make_person("ana@example.org")
    for number in range(8):
        ask_for_code(from_network(number), "ana@example.org")
    codes = Message.objects.filter(to="ana@example.org").count()
    assert codes == limits.CODES_ASKED_DAY.most + limits.LONG_CODES.most

    owner = from_network(77)
    ask_for_code(owner, "ana@example.org")

    assert Message.objects.filter(to="ana@example.org").count() == codes
    page = owner.get(ENTER).content.decode()
    assert "Enter the newest one here." in page
    enter_code(owner, newest_code("ana@example.org").lower().replace("-", " "))
    assert is_logged_in(owner)


def use_up_the_day(email: str) -> None:
    """Ask and guess as an attacker does, until no short code is mailed or compared any more."""
    for number in range(limits.CODES_ASKED_DAY.most):
        ask_for_code(from_network(number), email)
        enter_code(from_network(number), "000000")
    while rate_limits.spend(Use(limits.CODES_COMPARED, f"log in {email}")) is None:
        pass


def test_code_that_was_mailed_stays_good_in_its_browser_whatever_others_do():
    make_person("ana@example.org")
    owner = from_network(77)
    ask_for_code(owner, "ana@example.org")
    short = newest_code("ana@example.org")
    use_up_the_day("ana@example.org")

    for number in range(4):
        assert (
            b"This code is incorrect" in enter_code(owner, f"{(int(short) + 1 + number) % 10**6:06}").content
        )
    enter_code(owner, short)

    assert is_logged_in(owner)


def test_owner_whose_other_short_code_is_taken_no_more_gets_a_long_one_at_once():
    make_person("ana@example.org")
    owner = from_network(77)
    ask_for_code(owner, "ana@example.org")
    short = newest_code("ana@example.org")
    use_up_the_day("ana@example.org")
    MailedCode.objects.create(
        purpose="log in", address="ana@example.org", expires_at=timezone.now() + timedelta(minutes=15)
    )
    session = owner.session
    session["code: log in"] = MailedCode.objects.latest("pk").pk
    session.save()

    page = enter_code(owner, short)

    assert not is_logged_in(owner)
    assert b"Use the longer code" in owner.get(page["Location"]).content
    enter_code(owner, newest_code("ana@example.org"))
    assert is_logged_in(owner)


def test_owner_in_a_known_browser_notices_no_attack(client):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    client.post("/accounts/logout/")
    for number in range(12):
        bot = from_network(number)
        ask_for_code(bot, "ana@example.org")
        enter_code(bot, "000000")

    ask_for_code(client, "ana@example.org")
    code = newest_code("ana@example.org")
    enter_code(client, code)

    assert code.isdigit()
    assert is_logged_in(client)


def test_attacker_in_the_owners_own_network_cannot_keep_the_owner_out():
    make_person("ana@example.org")
    attacker, owner = Client(), Client()
    for _ask in range(20):
        ask_for_code(attacker, "ana@example.org")
        enter_code(attacker, "000000")
    ask_for_code(owner, "ana@example.org")
    assert b"Enter the newest one here. It is valid until" in owner.get(ENTER).content
    enter_code(owner, newest_code("ana@example.org"))
    assert is_logged_in(owner)


def test_fifty_people_behind_one_address_get_their_codes_and_log_in():
    people = [f"person{number}@example.org" for number in range(50)]
    browsers = [Client(REMOTE_ADDR="192.0.2.1") for _ in people]
    for browser, email in zip(browsers, people, strict=True):
        assert log_in_by_code(browser, email)["Location"] == "/me/"
    assert [is_logged_in(browser) for browser in browsers] == [True] * 50


def test_network_that_asks_very_much_is_told_to_wait_and_leaves_no_row(monkeypatch):
    monkeypatch.setattr(limits, "OF_A_NETWORK", limits.OF_A_NETWORK._replace(most=3))
    answers = [ask_for_code(Client(), f"person{number}@example.org") for number in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert "Too many requests came from your network." in answers[-1].content.decode()
    assert MailedCode.objects.count() == 3


def test_known_browser_in_a_network_that_asks_very_much_goes_on(client, monkeypatch):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    client.post("/accounts/logout/")
    monkeypatch.setattr(limits, "OF_A_NETWORK", limits.OF_A_NETWORK._replace(most=1))
    ask_for_code(Client(), "ben@example.org")
    log_in_by_code(client, "ana@example.org")
    assert is_logged_in(client)


def test_wrong_passwords_of_an_attacker_do_not_stop_a_colleague(client):
    admin = with_password()
    secret = add_app(admin)
    client.post(PASSWORD_PAGE, {"login": admin.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    client.post("/accounts/logout/")
    for number in range(60):
        from_network(number).post(PASSWORD_PAGE, {"login": admin.email, "password": "wrong"})

    answer = client.post(PASSWORD_PAGE, {"login": admin.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")

    elsewhere = from_network(99)
    typed = {"login": admin.email, "password": PASSWORD}
    refused = shown(elsewhere, elsewhere.post(PASSWORD_PAGE, typed))
    assert b"Log in with a code by e-mail" in refused.content
    assert log_in_by_code(elsewhere, admin.email)["Location"] == reverse("mfa_authenticate")


def with_password() -> User:
    admin = make_administrator()
    admin.set_password(PASSWORD)
    admin.save()
    return admin


def test_five_wrong_passwords_elsewhere_leave_the_password_good_here():
    admin = with_password()
    for _try in range(9):
        from_network(1).post(PASSWORD_PAGE, {"login": admin.email, "password": "wrong"})
    here = from_network(2)
    here.post(PASSWORD_PAGE, {"login": admin.email, "password": PASSWORD})
    assert is_logged_in(here)


def test_without_redis_nobody_is_refused_and_a_code_has_five_tries(client):
    make_person("ana@example.org")
    with override_settings(CACHES=NOWHERE):
        ask_for_code(client, "ana@example.org")
        guess = wrong_for("ana@example.org")
        code = newest_code("ana@example.org")
        for _try in range(5):
            enter_code(client, guess)
        enter_code(client, code)
        assert not is_logged_in(client)
        log_in_by_code(client, "ana@example.org")
        assert is_logged_in(client)
    rate_limits._own().storage.reset()


@pytest.mark.parametrize("kind", ["known", "unknown", "staff", "closed"])
@pytest.mark.parametrize("state", ["limited", "guarded"])
def test_answer_to_a_limited_address_does_not_tell_whether_it_is_known(kind, state):
    if kind != "unknown":
        make = make_administrator if kind == "staff" else make_person
        make("ana@example.org")
        User.objects.filter(email="ana@example.org").update(is_active=kind != "closed")
    pages = []
    for email in ("ana@example.org", "zoe@example.org"):
        for number in range(8 if state == "guarded" else 3):
            browser = from_network(number if state == "guarded" else 1)
            answer = ask_for_code(browser, email)
        assert answer["Location"] == ENTER
        page = browser.get(ENTER).content.decode()
        pages.append(page.split("<h1")[1].split("<form")[0].replace("zoe@", "ana@"))
    assert pages[0] == pages[1]
