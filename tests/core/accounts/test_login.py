"""Log-in by six-digit code: for the known and for the new, and what goes wrong."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import translation

from core.accounts.models import MailedCode, User
from core.mail.models import Message
from tests.builders.people import make_administrator, make_person
from tests.support.logging_in import ask_for_code, enter_code, log_in_by_code, shown
from tests.support.mailbox import email_of, newest_code

pytestmark = pytest.mark.django_db
ASK = "/accounts/login/"
ENTER = "/accounts/login/code/"
MINUTES = timedelta(minutes=16)


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def words(html: bytes) -> str:
    """Return a page without what differs each time it is loaded."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html.decode())


def test_code_has_six_digits_and_stands_alone_in_the_mail(client):
    ask_for_code(client, "ana@example.org")
    (message,) = Message.objects.all()
    codes = re.findall(r"^\d{6}$", email_of(message).body, re.MULTILINE)
    assert codes == [newest_code("ana@example.org")]
    assert newest_code("ana@example.org") not in message.subject
    assert message.is_urgent


def test_known_person_logs_in_with_the_code(client):
    person = make_person("ana@example.org")
    answer = log_in_by_code(client, "ana@example.org")
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_code_is_taken_with_spaces_around_and_inside(client):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    code = newest_code("ana@example.org")
    enter_code(client, f" {code[:3]} {code[3:]} ")
    assert is_logged_in(client)


def test_person_without_address_row_logs_in_with_one_code(client):
    User.objects.create_user("bare@example.org")
    log_in_by_code(client, "bare@example.org")
    assert is_logged_in(client)
    assert Message.objects.count() == 1


def test_staff_made_on_the_server_log_in_by_password_too(client):
    User.objects.create_user("bare@example.org", "correct horse battery staple")
    client.post(
        "/accounts/login/password/", {"login": "bare@example.org", "password": "correct horse battery staple"}
    )
    assert is_logged_in(client)
    assert not Message.objects.exists()


def test_unknown_address_gets_an_account_with_the_right_code(client):
    answer = log_in_by_code(client, "new@example.org", "/calls/")
    (person,) = User.objects.all()
    assert (answer["Location"], person.email, person.has_usable_password()) == (
        "/calls/",
        "new@example.org",
        False,
    )
    assert [(a.email, a.primary, a.verified) for a in person.emailaddress_set.all()] == [
        ("new@example.org", True, True)
    ]
    assert is_logged_in(client)


def test_unknown_address_leaves_no_account_without_the_code(client):
    ask_for_code(client, "new@example.org")
    enter_code(client, wrong(newest_code("new@example.org")))
    assert not User.objects.exists()
    assert not is_logged_in(client)


def test_address_in_other_case_is_the_same_person(client):
    make_person("ana@example.org")
    ask_for_code(client, "Ana@Example.ORG")
    enter_code(client, newest_code("ana@example.org"))
    assert User.objects.count() == 1
    assert is_logged_in(client)


def test_new_address_confirmed_in_two_browsers_makes_one_account(client):
    other = Client()
    ask_for_code(client, "new@example.org")
    first = newest_code("new@example.org")
    ask_for_code(other, "new@example.org")
    enter_code(other, newest_code("new@example.org"))
    enter_code(client, first)
    # The first log-in ended both codes.
    assert not is_logged_in(client)
    log_in_by_code(client, "new@example.org")
    assert User.objects.count() == 1
    assert is_logged_in(client)
    assert is_logged_in(other)


@pytest.mark.parametrize("kind", ["known", "unknown", "staff", "closed"])
def test_answer_does_not_tell_whether_an_address_is_known(client, kind):
    if kind == "known":
        make_person("ana@example.org")
    if kind == "staff":
        make_administrator("ana@example.org")
    if kind == "closed":
        make_person("ana@example.org", is_active=False)
    reference = Client()
    asked = [ask_for_code(reference, "zoe@example.org"), ask_for_code(client, "ana@example.org")]
    assert asked[0].status_code == asked[1].status_code == 302
    assert asked[0]["Location"] == asked[1]["Location"] == ENTER
    shown = [words(browser.get(ENTER).content) for browser in (reference, client)]
    assert shown[0].replace("zoe@", "ana@") == shown[1]
    tried = [words(enter_code(browser, "000000").content) for browser in (reference, client)]
    assert tried[0].replace("zoe@", "ana@") == tried[1]
    assert set(reference.session.keys()) == set(client.session.keys())


def test_closed_account_is_told_so_by_mail_and_no_code_is_right(client):
    make_person("ana@example.org", is_active=False)
    ask_for_code(client, "ana@example.org")
    (message,) = Message.objects.all()
    assert message.template == "account/email/account_closed"
    assert not re.search(r"\d{6}", email_of(message).body)
    assert not message.has_secrets
    assert not is_logged_in(client)


def test_wrong_code_is_refused_at_the_field_and_kept(client):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    guess = wrong(newest_code("ana@example.org"))
    answer = enter_code(client, guess)
    assert answer.status_code == 200
    assert b"This code is incorrect." in answer.content
    assert f'value="{guess}"'.encode() in answer.content
    enter_code(client, newest_code("ana@example.org"))
    assert is_logged_in(client)


