"""What administrators do to accounts: allowed, refused, on record."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from core.accounts import actions
from core.accounts.enums import AccountChangeKind, Role
from core.accounts.models import AccountChange, User
from core.history import NotAllowed
from tests.builders.people import make_administrator, make_person, make_staff
from tests.support.logging_in import add_app, log_in_by_code

pytestmark = pytest.mark.django_db


def history(user: User) -> list[tuple]:
    return list(user.changes.values_list("kind", "before", "after", "by__email", "reason"))


def test_address_is_unique_in_any_case_in_the_database():
    make_person("ana@example.org")
    other = make_person("ben@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=other.pk).update(email="ANA@Example.org")


def test_opening_an_account_again_changes_nothing():
    first = make_person("ana@example.org", name="Ana")
    again = actions.open_account(email=" ANA@example.org ", name="Somebody")
    assert (again.pk, again.name) == (first.pk, "Ana")
    assert again.emailaddress_set.count() == 1


def test_account_in_an_unknown_language_writes_in_the_default_one():
    assert actions.open_account(email="ana@example.org", language="xx").language == "en"


def test_roles_make_staff_and_are_recorded():
    admin, person = make_administrator(), make_person()
    actions.give_roles(
        user_id=person.pk, roles=[Role.REVIEWER, Role.MANAGER], by=admin, reason="New in the team"
    )
    person.refresh_from_db()
    assert person.is_staff
    assert person.has_role(Role.REVIEWER)
    assert history(person) == [
        ("roles", "", "programme manager, reviewer", "admin@example.org", "New in the team")
    ]


def test_taking_all_roles_ends_being_staff():
    admin, person = make_administrator(), make_staff(Role.REVIEWER)
    actions.give_roles(user_id=person.pk, roles=[], by=admin, reason="Left")
    person.refresh_from_db()
    assert not person.is_staff


def test_same_roles_again_leave_no_record():
    admin, person = make_administrator(), make_staff(Role.REVIEWER)
    before = history(person)
    actions.give_roles(user_id=person.pk, roles=[Role.REVIEWER], by=admin)
    assert history(person) == before


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_changes_accounts(role):
    person, by = make_person(), make_staff(role)
    person.refresh_from_db()
    for refused in (
        lambda: actions.give_roles(user_id=person.pk, roles=[Role.ADMINISTRATOR], by=by),
        lambda: actions.close_account(user_id=person.pk, by=by, reason="x"),
        lambda: actions.reopen_account(user_id=person.pk, by=by, reason="x"),
        lambda: actions.change_address(user_id=person.pk, email="new@example.org", by=by, reason="x"),
        lambda: actions.remove_second_factor(user_id=person.pk, by=by, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    after = User.objects.get(pk=person.pk)
    assert (after.email, after.is_staff, after.is_active) == (person.email, False, True)
    assert history(person) == []


def test_last_administrator_stays():
    admin = make_administrator()
    for leave in (
        lambda: actions.give_roles(user_id=admin.pk, roles=[Role.MANAGER], by=admin),
        lambda: actions.close_account(user_id=admin.pk, by=admin, reason="x"),
    ):
        with pytest.raises(NotAllowed, match="There must be at least one administrator."):
            leave()
    admin.refresh_from_db()
    assert (admin.is_active, admin.is_staff) == (True, True)
    assert User.objects.get(pk=admin.pk).has_role(Role.ADMINISTRATOR)


def test_one_of_two_administrators_may_leave():
    admin, other = make_administrator(), make_administrator("other@example.org")
    actions.give_roles(user_id=admin.pk, roles=[], by=other)
    assert not User.objects.get(pk=admin.pk).is_staff


def test_closed_account_is_logged_out_and_reopened_again(client):
    admin, person = make_administrator(), make_person()
    log_in_by_code(client, person.email)
    actions.close_account(user_id=person.pk, by=admin, reason="Asked for it")
    assert client.get("/accounts/").status_code == 302
    actions.reopen_account(user_id=person.pk, by=admin, reason="Returned")
    assert [change[:3] for change in history(person)] == [
        ("active", "open", "closed"),
        ("active", "closed", "open"),
    ]


def test_changed_address_is_the_only_one():
    admin, person = make_administrator(), make_person("old@example.org")
    actions.change_address(user_id=person.pk, email="New@example.org", by=admin, reason="Married")
    person.refresh_from_db()
    assert person.email == "new@example.org"
    assert [(a.email, a.primary, a.verified) for a in person.emailaddress_set.all()] == [
        ("new@example.org", True, True)
    ]
    assert history(person) == [
        ("address", "old@example.org", "new@example.org", "admin@example.org", "Married")
    ]


def test_address_of_somebody_else_cannot_be_taken():
    admin, person = make_administrator(), make_person("ana@example.org")
    make_person("ben@example.org")
    with pytest.raises(ValidationError):
        actions.change_address(user_id=person.pk, email="BEN@example.org", by=admin, reason="x")
    person.refresh_from_db()
    assert person.email == "ana@example.org"


def test_lost_second_factor_is_removed_by_another_administrator():
    admin, other = make_administrator(), make_administrator("other@example.org")
    add_app(other)
    with pytest.raises(NotAllowed, match="Another administrator"):
        actions.remove_second_factor(user_id=other.pk, by=other, reason="Lost")
    assert other.authenticator_set.exists()
    actions.remove_second_factor(user_id=other.pk, by=admin, reason="Lost")
    assert not other.authenticator_set.exists()
    assert history(other)[-1] == ("second factor", "totp", "", "admin@example.org", "Lost")


@pytest.mark.parametrize("attempt", ["update", "delete"])
def test_history_of_an_account_cannot_be_rewritten(attempt):
    make_administrator()
    rows = AccountChange.objects.all()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        rows.update(reason="other") if attempt == "update" else rows.delete()
    assert rows.count() == 1


def test_command_makes_the_first_administrator_once(capsys):
    call_command("create_administrator", "Boss@example.org", name="The Boss")
    call_command("create_administrator", "boss@example.org")
    (boss,) = User.objects.all()
    assert (boss.email, boss.name, boss.has_role(Role.ADMINISTRATOR)) == (
        "boss@example.org",
        "The Boss",
        True,
    )
    assert not boss.is_superuser
    assert boss.changes.filter(kind=AccountChangeKind.ROLES).count() == 1
    assert "/admin/" in capsys.readouterr().out


def test_command_keeps_the_roles_a_person_has():
    person = make_staff(Role.REVIEWER)
    call_command("create_administrator", person.email)
    assert set(person.groups.values_list("name", flat=True)) == {Role.REVIEWER, Role.ADMINISTRATOR}


def test_command_refuses_what_is_no_address():
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("create_administrator", "boss")
    assert not User.objects.exists()
