"""Whatever is sent to any address, no page dies of it: a generated fuzz over all addresses and fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.test import Client

from applications.applying.actions import members
from applications.applying.actions.members import partner_token
from applications.models import Application
from experts.kinds import DaysField
from tests.applications.applying.test_documents import add
from tests.builders.applications import lead_of, ready, submit
from tests.builders.experts import make_expert
from tests.builders.newsletter import make_subscriber
from tests.builders.people import person_with_every_role
from tests.support import demo_world
from tests.support.addresses import addresses
from tests.support.admin_pages import pages
from tests.support.hostile import odd_bodies_to, odd_forms_to, requests_to, status_of

pytestmark = pytest.mark.django_db
# Pages of the administration with nothing to fill in; tests/core/test_lookup_values.py asks for them.
WITHOUT_FIELDS = ("export", "pdf", "document", "history", "version")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    settings.DEMO_MODE = True


def client_of(user: Any = None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows_behind(application: Application) -> dict[str, object]:
    """Return what stands in the addresses, each with a row behind it."""
    lead, partner = lead_of(application), application.partners.first()
    invited = members.invite(application_id=application.pk, by=lead, email="guest@example.org", role="edit")
    signed = Signer(salt="newsletter.manage").sign(make_subscriber().public_id.hex)
    return {
        "public_id": application.public_id,
        "slug": application.call.slug,
        "applications:section:slug": "territory",
        "applications:files:question": "documents",
        "member_id": application.members.get().pk,
        "partner_id": partner.public_id,
        "invitation_id": invited.public_id,
        "document_id": add(application).public_id,
        "number": 1,
        "pk": 1,
        "region": 1,
        "member": 1,
        "version": application.form_version_id,
        "applications:remove_unasked:name": "former_question",
        "experts:remove_unasked:name": "former_question",
        "expert_test:remove_unasked:name": "former_question",
        "section": "about",
        "experts:section:section": "availability",
        "expert_test:section:section": "availability",
        "pages:open_data_live:name": "calls",
        "pages:open_data_reference:name": "countries.csv",
        "form": "csv",
        "token": signed,
        "applications:confirm_partner:token": partner_token(partner),
    }


def broken(client: Client, every: Iterable[tuple[str, str]], *, rounds: int) -> list[str]:
    """Return what ended in an error page; `every` holds names and paths of addresses."""
    every = list(every)
    answers = [
        (p, *answer) for name, p in every for answer in requests_to(client, p, seed=name, rounds=rounds)
    ]
    answers += [(p, *answer) for _name, p in every[::5] for answer in odd_bodies_to(client, p)]
    return [f"{path}: {sent} → {status}" for path, sent, status in answers if status >= 500]


@pytest.mark.parametrize("who", ["visitor", "applicant", "applicant who has submitted", "expert"])
def test_no_page_outside_the_administration_dies_of_what_is_sent(who):
    application = ready()
    every = {a.name: a.path for a in addresses(rows_behind(application)) if a.name != "account_logout"}
    assert len(every) > 60
    if who.endswith("submitted"):
        submit(application)
    people = {"visitor": None, "expert": make_expert().user}
    client = client_of(people.get(who, lead_of(application)))

    assert broken(client, every.items(), rounds=2) == []

    # Nor did anything that was sent bring the application into a state of which its own pages die.
    lead = client_of(lead_of(application))
    for path in every.values():
        assert status_of(lead.get(path)) < 500, path


@pytest.mark.parametrize(
    "address",
    [
        "/calls/2026-2/check/?regions=%00&save=1",
        "/admin/applications/application/?status__exact=%00",
        "/admin/mail/message/?created_at__year=99999999999999999999999",
        "/admin/mail/message/?body__regex=(((",
    ],
)
def test_address_that_once_broke_a_page_does_not(address):
    for user in (None, person_with_every_role()):
        assert client_of(user).get(address, follow=True).status_code < 500


def test_no_charset_or_number_of_fields_breaks_an_address():
    application = ready()
    client = client_of(lead_of(application))
    every = [a.path for a in addresses(rows_behind(application)) if a.name != "account_logout"]

    # One address of each kind of view stands for the others, which the slower test below asks as well.
    answers = [(path, *answer) for path in every[::16] for answer in odd_forms_to(client, path)]

    assert [answer for answer in answers if answer[2] >= 500] == []


def test_key_that_is_nested_too_deeply_is_refused():
    answer = client_of().post("/accounts/login/passkey/", {"credential": "[" * 5000 + "]" * 5000})

    assert answer.status_code == 400


def test_rows_that_no_page_announces_are_not_built():
    application = ready()
    client = client_of(lead_of(application))

    answer = client.post(
        f"/applications/{application.public_id}/partnership/",
        {"add_row": "partners", "partners-TOTAL_FORMS": "99999999", "partners-INITIAL_FORMS": "0"},
    )

    assert len(answer.content) < 1_000_000


@pytest.mark.parametrize("days", ["1e400", "-1e309", "9" * 309, "9" * 5000])
def test_days_with_hundreds_of_digits_are_no_days(days):
    with pytest.raises(ValidationError, match="Enter a number of days"):
        DaysField(most=31).clean(days)


def test_reports_of_browsers_as_a_form_are_refused():
    answer = client_of().generic("POST", "/policy-reports/", b"--x\r\n", "multipart/form-data; boundary=x")

    assert answer.status_code == 400


def test_no_page_of_the_administration_dies_of_what_is_sent():
    """Slow: the only test that fills in every form of the administration with what nobody would type."""
    demo_world.load()
    user = person_with_every_role()
    every = [(p.name, p.address) for p in pages(user) if p.kind not in WITHOUT_FIELDS]

    assert len(every) > 100
    assert broken(client_of(user), every, rounds=1) == []
