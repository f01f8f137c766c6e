"""What a person changes in the own account."""

import pytest
from django.test import Client

from core.mail.models import Message
from tests.builders.people import make_administrator, make_person
from tests.support.logging_in import log_in_by_code, shown
from tests.support.mailbox import newest_code

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
ACCOUNT = "/accounts/"
CONFIRM = "/accounts/new-address/"


@pytest.fixture
def ana(client: Client):
    person = make_person("ana@example.org")
    log_in_by_code(client, person.email)
    Message.objects.all().delete()
    return person


def test_new_address_counts_once_its_code_is_entered(client, ana):
    assert client.post(ACCOUNT, {"email": "new@example.org", "action_add": "1"})["Location"] == CONFIRM
    ana.refresh_from_db()
    assert ana.email == "ana@example.org"
    client.post(CONFIRM, {"code": newest_code("new@example.org")})
    ana.refresh_from_db()
    assert ana.email == "new@example.org"
    assert [(a.email, a.primary, a.verified) for a in ana.emailaddress_set.all()] == [
        ("new@example.org", True, True)
    ]


def test_old_address_is_told_of_the_change(client, ana):
    client.post(ACCOUNT, {"email": "new@example.org", "action_add": "1"})
    client.post(CONFIRM, {"code": newest_code("new@example.org")})
    assert [(m.template, m.to) for m in Message.objects.order_by("pk")] == [
        ("account/email/email_confirmation", "new@example.org"),
        ("account/email/email_changed", "ana@example.org"),
    ]


def test_wrong_code_changes_no_address(client, ana):
    client.post(ACCOUNT, {"email": "new@example.org", "action_add": "1"})
    answer = shown(client, client.post(CONFIRM, {"code": "000000"}))
    assert b"This code is incorrect." in answer.content
    ana.refresh_from_db()
    assert ana.email == "ana@example.org"


def test_address_of_somebody_else_is_not_given_away(client, ana):
    make_person("ben@example.org")
    free = client.post(ACCOUNT, {"email": "free@example.org", "action_add": "1"})
    taken = client.post(ACCOUNT, {"email": "ben@example.org", "action_add": "1"})
    assert free["Location"] == taken["Location"] == CONFIRM
    answer = client.post(CONFIRM, {"code": newest_code("ben@example.org")}, follow=True)
    assert b"This address cannot be used." in answer.content
    ana.refresh_from_db()
    assert ana.email == "ana@example.org"


def test_account_page_is_for_people_who_are_logged_in(client):
    assert client.get(ACCOUNT)["Location"] == "/accounts/login/?next=/accounts/"
    assert client.get(CONFIRM)["Location"] == "/accounts/login/?next=/accounts/new-address/"


def test_applicants_set_no_password(client, ana):
    assert client.get("/accounts/password/")["Location"] == ACCOUNT
    client.post("/accounts/password/", {"password1": PASSWORD, "password2": PASSWORD})
    ana.refresh_from_db()
    assert not ana.has_usable_password()


def test_staff_set_a_password_and_stay_logged_in(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    admin = make_administrator()
    log_in_by_code(client, admin.email)
    client.post("/accounts/password/", {"password1": PASSWORD, "password2": PASSWORD})
    admin.refresh_from_db()
    assert admin.check_password(PASSWORD)
    assert client.get("/admin/").status_code == 200
    assert Message.objects.latest("pk").template == "account/email/password_set"


def test_weak_password_is_refused(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    admin = make_administrator()
    log_in_by_code(client, admin.email)
    answer = client.post("/accounts/password/", {"password1": "short", "password2": "short"})
    assert answer.context["form"].errors
    admin.refresh_from_db()
    assert not admin.has_usable_password()
