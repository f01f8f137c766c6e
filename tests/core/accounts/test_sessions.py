"""Sessions end when they should, everywhere; the list of them; and how long one lasts."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from core.accounts import actions
from core.accounts.enums import Role
from core.accounts.known_browsers import COOKIE
from core.accounts.models import MailedCode, Session, User
from core.accounts.sessions import OVER_AT, browser_in_words
from core.privacy import retention
from tests.builders.people import make_administrator, make_person
from tests.support.logging_in import add_app, app_code, ask_for_code, log_in_by_code, log_in_with_app
from tests.support.mailbox import newest_code

pytestmark = pytest.mark.django_db
ACCOUNT = "/accounts/"
PASSWORD = "correct horse battery staple"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def is_logged_in(client: Client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def browser_of(person: User, agent: str = FIREFOX) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    log_in_by_code(client, person.email)
    return client


def give_role(person: User, here: Client) -> None:
    actions.give_roles(user_id=person.pk, roles=[Role.REVIEWER], by=make_administrator())


def remove_factor(person: User, here: Client) -> None:
    actions.remove_second_factor(user_id=person.pk, by=make_administrator(), reason="Lost")


def change_address(person: User, here: Client) -> None:
    actions.change_address(
        user_id=person.pk, email="new@example.org", by=make_administrator(), reason="Married"
    )


def close_and_reopen(person: User, here: Client) -> None:
    admin = make_administrator()
    actions.close_account(user_id=person.pk, by=admin, reason="x")
    actions.reopen_account(user_id=person.pk, by=admin, reason="x")


def log_out_everywhere(person: User, here: Client) -> None:
    here.post(reverse("account_end_sessions"))


def change_own_address(person: User, here: Client) -> None:
    here.post(ACCOUNT, {"email": "new@example.org", "action_add": "1"})
    here.post(reverse("account_new_address"), {"code": newest_code("new@example.org")})


def add_own_app(person: User, here: Client) -> None:
    secret = here.get(reverse("mfa_activate_totp")).context["form"].secret
    here.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})


def remove_own_app(person: User, here: Client) -> None:
    add_own_app(person, here)
    here.post(reverse("mfa_deactivate_totp"))


def set_own_password(person: User, here: Client) -> None:
    User.objects.filter(pk=person.pk).update(is_staff=True)
    with override_settings(STAFF_SECOND_FACTOR_REQUIRED=False):
        here.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    User.objects.filter(pk=person.pk).update(is_staff=False)


BY_STAFF = [give_role, remove_factor, change_address, close_and_reopen]
BY_ONESELF = [log_out_everywhere, change_own_address, set_own_password, add_own_app, remove_own_app]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [*BY_STAFF, *BY_ONESELF], ids=lambda act: act.__name__)
def test_sessions_end_in_every_other_browser(act: Callable[[User, Client], None]):
    person = make_person()
    there, here = browser_of(person), browser_of(person)
    assert is_logged_in(there)

    act(person, here)

    assert not is_logged_in(there)
    assert is_logged_in(here) is (act in BY_ONESELF)
    assert Session.objects.filter(user=person).count() == (1 if act in BY_ONESELF else 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [*BY_STAFF, *BY_ONESELF], ids=lambda act: act.__name__)
def test_browser_is_known_no_more_where_the_sessions_were_ended(act):
    person = make_person()
    there, here = browser_of(person), browser_of(person)

    act(person, here)

    person.refresh_from_db()
    for browser, is_known in ((there, False), (here, act in BY_ONESELF)):
        fresh = Client()
        fresh.cookies[COOKIE] = browser.cookies[COOKIE].value
        ask_for_code(fresh, person.email)
        assert MailedCode.objects.latest("pk").is_from_known_browser is is_known


def test_administrator_who_changes_the_own_roles_stays_logged_in(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    admin = make_administrator()
    there, here = browser_of(admin), browser_of(admin)
    roles = {"roles": [Role.ADMINISTRATOR, Role.MANAGER], "reason": "Both"}

    here.post(f"/admin/accounts/user/{admin.pk}/decide/roles/", roles)

    assert User.objects.get(pk=admin.pk).has_role(Role.MANAGER)
    assert is_logged_in(here)
    assert not is_logged_in(there)


def test_list_shows_ones_sessions_and_marks_this_one():
    person = make_person()
    browser_of(make_person("ben@example.org"))
    browser_of(person, SAFARI)
    here = browser_of(person)

    listed = here.get(ACCOUNT).context["sessions"]

    assert [(s.browser, s.is_current) for s in listed] == [("Firefox, Windows", True), ("Safari, iOS", False)]
    page = here.get(ACCOUNT).content.decode()
    assert all(key not in page for key in Session.objects.values_list("session_key", flat=True))


def test_one_session_is_ended_from_the_list_and_only_ones_own():
    person, other = make_person(), make_person("ben@example.org")
    there, here, bens = browser_of(person), browser_of(person), browser_of(other)
    handle = here.get(ACCOUNT).context["sessions"][1].handle

    bens.post(reverse("account_end_session"), {"session": handle})
    assert is_logged_in(there)

    here.post(reverse("account_end_session"), {"session": handle})
    assert not is_logged_in(there)
    assert is_logged_in(here)
    assert is_logged_in(bens)


@pytest.mark.parametrize("name", ["account_end_session", "account_end_sessions"])
def test_sessions_are_ended_by_a_button_and_not_by_a_link(client, name):
    person = make_person()
    there, here = browser_of(person), browser_of(person)
    assert here.get(reverse(name)).status_code == 405
    assert is_logged_in(there)
    assert client.post(reverse(name))["Location"].startswith("/accounts/login/")


def test_staff_session_is_over_twelve_hours_after_the_log_in_whatever_is_clicked(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    here = browser_of(make_administrator())
    began = timezone.now()
    session = here.session
    session.set_expiry(settings.SESSION_COOKIE_AGE)  # as allauth does after a password
    session.save()

    (row,) = Session.objects.filter(user__isnull=False)
    assert (row.expire_date - began).total_seconds() <= settings.STAFF_SESSION_SECONDS
    assert is_logged_in(here)

    session = here.session
    session[OVER_AT] = time.time() - 1
    session.save()
    assert not is_logged_in(here)


def test_staff_who_log_in_with_a_password_are_out_after_twelve_hours_too(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    admin = make_administrator()
    admin.set_password(PASSWORD)
    admin.save()
    here = Client()
    here.post("/accounts/login/password/", {"login": admin.email, "password": PASSWORD})
    assert is_logged_in(here)
    assert here.session.get_expiry_age() <= settings.STAFF_SESSION_SECONDS
    assert int(here.cookies["sessionid"]["max-age"]) <= settings.STAFF_SESSION_SECONDS


def test_applicants_stay_logged_in_for_two_weeks(settings):
    here = browser_of(make_person())
    assert here.session.get_expiry_age() > 60 * 60 * 24 * 13


def test_log_in_gives_the_browser_another_session(client):
    """What somebody planted before, somebody cannot use after."""
    make_person()
    ask_for_code(client, "ana@example.org")
    before = client.session.session_key
    log_in_by_code(client, "ana@example.org")
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_cookie_of_the_known_browser_is_for_the_server_alone(client):
    make_person()
    log_in_by_code(client, "ana@example.org")
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "ana@example.org" not in cookie.value


def test_browser_is_known_to_five_accounts_at_most(client):
    people = [make_person(f"person{number}@example.org") for number in range(6)]
    for person in people:
        log_in_by_code(client, person.email)
        client.post("/accounts/logout/")
    for person in people:
        ask_for_code(client, person.email)
    known = MailedCode.objects.order_by("-pk").values_list("is_from_known_browser", flat=True)[:6]
    assert list(known) == [True, True, True, True, True, False]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI, "Safari, iOS"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit Chrome/140 Safari/537", "Chrome, Linux"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit Chrome/140 Mobile Safari/537", "Chrome, Android"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_browser_is_kept_in_two_words(agent, words):
    assert browser_in_words(agent) == words


def test_staff_with_app_keep_their_proof_when_the_session_goes_on(client):
    admin = make_administrator()
    secret = add_app(admin)
    log_in_with_app(client, admin, secret)
    client.post(reverse("account_end_sessions"))
    assert client.get("/admin/").status_code == 200


def test_codes_that_are_a_day_old_are_deleted(client):
    ask_for_code(client, "ana@example.org")
    day = timedelta(days=1, minutes=20)
    MailedCode.objects.update(
        made_at=timezone.now() - day, expires_at=timezone.now() - day + timedelta(minutes=15)
    )
    ask_for_code(client, "ana@example.org")
    retention.run(names=["codes"])
    assert MailedCode.objects.count() == 1
