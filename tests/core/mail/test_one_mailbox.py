"""One mailbox is one person, however the address is typed: at every door, in the database, and afterwards."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from applications.applying.actions import members
from applications.models import Invitation, Partner
from core.accounts import actions
from core.accounts.enums import Role
from core.accounts.models import User
from core.mail import pipeline
from core.mail.fields import AddressField
from core.mail.mailboxes import (
    NORMAL_FORM,
    NoAddress,
    address_of,
    in_letters,
    is_read_differently,
    mailbox_of,
    normal,
)
from core.mail.models import Message
from newsletter.models import Subscriber
from tests.builders.applications import lead_of, ready, started
from tests.builders.people import make_administrator, make_person
from tests.support import ours
from tests.support.applicant_forms import logged_in, send
from tests.support.mailbox import newest_code

ROOT = settings.BASE_DIR
X = "x@example.org"
# One list for each mailbox.
SAME = {
    X: [
        "X@Example.ORG",
        " x@example.org ",
        "x@example.org\u200b",
        "\u202ax@example.org\u202c",
        "\ufeffx@exam\u00adple.org",
        "\u2066x\u2069@exa\u200dmple.org\ufe0f",
        "x@example.org\u00a0\r\n",
        "x\u00a0@ example.org",
        "ｘ＠ｅｘａｍｐｌｅ．ｏｒｇ",
        "x﹫example.org",
        "x@example。org｡",
        "mailto:x@example.org",
        "MAILTO:X@EXAMPLE.ORG?subject=Hello%20there&cc=y@example.org",
        "mailto:x%40example.org",
        "<mailto:x@example.org>",
        "Ann Doe <x@example.org>",
        "Ann Doe ＜x@example.org＞",
        '"Doe, Ann" <x@example.org>;',
        "Ann <x@example.org",
        "x@example.org <x@example.org>",
        "x@example.org<mailto:x@example.org>",
        "[x@example.org](mailto:x@example.org)",
        "x@example.org (Ann Doe)",
        "Ann Doe (x@example.org)",
        "E-mail: x@example.org",
        '"x@example.org"',
        "'x@example.org'",
        "“x@example.org”",
        "« x@example.org »",
        "‹x@example.org›",
        "(x@example.org)",
        "[x@example.org]",
        '"x"@example.org',
        "x@example.org.",
        "x@example.org,",
        "x@example.org;",
        "x@example.org…",
        "x@example.org!",
    ],
    "a@xn--bcher-kva.example": [
        "a@bücher.example",
        "A@BÜCHER.EXAMPLE",
        "a@bu\u0308cher.example",
        "a@XN--BCHER-KVA.example",
        "a@bücher。example.",
        "Ann <a@bücher.example>",
        "mailto:a@b%C3%BCcher.example",
    ],
    "a@xn--strae-oqa.example": ["a@straße.example"],
    "o'brien-x@example.org": ["o’brien‑x@example.org"],
    "x+news@example.org": ["X+News@example.org", "Ann <x+news@example.org>"],
}
NO_ADDRESS = [
    *["", "@", "x", "x@", "@example.org", "x@example", "x@[192.0.2.1]", "x y@example.org", "x@1.2.3.4"],
    *["a@example.org, b@example.org", "a@example.org b@example.org", "<a@example.org>, <b@example.org>"],
    *["a@example.org <b@example.org>", "jörg@example.org", "a%b@example.org", "a!b@example.org"],
    *["https://user@example.org", "x@exa_mple.org", "x..y@example.org", "x@❤.example", "x@xn--i-7iq.example"],
    *["x" * 5000 + "@example.org", " " * 100_000 + "x", "x@" * 400, "<" * 900, "(" * 500 + "@" * 400],
]


def test_every_spelling_of_a_mailbox_is_read_as_one_address():
    wrong = [
        (typed, found)
        for address, spellings in SAME.items()
        for typed in [address, *spellings, in_letters(address)]
        if (found := address_of(typed)) != address or normal(typed) != address
    ]

    assert wrong == []


def test_what_is_no_address_is_refused_and_breaks_nothing():
    for typed in NO_ADDRESS:
        with pytest.raises(NoAddress):
            address_of(typed)
        assert isinstance(mailbox_of(typed), str)


AROUND = st.sampled_from(
    ["{}", " {} ", "<{}>", "Ann Doe <{}>", "mailto:{}", "MAILTO:{}?subject=a", '"{}"', "“{}”", "({})", "{}."]
)
UNSEEN = st.sampled_from("\u200b\u00ad\u2060\ufeff\u202a\u202c\u2066\u2069\u200e\ufe0f\u034f")


@given(st.lists(AROUND, max_size=2), st.lists(st.tuples(st.integers(0, 13), UNSEEN), max_size=5))
def test_address_with_anything_around_and_in_it_is_read(around: list[str], unseen: list[tuple[int, str]]):
    typed = X
    for place, mark in unseen:
        typed = typed[:place] + mark + typed[place:]
    for words in around:
        typed = words.format(typed)

    assert address_of(typed) == X


@given(st.text(st.sampled_from("abXß@.<>(),;:'\" \u200bé。-_?/%0"), max_size=30))
def test_what_is_read_is_read_again_as_the_same(typed: str):
    try:
        address = address_of(typed)
    except NoAddress:
        return
    assert re.fullmatch(NORMAL_FORM, address)
    assert address_of(address) == normal(address) == address == address_of(in_letters(address))


def test_only_what_looks_other_is_said_to_have_been_read():
    told = [typed for typed in [X, *SAME[X]] if is_read_differently(typed, X)]

    assert not {X, "X@Example.ORG", " x@example.org ", "x@example.org\u200b"}.intersection(told)
    assert {"Ann Doe <x@example.org>", "x@example.org.", "mailto:x@example.org"} <= set(told)
    assert not is_read_differently("A@Bücher.example", "a@xn--bcher-kva.example")


def test_every_column_and_every_field_for_an_address_is_of_the_one_kind():
    columns = [column for table in ours.models() for column in table._meta.fields]
    other = [c for c in columns if isinstance(c, models.EmailField) and not isinstance(c, AddressField)]
    themselves = [ROOT / "core" / place / "fields.py" for place in ("mail", "forms")]
    named = [
        (path.name, node.lineno)
        for path in ours.python_files()
        if "migrations" not in path.parts and path not in themselves
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("EmailField", "validate_email")
    ]

    assert (other, named) == ([], [])


# Doors: each takes what was typed, and is tried with every spelling.


def log_in(typed: str) -> None:
    client = Client()
    client.post("/accounts/login/", {"email": typed})
    client.post("/accounts/login/code/", {"code": newest_code(normal(typed))})
    assert client.session["_auth_user_id"]


def log_in_by_password(typed: str) -> None:
    user = actions.open_account(email=normal(typed))
    user.set_password("correct horse battery staple")
    user.save()
    client = Client()
    client.post("/accounts/login/password/", {"login": typed, "password": "correct horse battery staple"})
    assert client.session["_auth_user_id"] == str(user.pk)


def create_superuser(typed: str) -> None:
    if not User.objects.with_email(typed).exists():
        call_command("createsuperuser", email=typed, interactive=False, verbosity=0)


DOORS: dict[str, Callable[[str], Any]] = {
    "log in": log_in,
    "password": log_in_by_password,
    "open an account": lambda typed: actions.open_account(email=typed),
    "create_administrator": lambda typed: call_command("create_administrator", typed),
    "createsuperuser": create_superuser,
    "shell": lambda typed: User.objects.get_or_create(email=typed),
    "natural key": lambda typed: User.objects.get_by_natural_key(typed),
}


@pytest.mark.django_db
def test_every_door_to_an_account_leads_to_the_one_of_the_mailbox(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    first = actions.open_account(email=X)

    for door in DOORS.values():
        for typed in SAME[X][:: 6 if door in (log_in, log_in_by_password) else 1]:
            door(typed)

    assert User.objects.get() == first
    assert EmailAddress.objects.get().email == first.email == X


@pytest.mark.django_db
def test_colleague_made_by_staff_has_the_clean_address(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client.force_login(make_administrator())
    new = {"name": "Rita", "language": "fr", "roles": [Role.REVIEWER]}

    client.post("/admin/accounts/user/add/", new | {"email": "mailto:Rita@BÜCHER.example"})
    again = client.post("/admin/accounts/user/add/", new | {"email": "Rita <rita@xn--bcher-kva.example>"})

    assert User.objects.filter(email="rita@xn--bcher-kva.example").count() == 1
    assert "A person with this e-mail address already exists." in again.content.decode()
    found = client.get("/admin/accounts/user/", {"q": "<rita@bücher.example>"})
    assert "rita@xn--bcher-kva.example" in found.content.decode()


@pytest.mark.django_db
def test_invitation_reaches_the_account_of_the_mailbox():
    application = started()
    page, lead = f"/applications/{application.public_id}/people/", logged_in(lead_of(application))

    spellings = reversed(SAME["a@xn--bcher-kva.example"])
    said = [lead.post(page, {"email": e, "role": "edit"}, follow=True).content.decode() for e in spellings]
    members.accept(invitation_id=Invitation.objects.get().public_id, by=make_person("a@bücher.example"))

    assert "We read the e-mail address as a@bücher.example. Check that this is correct." in said[0]
    assert all("This person has already been invited." in page for page in said[1:])
    assert [m.user.email for m in application.members.order_by("pk")][1:] == ["a@xn--bcher-kva.example"]


@pytest.mark.django_db
def test_subscription_is_one_for_all_spellings(client):
    for typed in SAME[X]:
        client.post("/newsletter/", {"email": typed, "topics": ["events"], "language": "en"})

    assert Subscriber.objects.get().email == X
    assert Message.objects.filter(template="newsletter/email/confirm").count() == 1
    assert (
        "We read the e-mail address as x@example.org. Check that this is correct."
        in client.get("/newsletter/asked/").content.decode()
    )


@pytest.mark.django_db
def test_contact_of_a_partner_is_cleaned_and_said():
    application = ready()
    client = logged_in(lead_of(application))

    send(client, application, "partnership", **{"partners-0-contact_email": "Jo <jo@bücher.example>"})
    page = client.get(f"/applications/{application.public_id}/partnership/").content.decode()

    assert Partner.objects.filter(application=application, contact_email="jo@xn--bcher-kva.example").exists()
    assert "We read the e-mail address as jo@bücher.example. Check that this is correct." in page
    assert 'value="jo@bücher.example"' in page
    assert (
        "jo@bücher.example" in client.get(f"/applications/{application.public_id}/people/").content.decode()
    )


def parts_of(condition: models.Q) -> Iterator[tuple[str, Any]]:
    for part in condition.children:
        if isinstance(part, models.Q):
            yield from parts_of(part)
        elif isinstance(part, tuple):
            yield part


def test_database_has_the_rule_of_the_one_spelling_for_every_column():
    ruled = {
        (model._meta.label, path.removesuffix("__regex"))
        for model in apps.get_models()
        for rule in model._meta.constraints
        if isinstance(rule, models.CheckConstraint)
        for path, value in parts_of(rule.condition)
        if value == NORMAL_FORM
    }
    columns = {
        (model._meta.label, column.name)
        for model in apps.get_models()
        for column in model._meta.fields
        if isinstance(column, AddressField)
    }

    assert columns - ruled == set()


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["accounts_user", "newsletter_subscriber", "account_emailaddress"])
def test_database_takes_an_address_in_no_other_spelling(table):
    user = actions.open_account(email=X)
    Subscriber.objects.create(email=X)
    assert user.emailaddress_set.count() == 1

    for typed in [
        "a@bücher.example",
        "A@example.org",
        "a@example.org\u200b",
        "mailto:a@example.org",
        "a b@c.org",
    ]:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET email = %s", [typed])


@pytest.mark.django_db
def test_mail_to_an_international_domain_leaves_for_its_ascii_form():
    Client().post("/accounts/login/", {"email": "a@bücher.example"})
    pipeline.deliver(pipeline.claim())

    assert [sent.recipients() for sent in mail.outbox] == [["a@xn--bcher-kva.example"]]


def test_mail_to_a_double_that_waits_to_be_merged_reaches_its_mailbox():
    message = Message(to="x@example.org.double-12.invalid", subject="s", body="b")

    assert pipeline.email_of(message, {}).recipients() == [X]
    assert mailbox_of(message.to) == X
