"""Codes as people type and paste them: one reading for e-mails, apps, recovery codes and set-up codes."""

from __future__ import annotations

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from core.accounts import actions
from core.accounts.forms import CodeForm
from core.accounts.models import MailedCode
from core.accounts.typed_codes import find_code
from tests.builders.people import make_administrator, make_person, make_staff
from tests.support.logging_in import add_app, app_code, ask_for_code, enter_code, log_in_by_code, shown
from tests.support.mailbox import newest_code

# Each with the place of the code.
WRITTEN = [
    "{}",
    " {}\u00a0",
    "{}\u200b",
    "\u2067{}\u2069",
    "Code: {}",
    "Code : « {} »",
    "code={}",
    "({})",
    "{}.",
    "{},",
    "“{}”",
    "#{}\r\n",
    "Your IMPACT code is {} (call 2 of 2026, until 14:30).",
    "Your code: {}. 10 minutes",
    "{}\n15",
    "30/11/2026 02:30\n{}",
    "30.11.2026, 02:30 – {}\r\n",
    "2026-11-30 {}",
    "Enter {} within 10 minutes.",
    "{}, valable jusqu’au 30/11/2026 à 14 h 30",
    "Votre code à usage unique est «\u202f{}\u202f». Il expire dans 10\u202fminutes.",
    "L’accès s’ouvre avec {} : saisissez-le avant 14 h 30.",
    "Subsequently, here use {}!",
]
PARTED = [
    "{}{}",
    "{} {}",
    "{}\u00a0{}",
    "{}-{}",
    "{}\u2011{}",
    "{}–{}",
    "{}.{}",
    "{}\u200b{}",
    "{}  {}",
    "{}\t{}",
]
# Full-width, Arabic-Indic, its Persian form, Devanagari, mathematical.
ZEROS = ["0", "\uff10", "\u0660", "\u06f0", "\u0966", "\U0001d7d8"]
NO_CODE = ["", "x", "abc", "12345", "1234567", "????", "the code", "12:34", "one two three", "123456 789012"]
NO_LONG_CODE = [
    *["use it here want used now", "Subsequently it went", "avec deux jeux de clefs", "HERE WANT USED?\nNo."],
    *["ABCD-EFGH-2345 or BCDE-FGHJ-2345", "ABCD\nEFGH\n2345 and more", "ABCD. EFGH. 2345. Bye"],
]


def in_digits_of(zero: str, code: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in code)


def spellings(code: str) -> list[str]:
    half = len(code) // 2
    parted = [pattern.format(code[:half], code[half:]) for pattern in PARTED]
    foreign = [in_digits_of(zero, code) for zero in ZEROS] if code.isdigit() else [code.lower()]
    return [words.format(each) for each in (*parted, *foreign, " ".join(code)) for words in WRITTEN]


def test_code_is_found_in_every_way_of_writing_it():
    short = [
        typed for typed in spellings("123456") if find_code(typed, digits=(6, 8), is_long=True) != "123456"
    ]
    recovery = [typed for typed in spellings("12345678") if find_code(typed, digits=(6, 8)) != "12345678"]
    long = ["ABCD-EFGH-2345", "abcd efgh 2345", "ABCDEFGH2345", "abcd–efgh\u00a02345", "ＡＢＣＤ-EFGH-2345"]
    pasted = [words.format(code) for code in long for words in WRITTEN]
    other = [typed for typed in pasted if find_code(typed, digits=(6,), is_long=True) != "ABCDEFGH2345"]

    assert (short, recovery, other) == ([], [], [])


def test_what_holds_no_code_is_none():
    assert [typed for typed in NO_CODE if find_code(typed, digits=(6,), is_long=True)] == []
    assert [typed for typed in NO_LONG_CODE if find_code(typed, digits=(6,), is_long=True)] == []
    assert all(not CodeForm({"code": typed}).is_valid() for typed in NO_CODE)


@pytest.mark.django_db
@pytest.mark.parametrize("words", WRITTEN[::3])
def test_pasted_code_logs_in(client, words):
    ask_for_code(client, "ana@example.org")
    code = newest_code("ana@example.org")

    enter_code(client, words.format(in_digits_of("\u0660", code)))

    assert client.session["_auth_user_id"]


@pytest.mark.django_db
def test_input_without_a_code_is_no_try(client):
    ask_for_code(client, "ana@example.org")

    for typed in NO_CODE * 2:
        page = enter_code(client, typed).content.decode()
        assert "Enter the six digits of the code in the e-mail." in page or not typed
    assert MailedCode.objects.get().tries == 0
    enter_code(client, newest_code("ana@example.org"))

    assert client.session["_auth_user_id"]


@pytest.mark.django_db
def test_app_and_recovery_codes_are_read_alike_and_no_code_is_no_try(client):
    person = make_administrator()
    secret = add_app(person)
    recovery = RecoveryCodes.activate(person).generate_codes()[0]

    for typed in (
        lambda: f"Code: {in_digits_of('۰', app_code(secret))}.",
        lambda: f"{recovery[:4]} {recovery[4:]}",
    ):
        browser = Client()
        log_in_by_code(browser, person.email)
        for nothing in ["", "x", "12345"] * 4:
            shown(browser, browser.post(reverse("mfa_authenticate"), {"code": nothing}))
        browser.post(reverse("mfa_authenticate"), {"code": typed()})
        assert browser.session.get("_auth_user_id") == str(person.pk)


@pytest.mark.django_db
def test_set_up_code_is_read_out_of_a_sentence(client):
    colleague = make_staff()
    log_in_by_code(client, colleague.email)
    _user, code = actions.issue_set_up_code(user_id=colleague.pk, by=None)

    answer = client.post(reverse("mfa_set_up_code"), {"code": f"Set-up code: {code.lower()}."})

    assert answer["Location"] == reverse("mfa_index")


@pytest.mark.django_db
def test_asking_again_says_what_came_of_it(client):
    make_person("ana@example.org")
    told = {}
    for email in ("ana@example.org", "new@example.org"):
        browser = Client()
        ask_for_code(browser, email)
        pages = [
            browser.post("/accounts/login/code/", {"action": "resend"}, follow=True).content.decode()
            for _time in range(6)
        ]
        told[email] = ["A new code is on its way" in page for page in pages]
        assert "No new code was sent, because several were sent recently." in pages[-1] or told[email][-1]

    assert told["ana@example.org"] == told["new@example.org"]
    assert told["ana@example.org"][0]
