"""A first second factor takes more than the mailbox: a code that another administrator hands over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts import actions, set_up_codes
from core.accounts.enums import AccountChangeKind, Role
from core.accounts.models import Session, SetUpCode, User
from core.history import NotAllowed
from core.mail.models import Message
from tests.builders.people import make_administrator, make_person, make_staff
from tests.support.logging_in import add_app, app_code, log_in_by_code, log_in_with_app, shown

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/user/"
CODE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b")
ADDING = ["mfa_activate_totp", "mfa_add_webauthn"]


def issue(person: User) -> str:
    return actions.issue_set_up_code(user_id=person.pk, by=None)[1]


def enter(client: Client, code: str):
    return shown(client, client.post(reverse("mfa_set_up_code"), {"code": code}))


@pytest.fixture
def admin(client):
    person = make_administrator()
    log_in_with_app(client, person, add_app(person))
    return person


@pytest.mark.parametrize("name", ADDING)
@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_the_code_can_set_up_nothing(client, name, method):
    staff = make_staff()
    log_in_by_code(client, staff.email)
    answer = getattr(client, method)(reverse(name))
    assert answer["Location"] == f"{reverse('mfa_set_up_code')}?next={reverse(name)}"
    assert not staff.authenticator_set.exists()


@pytest.mark.parametrize("name", ADDING)
def test_code_opens_the_way_once_it_is_typed(client, name):
    staff = make_staff()
    code = issue(staff)
    log_in_by_code(client, staff.email)
    assert enter(client, code.lower().replace("-", " "))["Location"] == reverse("mfa_index")
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_code_is_used_up_by_the_factor_that_it_allowed(client):
    staff = make_staff()
    code = issue(staff)
    log_in_by_code(client, staff.email)
    enter(client, code)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
    assert client.get("/admin/").status_code == 200
    assert SetUpCode.objects.get().used_at is not None
    assert list(staff.changes.values_list("kind", "after", "by__email"))[-1] == (
        AccountChangeKind.SECOND_FACTOR,
        "totp",
        staff.email,
    )
    assert set_up_codes.find(user=staff, typed=code) is None


def test_wrong_late_replaced_or_foreign_code_opens_nothing(client):
    staff, other = make_staff(), make_staff(email="other@example.org")
    log_in_by_code(client, staff.email)
    replaced, foreign = issue(staff), issue(other)
    late = issue(staff)
    SetUpCode.objects.filter(user=staff).update(expires_at=timezone.now())
    for code in ("AAAA-AAAA-AAAA", replaced, foreign, late):
        assert b"incorrect or has expired" in enter(client, code).content
    assert client.get(reverse("mfa_activate_totp")).status_code == 302


def test_permission_of_a_session_ends_with_the_code(client):
    staff = make_staff()
    log_in_by_code(client, staff.email)
    enter(client, issue(staff))
    issue(staff)
    assert client.get(reverse("mfa_activate_totp")).status_code == 302


def test_applicants_need_no_code(client):
    make_person()
    log_in_by_code(client, "ana@example.org")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_code_is_kept_as_a_digest_and_mailed_to_nobody():
    staff = make_staff()
    code = issue(staff)
    assert code not in str(SetUpCode.objects.values_list().get())
    assert code not in str(list(staff.changes.values_list()))
    assert not Message.objects.filter(body__contains=code).exists()
    (row,) = SetUpCode.objects.all()
    assert timedelta(hours=71) < row.expires_at - timezone.now() <= timedelta(hours=72)


def codes_on(page: bytes) -> set[str]:
    return set(CODE.findall(page.decode()))


def shown_once(client: Client, answer: HttpResponse, person: User) -> str:
    (code,) = codes_on(answer.content)
    assert "no-store" in answer["Cache-Control"]
    assert not any(code in morsel.value for morsel in client.cookies.values())
    assert code not in str([row.get_decoded() for row in Session.objects.all()])
    assert codes_on(client.get(f"{LIST}{person.pk}/change/").content) == set()
    return code


@pytest.mark.parametrize("how", ["new colleague", "first role", "factor removed", "new code"])
def test_code_is_shown_once_to_the_administrator(client, admin, how):
    if how == "new colleague":
        answer = client.post(
            f"{LIST}add/", {"email": "rita@example.org", "language": "en", "roles": [Role.AUDITOR]}
        )
        rita = User.objects.get(email="rita@example.org")
    else:
        rita = (
            make_person("rita@example.org") if how == "first role" else make_staff(email="rita@example.org")
        )
        if how == "factor removed":
            add_app(rita)
        decision = {"first role": "roles", "factor removed": "second-factor", "new code": "set-up-code"}[how]
        answer = client.post(
            f"{LIST}{rita.pk}/decide/{decision}/", {"roles": [Role.AUDITOR], "reason": "New in the team"}
        )
    code = shown_once(client, answer, rita)
    assert set_up_codes.find(user=rita, typed=code)
    issued = rita.changes.filter(kind=AccountChangeKind.SET_UP_CODE).get()
    assert issued.by == admin


def test_factor_that_was_set_up_before_somebody_became_staff_is_removed(client):
    rita = make_person("rita@example.org")
    add_app(rita)
    client.force_login(rita)
    actions.give_roles(user_id=rita.pk, roles=[Role.AUDITOR], by=None)

    assert not rita.authenticator_set.exists()
    assert rita.changes.filter(kind=AccountChangeKind.SECOND_FACTOR, before="totp", after="").count() == 1
    rita.refresh_from_db()
    assert set_up_codes.is_needed(rita)
    log_in_by_code(client, rita.email)
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("mfa_set_up_code"))


def test_factor_of_staff_stays_when_their_roles_change():
    rita = make_staff(email="rita@example.org")
    add_app(rita)
    actions.give_roles(user_id=rita.pk, roles=[Role.AUDITOR, Role.MANAGER], by=None)
    assert rita.authenticator_set.count() == 1


def test_command_prints_the_code_of_the_first_administrator(client, capsys):
    call_command("create_administrator", "boss@example.org")
    (code,) = CODE.findall(capsys.readouterr().out)
    log_in_by_code(client, "boss@example.org")
    assert enter(client, code)["Location"] == reverse("mfa_index")


def test_demo_makes_no_codes(capsys, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    call_command("create_administrator", "boss@example.org")
    assert CODE.findall(capsys.readouterr().out) == []
    assert not SetUpCode.objects.exists()


def test_nobody_makes_a_code_for_oneself_or_for_somebody_with_a_factor():
    admin, other = make_administrator(), make_administrator("other@example.org")
    with pytest.raises(NotAllowed, match="Another administrator"):
        actions.issue_set_up_code(user_id=admin.pk, by=admin)
    add_app(other)
    for person in (other, make_person()):
        with pytest.raises(NotAllowed, match="does not need one"):
            actions.issue_set_up_code(user_id=person.pk, by=admin)
    assert not SetUpCode.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_staff_cannot_remove_the_last_factor_themselves(client, admin):
    client.post(reverse("mfa_deactivate_totp"))
    assert admin.authenticator_set.filter(type="totp").exists()
    assert b"Staff need a second factor" in client.get(reverse("mfa_deactivate_totp")).content
