"""What an attacker may try: counted exactly, also when everything comes at once and from everywhere."""

from __future__ import annotations

import pytest
from allauth.mfa.signals import authentication_failed
from django.test import Client
from django.urls import reverse

from core import rate_limits
from core.accounts import codes, limits, typed_codes
from core.accounts.enums import CodePurpose
from core.accounts.known_browsers import COOKIE
from core.accounts.limits import Origin
from core.accounts.models import MAX_TRIES, MailedCode
from core.mail.models import Message
from core.rate_limits import Use
from tests.builders.people import make_administrator, make_person
from tests.support.at_once import at_once
from tests.support.logging_in import add_app, ask_for_code, enter_code, log_in_by_code, shown
from tests.support.mailbox import CODE, email_of, newest_code

ENTER = "/accounts/login/code/"
PASSWORD_PAGE = "/accounts/login/password/"
PASSWORD = "correct horse battery staple"

pytestmark = pytest.mark.django_db


def from_network(number: int) -> Client:
    return Client(REMOTE_ADDR=f"10.{number // 250}.{number % 250}.1")


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06}"


def wrong_for(email: str) -> str:
    """Return six digits that are in no e-mail to an address."""
    mailed = {newest_code(email)}
    return next(f"{number:06}" for number in range(1000) if f"{number:06}" not in mailed)


@pytest.mark.django_db(transaction=True)
def test_of_forty_wrong_codes_at_once_five_are_looked_at(client):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    code = newest_code("ana@example.org")
    cookie = client.cookies["sessionid"].value

    def guess(number: int) -> None:
        browser = Client()
        browser.cookies["sessionid"] = cookie
        browser.post(ENTER, {"code": wrong(code, number + 1)})

    at_once(40, guess)

    assert MailedCode.objects.get().tries == 5
    enter_code(client, code)
    assert not is_logged_in(client)


@pytest.mark.django_db(transaction=True)
def test_right_code_typed_in_two_tabs_at_once_logs_in_once_and_both_tabs_go_on(client):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    code, cookie = newest_code("ana@example.org"), client.cookies["sessionid"].value
    tabs = [Client(), Client()]
    for tab in tabs:
        tab.cookies["sessionid"] = cookie

    answers = at_once(2, lambda number: enter_code(tabs[number], code)["Location"])

    assert sorted(answers) == [ENTER, "/me/"]
    # A browser has one jar: the tab that came second asks with the session that the first one got.
    winner = tabs[answers.index("/me/")]
    assert winner.get(ENTER)["Location"] == "/me/"


def test_botnet_of_forty_networks_compares_30_guesses_in_a_day(monkeypatch):
    make_person("ana@example.org")
    compared = short_comparisons(monkeypatch)
    origins = [Origin(f"10.0.{number}.1") for number in range(40)]
    # All ask before they guess: that is the best that they can do.
    rows = [codes.ask(purpose=CodePurpose.LOG_IN, address="ana@example.org", origin=o) for o in origins]
    for row, origin in zip(rows, origins, strict=True):
        for _try in range(MAX_TRIES + 1):
            codes.enter(code_id=row.pk, typed="000000", origin=origin)

    assert len(compared) == MAX_COMPARED == 30
    # After that, no short code is right any more for a browser that the account does not know.
    late = from_network(999)
    ask_for_code(late, "ana@example.org")
    for code in short_codes("ana@example.org"):
        enter_code(late, code)
        assert not is_logged_in(late)


def test_known_browser_compares_no_more_than_its_number_and_then_what_a_stranger_may(monkeypatch):
    make_person("ana@example.org")
    compared = short_comparisons(monkeypatch)
    origin = Origin("10.0.0.1", "browser")
    for _ask in range(40):
        rate_limits.forget(Use(limits.CODES_ASKED_KNOWN, "log in ana@example.org browser"))
        row = codes.ask(purpose=CodePurpose.LOG_IN, address="ana@example.org", origin=origin)
        for _try in range(MAX_TRIES):
            codes.enter(code_id=row.pk, typed="000000", origin=origin)

    assert limits.CODES_COMPARED_KNOWN.most < len(compared)
    assert len(compared) <= limits.CODES_COMPARED_KNOWN.most + MAX_COMPARED