def test_fifth_wrong_code_burns_it_and_says_what_to_do(client):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org", "/calls/")
    code = newest_code("ana@example.org")
    for _try in range(5):
        answer = enter_code(client, wrong(code), "/calls/")
    assert answer["Location"] == f"{ASK}?next=%2Fcalls%2F"
    assert b"Ask for a new one" in client.get(answer["Location"]).content
    enter_code(client, code)
    assert not is_logged_in(client)


def test_code_expires_after_fifteen_minutes_and_says_what_to_do(client):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    MailedCode.objects.update(made_at=F("made_at") - MINUTES, expires_at=F("expires_at") - MINUTES)
    answer = client.get(enter_code(client, newest_code("ana@example.org"), "/calls/")["Location"])
    assert answer["Location"] == f"{ASK}?next=%2Fcalls%2F"
    assert b"This code has expired" in client.get(answer["Location"]).content
    assert not is_logged_in(client)


def test_code_works_only_in_a_browser_that_asked(client):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    other = Client()
    answer = other.get(enter_code(other, newest_code("ana@example.org"))["Location"])
    assert answer["Location"] == ASK
    assert not is_logged_in(other)


def test_code_works_once(client):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    code = newest_code("ana@example.org")
    enter_code(client, code)
    assert is_logged_in(client)
    client.post("/accounts/logout/")
    ask_for_code(client, "ana@example.org")
    enter_code(client, code)
    assert not is_logged_in(client)


def test_mail_holds_no_address_that_logs_in(client):
    """A scanner that opens every link of an e-mail can use up nothing."""
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    body = email_of(Message.objects.get()).body
    # Misuse of the address is reported there; nobody is logged in.
    misuse, home = re.findall(r"https?://\S+", body)
    assert (misuse.startswith("http://127.0.0.1:8000/emails/"), home) == (True, "http://127.0.0.1:8000/")
    client.get(misuse)
    assert not is_logged_in(client)
    client.get(ENTER)
    client.head(ENTER)
    enter_code(client, newest_code("ana@example.org"))
    assert is_logged_in(client)


@pytest.mark.parametrize("again", ["resend", "back button", "second tab"])
def test_asking_again_leaves_the_code_in_the_mailbox_good(client, again):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    old = newest_code("ana@example.org")
    if again == "resend":
        client.post(ENTER, {"action": "resend"})
    else:
        client.get(ASK if again == "back button" else ENTER)
        ask_for_code(client, "ana@example.org")
    assert Message.objects.count() == 2
    enter_code(client, old)
    assert is_logged_in(client)


def test_right_code_ends_all_codes_of_the_address(client):
    make_person("ana@example.org")
    ask_for_code(client, "ana@example.org")
    unused = newest_code("ana@example.org")
    log_in_by_code(Client(), "ana@example.org")
    enter_code(client, unused)
    assert not is_logged_in(client)


def test_unknown_address_may_have_a_new_code_too(client):
    ask_for_code(client, "new@example.org")
    client.post(ENTER, {"action": "resend"})
    enter_code(client, newest_code("new@example.org"))
    assert is_logged_in(client)


def test_another_address_can_be_given_while_a_code_is_awaited(client):
    ask_for_code(client, "typo@example.org")
    assert client.get(ASK).status_code == 200
    log_in_by_code(client, "right@example.org")
    assert [user.email for user in User.objects.all()] == ["right@example.org"]


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_next_never_leads_to_another_host(client, evil):
    make_person("ana@example.org")
    assert log_in_by_code(client, "ana@example.org", evil)["Location"] == "/me/"


@pytest.mark.parametrize("typed", ["", "no address", "a@b", "ana@example.org\nBcc: x@example.org"])
def test_bad_address_is_refused_at_the_field(client, typed):
    answer = shown(client, client.post(ASK, {"email": typed}))
    assert answer.status_code == 200
    assert answer.context["form"].errors["email"]
    assert not Message.objects.exists()


def test_code_is_mailed_in_the_language_of_the_person(client):
    make_person("ana@example.org", language="fr")
    ask_for_code(client, "ana@example.org")
    assert Message.objects.get().language == "fr"


def test_new_person_gets_the_language_of_the_page(client):
    with translation.override("fr"):
        log_in_by_code(client, "new@example.org")
    assert (Message.objects.get().language, User.objects.get().language) == ("fr", "fr")


@pytest.mark.parametrize("kind", ["known", "unknown"])
def test_sixth_code_in_a_day_is_long_and_the_seventh_is_not_mailed_and_the_sixth_can_be_typed(client, kind):
    if kind == "known":
        make_person("ana@example.org")
    for _try in range(7):
        assert ask_for_code(client, "ana@example.org")["Location"] == ENTER
    assert Message.objects.count() == 6
    assert not newest_code("ana@example.org").isdigit()
    assert b"we did not send another one" in client.get(ENTER).content
    enter_code(client, newest_code("ana@example.org"))
    assert is_logged_in(client)


def test_code_is_nowhere_but_in_the_mail(client):
    ask_for_code(client, "ana@example.org")
    code = newest_code("ana@example.org")
    assert code not in str(dict(client.session))
    assert code not in str(MailedCode.objects.values_list().get())


def test_sign_up_address_leads_to_the_one_page(client):
    answer = client.get("/accounts/signup/?next=/calls/")
    assert answer["Location"] == f"{ASK}?next=/calls/"


def test_logging_out_takes_a_button(client):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    assert client.get("/accounts/logout/").status_code == 200
    assert is_logged_in(client)
    client.post("/accounts/logout/")
    assert not is_logged_in(client)
