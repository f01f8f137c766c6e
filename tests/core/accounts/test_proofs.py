"""What is grave asks again who one is, and loses nothing that was typed."""

from __future__ import annotations

import pytest
from django.contrib import admin as administration
from django.test import Client
from django.urls import reverse

from applications.models import Application, Call
from core.access_log.models import Access
from core.accounts import proofs
from core.accounts.admin import UserAdmin
from core.accounts.enums import Role
from core.accounts.models import Session, User
from core.exporting import ExportMixin
from core.files.models import PreparedFile
from core.mail.models import Message
from tests.builders.applications import submitted
from tests.builders.calls import closed_call
from tests.builders.people import make_person, make_staff
from tests.support.logging_in import add_app, age_proofs, log_in_by_code, log_in_with_app, use_app
from tests.support.mailbox import newest_code

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/user/"
AGAIN = "/accounts/again/code/"
MAIL_AGAIN = "/accounts/again/mail/"
EXPORTS = [
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_export", args=["csv"])
    for model, model_admin in administration.site._registry.items()
    if isinstance(model_admin, ExportMixin)
] + ["/admin/matching/match/workload/csv/"]


@pytest.fixture
def secret(client: Client) -> str:
    """Staff with every role, logged in an hour ago."""
    staff = make_staff(*Role)
    secret = add_app(staff)
    log_in_with_app(client, staff, secret)
    age_proofs(client)
    return secret


def asks(answer, address: str) -> bool:
    return answer.status_code == 302 and answer["Location"] == f"{AGAIN}?next={address.replace('/', '%2F')}"


@pytest.mark.parametrize("name", [decision.name for decision in UserAdmin.decisions])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_decision_about_an_account_asks_for_the_factor_again(client, secret, name, method):
    ana = make_person(is_active=name != "reopen")
    address = f"{LIST}{ana.pk}/decide/{name}/"
    answers = {"roles": [Role.AUDITOR], "email": "new@example.org", "reason": "x"}
    assert asks(getattr(client, method)(address, answers if method == "post" else None), address)
    assert not ana.changes.exists()


@pytest.mark.parametrize("address", EXPORTS)
def test_every_list_that_is_taken_away_asks_for_the_factor_again_and_is_then_had(client, secret, address):
    assert asks(client.get(address), address)
    assert not Access.objects.exists()
    proceeded = use_app(client, secret, address)
    assert proceeded["Location"] == address
    assert "attachment" in client.get(address)["Content-Disposition"]


def test_nothing_is_asked_within_ten_minutes_and_of_staff_without_a_required_factor(client, secret, settings):
    use_app(client, secret)
    assert client.get(EXPORTS[0]).status_code == 200
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    age_proofs(client)
    assert client.get(EXPORTS[0]).status_code == 200


def test_decision_comes_back_with_what_was_typed_and_does_nothing_by_itself(client, secret):
    ana = make_person()
    address = f"{LIST}{ana.pk}/decide/roles/"
    client.post(address, {"roles": [Role.AUDITOR, Role.REVIEWER], "reason": "Audit 2026, as agreed"})

    page = client.get(use_app(client, secret, address)["Location"])

    assert page.status_code == 200
    assert "Audit 2026, as agreed" in page.content.decode()
    assert page.context["form"]["roles"].value() == [Role.AUDITOR, Role.REVIEWER]
    assert not ana.changes.exists()
    assert "Audit 2026" not in client.get(address).content.decode()
    client.post(address, {"roles": [Role.AUDITOR], "reason": "Audit 2026"})
    assert User.objects.get(pk=ana.pk).has_role(Role.AUDITOR)


def test_new_colleague_comes_back_with_what_was_typed(client, secret):
    address = f"{LIST}add/"
    typed = {"email": "rita@example.org", "name": "Rita", "language": "fr", "roles": [Role.AUDITOR]}
    assert asks(client.post(address, typed), address)
    assert not User.objects.filter(email="rita@example.org").exists()

    page = client.get(use_app(client, secret, address)["Location"])

    form = page.context["adminform"].form
    assert {name: form[name].value() for name in typed} == typed


