"""Staff pass a second factor before they see anything; others may have one."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from core.accounts.enums import AccountChangeKind
from tests.builders.people import make_administrator, make_person, make_staff
from tests.support.logging_in import (
    add_app,
    app_code,
    ask_for_code,
    enter_code,
    enter_set_up_code,
    log_in_by_code,
    log_in_with_app,
    shown,
)
from tests.support.mailbox import newest_code

pytestmark = pytest.mark.django_db
SET_UP = "/accounts/second-factor/"
PASSWORD = "correct horse battery staple"


def test_staff_without_factor_are_led_to_set_one_up(client):
    make_staff()
    log_in_by_code(client, "staff@example.org")
    for address in ("/admin/", "/admin/mail/message/", "/me/", "/"):
        assert client.get(address)["Location"] == SET_UP
    assert "second factor" in [str(m) for m in get_messages(client.get("/admin/").wsgi_request)][-1]
    assert client.get(SET_UP).status_code == 200


def test_staff_without_factor_may_not_post_either(client):
    admin = make_administrator()
    log_in_by_code(client, "admin@example.org")
    answer = client.post(f"/admin/accounts/user/{admin.pk}/change/", {"name": "Changed"})
    assert answer["Location"] == SET_UP
    admin.refresh_from_db()
    assert admin.name == ""


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_administration_at_once(client):
    admin = make_administrator()
    log_in_by_code(client, "admin@example.org")
    enter_set_up_code(client, admin)
    secret = client.get("/accounts/second-factor/app/").context["form"].secret
    answer = client.post("/accounts/second-factor/app/", {"code": app_code(secret)})
    assert b"10 unused codes" in client.get(answer["Location"]).content
    assert client.get("/admin/").status_code == 200


def test_wrong_app_code_sets_up_nothing(client):
    admin = make_administrator()
    log_in_by_code(client, "admin@example.org")
    enter_set_up_code(client, admin)
    client.get("/accounts/second-factor/app/")
    answer = client.post("/accounts/second-factor/app/", {"code": "000000"})
    assert b"This code is incorrect." in answer.content
    assert client.get("/admin/")["Location"] == SET_UP


def test_picture_to_scan_is_data_and_not_a_request(client):
    admin = make_administrator()
    log_in_by_code(client, "admin@example.org")
    enter_set_up_code(client, admin)
    page = client.get("/accounts/second-factor/app/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert "style=" not in page


def test_staff_with_app_enter_its_code_after_the_mailed_one(client):
    secret = add_app(make_administrator())
    answer = log_in_by_code(client, "admin@example.org", "/admin/")
    assert answer["Location"] == "/accounts/login/second-factor/"
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/").status_code == 302
    answer = client.post("/accounts/login/second-factor/", {"code": app_code(secret)})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_app_code_works_once(client):
    secret = add_app(make_administrator())
    code = app_code(secret)
    log_in_by_code(client, "admin@example.org")
    client.post("/accounts/login/second-factor/", {"code": code})
    other = Client()
    log_in_by_code(other, "admin@example.org")
    other.post("/accounts/login/second-factor/", {"code": code})
    assert "_auth_user_id" not in other.session


def test_session_without_a_factor_asks_for_it_once_there_is_one(client):
    person = make_administrator()
    log_in_by_code(client, "admin@example.org")
    secret = add_app(person)
    assert client.get("/admin/")["Location"] == "/accounts/again/code/?next=%2Fadmin%2F"
    answer = client.post("/accounts/again/code/?next=%2Fadmin%2F", {"code": app_code(secret)})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_password_does_not_replace_the_factor(client):
    person = make_administrator()
    person.set_password(PASSWORD)
    person.save()
    answer = client.post("/accounts/login/password/", {"login": person.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    assert client.get(answer["Location"])["Location"] == SET_UP
    add_app(person)
    client.post("/accounts/again/", {"password": PASSWORD})
    assert client.get("/admin/")["Location"].startswith("/accounts/again/code/")


def test_staff_log_in_with_password_and_app(client):
    person = make_administrator()
    person.set_password(PASSWORD)
    person.save()
    secret = add_app(person)
    client.post("/accounts/login/password/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/login/second-factor/", {"code": app_code(secret)})
    assert client.get("/admin/").status_code == 200


def test_demo_may_do_without_the_factor(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    make_administrator()
    assert log_in_by_code(client, "admin@example.org")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_applicants_need_no_factor(client):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    assert client.get("/me/").status_code == 200


def test_applicants_may_not_enter_the_administration(client):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    assert client.get("/admin/").status_code in (302, 403)
    assert client.get("/admin/", follow=True).status_code == 403


def test_strangers_are_led_from_the_administration_to_the_log_in(client):
    answer = client.get("/admin/mail/message/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Fmail%2Fmessage%2F"


def test_removing_the_last_factor_asks_for_a_new_one(client):
    person = make_administrator()
    secret = add_app(person)
    log_in_by_code(client, "admin@example.org")
    client.post("/accounts/login/second-factor/", {"code": app_code(secret)})
    person.authenticator_set.all().delete()
    assert client.get("/admin/")["Location"] == SET_UP


def test_wrong_passwords_lead_to_the_code_by_mail_which_always_works(client):
    person = make_administrator()
    person.set_password(PASSWORD)
    person.save()
    for _try in range(6):
        typed = {"login": person.email, "password": "wrong"}
        answer = shown(client, client.post("/accounts/login/password/", typed))
    assert b"Log in with a code sent by e-mail, which always works." in answer.content
    client.post("/accounts/login/password/", {"login": person.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    ask_for_code(client, person.email)
    enter_code(client, newest_code(person.email))
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("address", ["admin@example.org", "nobody@example.org"])
def test_wrong_password_does_not_tell_whether_an_address_is_known(client, address):
    make_administrator()
    typed = {"login": address, "password": "wrong"}
    answer = shown(client, client.post("/accounts/login/password/", typed))
    assert b"The e-mail address or password is incorrect." in answer.content


@pytest.mark.parametrize("who", ["stranger", "staff", "applicant"])
def test_log_in_page_of_the_administration_tries_no_password(client, who, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    person = make_administrator()
    person.set_password(PASSWORD)
    person.save()
    other = {"staff": make_staff, "applicant": make_person}.get(who)
    if other:
        client.force_login(other())
    before = client.session.get("_auth_user_id")

    answer = client.post("/admin/login/", {"username": person.email, "password": PASSWORD})

    assert answer.status_code == (403 if who == "applicant" else 302)
    assert client.session.get("_auth_user_id") == before


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_are_on_record_as_such_and_end_no_session(client):
    admin = make_administrator()
    secret = add_app(admin)
    there = Client()
    log_in_with_app(there, admin, secret)
    log_in_with_app(client, admin, secret)

    client.post("/accounts/second-factor/codes/new/")

    change = admin.changes.filter(kind=AccountChangeKind.SECOND_FACTOR).get()
    assert (change.before, change.after) == ("recovery_codes", "recovery_codes")
    assert there.get("/admin/").status_code == client.get("/admin/").status_code == 200
