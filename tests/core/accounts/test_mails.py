"""Every e-mail about an account, caused as people cause it: each names the address that it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from core.accounts import actions, codes
from core.accounts.enums import CodePurpose
from core.accounts.limits import Origin
from core.mail.models import Message
from tests.builders.people import make_administrator, make_person
from tests.support.logging_in import ask_for_code, log_in_by_code
from tests.support.mailbox import email_of

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
ANA = "ana@example.org"


def ask(purpose: CodePurpose) -> None:
    codes.ask(purpose=purpose, address=ANA, origin=Origin("10.0.0.1"), user=make_person("ben@example.org"))


def set_password() -> None:
    make_administrator(ANA)
    client = Client()
    log_in_by_code(client, ANA)
    client.post("/accounts/password/", {"password1": PASSWORD, "password2": PASSWORD})


CAUSES: dict[str, Callable[[], object]] = {
    "account_closed": lambda: (make_person(ANA, is_active=False), ask_for_code(Client(), ANA)),
    "confirm_code": lambda: ask(CodePurpose.CONFIRM),
    "email_changed": lambda: actions.change_own_address(by=make_person(ANA), email="new@example.org"),
    "email_confirmation": lambda: ask(CodePurpose.NEW_ADDRESS),
    "login_code": lambda: ask_for_code(Client(), ANA),
    "password_set": set_password,
}


def test_every_mail_about_an_account_is_tried():
    folders = (settings.BASE_DIR / "templates/account/email").iterdir()
    assert set(CAUSES) == {folder.name for folder in folders}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", CAUSES)
def test_mail_names_the_address_that_it_is_about(name, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    CAUSES[name]()

    body = email_of(Message.objects.get(template=f"account/email/{name}", to=ANA)).body

    assert f"because {ANA} was used" in body
    assert "  " not in body.replace("\n", "")