def test_dossier_of_ticked_applications_comes_back_with_them(client, secret):
    call = closed_call()
    application = submitted(call)
    address = reverse("admin:applications_application_decide_many", args=["dossier"])
    typed = {"targets": str(application.pk), "title": "For the panel on Tuesday"}
    assert asks(client.post(address, typed), address)
    assert not PreparedFile.objects.exists()

    page = client.get(use_app(client, secret, address)["Location"])

    assert page.context["targets"] == [Application.objects.get()]
    assert "For the panel on Tuesday" in page.content.decode()
    client.post(address, typed)
    assert PreparedFile.objects.count() == 1


def test_dossier_of_a_call_and_a_file_that_was_made_ask_too(client, secret):
    submitted(closed_call())
    call = Call.objects.get(applications__isnull=False)
    for name, args in (
        ("applications_call_decide_one", [call.pk, "dossier"]),
        ("files_preparedfile_fetch", [1]),
    ):
        address = reverse(f"admin:{name}", args=args)
        assert asks(client.get(address), address)


def test_own_address_asks_for_a_code_to_the_present_one(client):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    age_proofs(client)
    Message.objects.all().delete()

    asked = client.post("/accounts/", {"email": "new@example.org", "action_add": "1"})
    assert asked["Location"] == f"{MAIL_AGAIN}?next=%2Faccounts%2F"
    assert not Message.objects.exists()
    client.post(asked["Location"], {"action": "send"})
    back = client.post(asked["Location"], {"code": newest_code("ana@example.org")})

    page = client.get(back["Location"])
    assert 'value="new@example.org"' in page.content.decode()
    assert [m.to for m in Message.objects.all()] == ["ana@example.org"]
    assert client.post("/accounts/", {"email": "new@example.org", "action_add": "1"})["Location"] == (
        "/accounts/new-address/"
    )


def test_mailbox_does_not_stand_in_for_the_factor(client):
    ana = make_person("ana@example.org")
    secret = add_app(ana)
    log_in_with_app(client, ana, secret)
    age_proofs(client)
    asked = client.post("/accounts/", {"email": "new@example.org", "action_add": "1"})
    assert asked["Location"].startswith(AGAIN)
    assert client.get(f"{MAIL_AGAIN}?next=/accounts/")["Location"] == f"{AGAIN}?next=%2Faccounts%2F"


@pytest.mark.parametrize(
    "name",
    [
        "account_set_password",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_deactivate_totp",
    ],
)
def test_everything_that_changes_how_one_logs_in_asks_again(client, name):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    age_proofs(client)
    assert client.get(reverse(name))["Location"].startswith(MAIL_AGAIN)


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example"])
def test_proof_never_leads_to_another_host(client, evil):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    client.post(MAIL_AGAIN, {"action": "send"})
    answer = client.post(f"{MAIL_AGAIN}?next={evil}", {"code": newest_code("ana@example.org")})
    assert answer["Location"] == "/accounts/"


def test_code_for_one_thing_is_good_for_nothing_else(client):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    client.post(MAIL_AGAIN, {"action": "send"})
    code = newest_code("ana@example.org")
    other = Client()
    other.post("/accounts/login/", {"email": "ana@example.org"})
    if newest_code("ana@example.org") != code:
        other.post("/accounts/login/code/", {"code": code})
        assert "_auth_user_id" not in other.session


def test_password_that_was_typed_too_late_is_kept_nowhere(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    staff = make_staff()
    log_in_by_code(client, staff.email)
    age_proofs(client)
    typed = {"password1": "correct horse battery staple", "password2": "correct horse battery staple"}

    answer = client.post(reverse("account_set_password"), typed | {"email": "x@example.org"})

    assert answer.status_code == 302
    kept = [row.get_decoded() for row in Session.objects.all()]
    assert kept
    assert "correct horse" not in str(kept)
    assert not any(proofs.TYPED in row for row in kept)


def test_only_the_fields_that_a_page_asks_for_are_kept_and_not_for_long(client):
    make_person("ana@example.org")
    log_in_by_code(client, "ana@example.org")
    age_proofs(client)
    client.post("/accounts/", {"email": "new@example.org", "password": "secret", "more": "words"})
    session = client.session
    assert session[proofs.TYPED]["fields"] == "email=new%40example.org"
    session[proofs.TYPED] |= {"at": 0}
    session.save()

    # Another page that asks drops it.
    client.get(reverse("account_set_password"))
    client.get(reverse("mfa_activate_totp"))

    assert proofs.TYPED not in client.session
