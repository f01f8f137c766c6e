"""People and roles in the administration."""

import pytest
from django.contrib.admin.models import LogEntry

from core.accounts.enums import Role
from core.accounts.models import StaffRole, User
from core.privacy import retention
from tests.builders.people import make_administrator, make_person, make_staff

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/user/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def admin(client):
    person = make_administrator()
    client.force_login(person)
    return person


def page_of(person: User, *decision: str) -> str:
    return f"{LIST}{person.pk}/decide/{decision[0]}/" if decision else f"{LIST}{person.pk}/change/"


SEES_PEOPLE = {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}


@pytest.mark.parametrize("role", Role)
def test_people_are_seen_by_those_who_may(client, role):
    client.force_login(make_staff(role))
    assert client.get(LIST).status_code == (200 if role in SEES_PEOPLE else 403)
    assert client.get(f"{LIST}add/").status_code == (200 if role == Role.ADMINISTRATOR else 403)


def test_new_colleague_gets_account_and_roles(client, admin):
    client.post(
        f"{LIST}add/",
        {"email": "Rita@example.org", "name": "Rita", "language": "fr", "roles": [Role.REVIEWER]},
    )
    rita = User.objects.get(email="rita@example.org")
    assert (rita.name, rita.language, rita.is_staff, rita.has_usable_password()) == (
        "Rita",
        "fr",
        True,
        False,
    )
    assert rita.has_role(Role.REVIEWER)
    assert rita.emailaddress_set.get().verified
    assert rita.changes.get().by == admin


def test_address_in_use_is_refused_in_any_case(client, admin):
    make_person("ana@example.org")
    answer = client.post(
        f"{LIST}add/", {"email": "ANA@example.org", "language": "en", "roles": [Role.REVIEWER]}
    )
    assert b"A person with this e-mail address already exists." in answer.content
    assert User.objects.count() == 2


def test_name_is_edited_but_rights_are_not(client, admin):
    person = make_person()
    client.post(
        page_of(person),
        {
            "name": "Ana",
            "language": "fr",
            "email": "evil@example.org",
            "is_staff": "on",
            "is_superuser": "on",
            "changes-TOTAL_FORMS": "0",
            "changes-INITIAL_FORMS": "0",
        },
    )
    person.refresh_from_db()
    assert (person.name, person.language) == ("Ana", "fr")
    assert (person.email, person.is_staff, person.is_superuser) == ("ana@example.org", False, False)


def test_roles_are_given_by_decision_with_a_reason(client, admin):
    person = make_person()
    asked = client.post(page_of(person, "roles"), {"roles": [Role.AUDITOR]})
    assert asked.context["form"].errors == {"reason": ["This field is required."]}
    assert not person.groups.exists()
    client.post(page_of(person, "roles"), {"roles": [Role.AUDITOR], "reason": "Audit 2026"})
    assert User.objects.get(pk=person.pk).has_role(Role.AUDITOR)
    assert b"Audit 2026" in client.get(page_of(person)).content
    assert LogEntry.objects.filter(object_id=str(person.pk)).count() == 1


def test_refusal_is_shown_at_the_form_with_what_was_typed(client, admin):
    answer = client.post(page_of(admin, "close"), {"reason": "I am leaving"})
    assert answer.status_code == 409
    assert b"There must be at least one administrator." in answer.content
    assert b"I am leaving" in answer.content
    admin.refresh_from_db()
    assert admin.is_active


@pytest.mark.parametrize("decision", ["roles", "address", "second-factor", "close", "reopen"])
@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_only_administrators_decide_about_people(client, role, decision):
    person = make_person()
    client.force_login(make_staff(role))
    assert client.get(page_of(person)).status_code == 200
    assert client.post(page_of(person, decision), {"reason": "x"}).status_code == 403
    assert not person.changes.exists()


def test_nobody_is_deleted(client, admin):
    person = make_person()
    assert client.post(f"{LIST}{person.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=person.pk).exists()


def test_no_page_shows_the_secrets_of_second_factors(client, admin):
    User.objects.filter(pk=admin.pk).update(is_superuser=True)
    assert client.get("/admin/mfa/authenticator/").status_code == 404
    assert client.get("/admin/account/emailaddress/").status_code == 404


def test_roles_are_shown_and_not_edited(client, admin):
    role = StaffRole.objects.get(name=Role.AUDITOR)
    address = f"/admin/accounts/staffrole/{role.pk}/change/"
    assert b"Can view application" in client.get(address).content
    assert client.post(address, {"name": "x"}).status_code == 403


@pytest.mark.parametrize("address", [LIST, "/admin/accounts/staffrole/"])
def test_number_of_queries_does_not_grow_with_people(client, admin, django_assert_max_num_queries, address):
    make_staff(Role.REVIEWER)
    with django_assert_max_num_queries(60) as few:
        client.get(address)
    for number in range(10):
        make_staff(Role.REVIEWER, Role.AUDITOR, email=f"staff{number}@example.org")
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_sidebar_shows_what_the_role_may_open(client):
    client.force_login(make_staff(Role.COMMUNICATIONS))
    groups = {
        str(g.get("title", "")): g["items"] for g in client.get("/admin/").context["sidebar_navigation"]
    }
    assert "People and roles" not in groups
    assert {"Newsletter", "E-mails"} <= set(groups)
    for items in groups.values():
        for item in items:
            assert client.get(item["link"]).status_code == 200, item


def test_expired_sessions_are_cleared(client, admin, settings):
    settings.SESSION_COOKIE_AGE = -1
    client.force_login(admin)
    sessions = client.session.model.objects
    assert sessions.exists()
    retention.run(names=["sessions"])
    assert not sessions.exists()
