"""Addresses that were stored before there was one spelling: respelled by the migrations, none lost unsaid."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from applications.models import Invitation
from core.accounts import merging
from core.accounts.models import AccountChange, User
from core.mail.models import Message
from core.objections.enums import ObjectionKind
from core.objections.models import Objection
from newsletter import actions as newsletter
from newsletter.models import Subscriber
from tests.builders.applications import lead_of, ready, started
from tests.builders.newsletter import make_subscriber
from tests.builders.people import make_person, make_staff

pytestmark = pytest.mark.django_db
X = "x@example.org"
A = "a@xn--bcher-kva.example"


def raw(table: str, pk: int, email: str, *, column: str = "email") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [email, pk])


def as_before_the_migration(*tables: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, rule in tables:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {rule}")


def migrate(path: str) -> None:
    with connection.schema_editor(atomic=False) as editor:
        importlib.import_module(path).respell(apps, editor)


def test_migration_keeps_each_account_and_marks_the_second_of_a_mailbox():
    as_before_the_migration(("accounts_user", "user_email_in_one_spelling"))
    owner, second, odd = make_person(A), make_person("b@example.org"), make_person("c@example.org")
    raw("accounts_user", second.pk, "a@bücher.example")
    raw("accounts_user", odd.pk, "no address at all")

    migrate("core.accounts.migrations.0003_addresses_in_one_spelling")

    emails = dict(User.objects.values_list("pk", "email"))
    assert emails == {
        owner.pk: A,
        second.pk: f"{A}.double-{second.pk}.invalid",
        odd.pk: f"unreadable-{odd.pk}@unreadable.invalid",
    }
    assert [(c.target_id, c.before) for c in AccountChange.objects.order_by("target")] == [
        (second.pk, "a@bücher.example"),
        (odd.pk, "no address at all"),
    ]
    assert list(merging.pairs()) == [(owner, second)]


def test_migration_lets_the_account_used_last_keep_the_address_and_not_one_never_used():
    as_before_the_migration(("accounts_user", "user_email_in_one_spelling"))
    never, used, lately = (make_person(email) for email in (A, "b@example.org", "c@example.org"))
    for days, user, email in ((9, used, "a@bücher.example"), (1, lately, "a@bücher.example.")):
        raw("accounts_user", user.pk, email)
        User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=days))

    migrate("core.accounts.migrations.0003_addresses_in_one_spelling")

    assert User.objects.with_email(A).get() == lately
    assert set(User.objects.doubles()) == {never, used}


def test_migration_gives_up_an_address_too_long_to_mark_and_says_what_it_was(capsys):
    as_before_the_migration(("accounts_user", "user_email_in_one_spelling"))
    long = f"x@{'.'.join(['a' * 60] * 4)}.org"
    owner, second = make_person(long), make_person("b@example.org")
    raw("accounts_user", second.pk, f"{long}.")

    migrate("core.accounts.migrations.0003_addresses_in_one_spelling")

    second.refresh_from_db()
    assert (User.objects.with_email(long).get(), len(long)) == (owner, 249)
    assert second.email == f"double-{second.pk}@too-long.invalid"
    assert second.changes.get().before == f"{long}."
    assert f"{long}." in capsys.readouterr().out


def test_migration_respells_what_was_mailed_and_objected_to(capsys):
    as_before_the_migration(
        ("mail_message", "message_to_in_one_spelling"),
        ("objections_objection", "objection_email_in_one_spelling"),
    )
    message, odd = (
        Message.objects.create(dedupe_key=str(n), template="t", to=X, subject="s", body="b") for n in range(2)
    )
    objection = Objection.objects.create(
        kind=ObjectionKind.ALL, mailbox=X, email=X, message=message, sender=None
    )
    raw("mail_message", message.pk, "Jo@Bücher.example", column="to")
    raw("mail_message", odd.pk, "no address at all", column="to")
    with pgtrigger.ignore("objections.Objection:objection_append_only"):
        raw("objections_objection", objection.pk, "Jo@Bücher.example")

    migrate("core.mail.migrations.0006_addresses_in_one_spelling")
    migrate("core.objections.migrations.0002_addresses_in_one_spelling")

    objection.refresh_from_db()
    odd.refresh_from_db()
    assert Message.objects.to_address("jo@xn--bcher-kva.example").get() == message
    assert (objection.email, objection.mailbox) == ("jo@xn--bcher-kva.example",) * 2
    assert odd.to == f"unreadable-{odd.pk}@unreadable.invalid"
    assert "no address at all" in capsys.readouterr().out


def test_migration_blanks_or_cancels_what_nobody_can_write_to_and_says_what_it_was(capsys):
    as_before_the_migration(
        ("applications_invitation", "invitation_email_in_one_spelling"),
        ("applications_partner", "partner_contact_email_in_one_spelling"),
        ("newsletter_subscriber", "subscriber_email_in_one_spelling"),
    )
    application, subscriber = ready(), make_subscriber(X)
    invitation = Invitation.objects.create(
        application=application, email=X, role="edit", invited_by=lead_of(application)
    )
    partner = application.partners.last()
    raw("applications_invitation", invitation.pk, "ann at town")
    raw("applications_partner", partner.pk, "ben at town", column="contact_email")
    raw("newsletter_subscriber", subscriber.pk, "cy at town")

    migrate("applications.migrations.0019_addresses_in_one_spelling")
    migrate("newsletter.migrations.0004_addresses_in_one_spelling")

    partner.refresh_from_db()
    said = capsys.readouterr().out
    assert not application.invitations.awaiting().exists()
    assert partner.contact_email == ""
    for place, was in [
        (f"applications.Invitation {invitation.pk}", "ann at town"),
        (f"applications.Partner {partner.pk}", "ben at town"),
        (f"newsletter.Subscriber {subscriber.pk}", "cy at town"),
    ]:
        assert f"{place}: " in said
        assert was in said


def test_migration_lets_staff_and_confirmed_subscribers_keep_the_address():
    as_before_the_migration(
        ("accounts_user", "user_email_in_one_spelling"),
        ("newsletter_subscriber", "subscriber_email_in_one_spelling"),
    )
    plain, colleague = make_person(A), make_staff(email="b@example.org")
    raw("accounts_user", colleague.pk, "a@bücher.example")
    newsletter.subscribe(email=A, topics=["events"], language="en")
    confirmed = make_subscriber("b@example.org")
    raw("newsletter_subscriber", confirmed.pk, "a@bücher.example")

    migrate("core.accounts.migrations.0003_addresses_in_one_spelling")
    migrate("newsletter.migrations.0004_addresses_in_one_spelling")

    assert User.objects.with_email(A).get() == colleague
    assert User.objects.doubles().get() == plain
    assert Subscriber.objects.with_email(A).get() == confirmed


def test_migration_keeps_the_newer_of_two_open_invitations():
    as_before_the_migration(("applications_invitation", "invitation_email_in_one_spelling"))
    application = started()
    rows = [
        Invitation.objects.create(
            application=application, email=f"{n}@example.org", role="edit", invited_by=lead_of(application)
        )
        for n in range(2)
    ]
    for row, email in zip(rows, ["a@bücher.example", A], strict=True):
        raw("applications_invitation", row.pk, email)

    migrate("applications.migrations.0019_addresses_in_one_spelling")

    assert application.invitations.awaiting().get() == rows[1]
    assert set(application.invitations.values_list("email", flat=True)) == {A}