def short_comparisons(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each real comparison of a guess with a short code."""
    compared: list[str] = []
    real = typed_codes.constant_time_compare

    def counting(guess: str, digest: str) -> bool:
        if MailedCode.objects.filter(digest=digest, is_long=False).exists():
            compared.append(digest)
        return real(guess, digest)

    monkeypatch.setattr(typed_codes, "constant_time_compare", counting)
    # Never the code that the test types.
    monkeypatch.setattr(codes, "short_code", lambda: f"9{typed_codes.short_code()[1:]}")
    return compared


def short_codes(email: str) -> list[str]:
    bodies = [email_of(message).body for message in Message.objects.filter(to=email)]
    return [found.group() for body in bodies if (found := CODE.search(body)) and "-" not in found.group()]


@pytest.mark.django_db(transaction=True)
def test_of_forty_app_codes_at_once_five_are_looked_at(client):
    admin = make_administrator()
    add_app(admin)
    log_in_by_code(client, admin.email)
    cookie = client.cookies["sessionid"].value
    looked_at: list[int] = []

    def count(**kwargs):
        looked_at.append(1)

    authentication_failed.connect(count)
    try:

        def guess(number: int) -> None:
            browser = Client()
            browser.cookies["sessionid"] = cookie
            # The app may show one of them now: rather unlikely.
            browser.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})

        at_once(40, guess)
    finally:
        authentication_failed.disconnect(count)

    assert len(looked_at) == limits.FACTORS.near.most
    assert not is_logged_in(client)


@pytest.mark.django_db(transaction=True)
def test_of_forty_passwords_at_once_five_are_looked_at():
    admin = make_administrator()
    admin.set_password(PASSWORD)
    admin.save()

    def guess(number: int) -> bytes:
        browser = Client()
        typed = {"login": admin.email, "password": f"wrong {number}"}
        return shown(browser, browser.post(PASSWORD_PAGE, typed)).content

    answers = at_once(40, guess)

    assert (
        sum(b"The e-mail address or password is incorrect" in answer for answer in answers)
        == limits.PASSWORDS.near.most
    )
    assert sum(b"Too many wrong passwords" in answer for answer in answers) == 35


def test_botnet_of_60_networks_tries_50_passwords_in_a_day():
    admin = make_administrator()
    admin.set_password(PASSWORD)
    admin.save()
    browsers = [from_network(number) for number in range(60)]
    typed = {"login": admin.email, "password": "wrong"}
    answers = [shown(browser, browser.post(PASSWORD_PAGE, typed)).content for browser in browsers]
    assert (
        sum(b"The e-mail address or password is incorrect" in answer for answer in answers)
        == limits.PASSWORDS.day.most
    )


MAX_COMPARED = limits.CODES_ASKED_DAY.most * MAX_TRIES + limits.CODES_COMPARED.most
# Everything that can be guessed, in how many tries of a day by everybody together, and out of how many.
GUESSED = [
    ("short log-in code", MAX_COMPARED, 10**6),
    ("long log-in code", limits.LONG_CODES.most * 24 * 5 * 200 * 60 * 24, 32**12),
    ("app code", limits.FACTORS.day.most, 10**6),
    ("recovery code", limits.FACTORS.day.most * 10, 10**8),
    ("set-up code", limits.SET_UP_CODES.day.most, 32**12),
]


@pytest.mark.parametrize(("what", "tries", "of"), GUESSED, ids=[what for what, *_ in GUESSED])
def test_nobody_guesses_more_than_three_in_a_hundred_thousand_a_day(what, tries, of):
    assert tries / of <= 3e-5


def test_cookie_of_a_known_browser_opens_nothing_and_cannot_be_made(client):
    ana, ben = make_person("ana@example.org"), make_person("ben@example.org")
    log_in_by_code(client, ana.email)
    stranger = Client()
    stranger.cookies[COOKIE] = client.cookies[COOKIE].value
    assert stranger.get("/me/").status_code == 302
    forged = Client()
    value = client.cookies[COOKIE].value
    forged.cookies[COOKIE] = value[:-1] + ("x" if value[-1] != "x" else "y")
    for browser, person in ((forged, ana), (client, ben)):
        ask_for_code(browser, person.email)
    assert list(MailedCode.objects.order_by("-pk").values_list("is_from_known_browser", flat=True)[:2]) == [
        False,
        False,
    ]
