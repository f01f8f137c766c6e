"""The copy of one's data and the deletion of one's account, over HTTP."""

from __future__ import annotations

import io
import json
import zipfile
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.accounts.enums import Role
from core.mail.models import Message
from core.privacy import registry
from core.privacy.models import AccountDeletion
from core.privacy.views import COPIES
from newsletter import links
from tests.builders.newsletter import make_subscriber
from tests.builders.people import make_person, make_staff
from tests.core.privacy.people import ADDRESS, full_person
from tests.support.logging_in import age_proofs, log_in_by_code

pytestmark = pytest.mark.django_db
PAGES = ["account_data", "account_data_file", "account_delete"]


def logged_in(email: str) -> Client:
    client = Client()
    log_in_by_code(client, email)
    return client


def download(client: Client) -> HttpResponse:
    """Ask for the archive; what comes is read to its end, which closes it."""
    response = client.get(reverse("account_data_file"))
    if response.streaming:
        response.body = b"".join(response.streaming_content)
    return response


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_a_visitor_to_log_in(client, name):
    response = client.get(reverse(name))

    assert urlsplit(response["Location"]).path == reverse("account_request_login_code")


def test_archive_holds_the_data_an_explanation_and_the_files():
    full_person().authenticator_set.all().delete()
    client = logged_in(ADDRESS)

    response = download(client)
    archive = zipfile.ZipFile(io.BytesIO(response.body))

    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    names = archive.namelist()
    # What could not be found stands in `data.json`, so that it comes last.
    assert (names[0], names[-1]) == ("README.txt", "data.json")
    assert [name.split("/")[0] for name in names[1:-1]] == ["documents"]
    assert archive.read(names[1]).startswith(b"%PDF")
    records = json.loads(archive.read("data.json"))["records"]
    assert records["accounts.User.email"]["rows"][0]["email"] == ADDRESS
    assert ADDRESS in archive.read("README.txt").decode()


@pytest.mark.parametrize("roles", [[], [Role.MANAGER]])
def test_copy_and_deletion_need_a_fresh_proof(roles, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    person = make_staff(*roles, email="ana@example.org") if roles else make_person("ana@example.org")
    client = logged_in(person.email)
    assert download(client).status_code == 200
    age_proofs(client)

    answers = [
        client.get(reverse("account_data_file")),
        client.post(reverse("account_delete"), {"understood": "on"}),
    ]

    assert {urlsplit(answer["Location"]).path for answer in answers} == {reverse("account_confirm_by_mail")}
    assert not AccountDeletion.objects.exists()


def test_copies_are_limited_and_the_page_says_so():
    make_person("ana@example.org")
    client = logged_in("ana@example.org")

    codes = [download(client).status_code for _turn in range(COPIES.most + 1)]

    assert codes == [200] * COPIES.most + [302]
    assert "Try again in an hour" in client.get(reverse("account_data")).content.decode()


def test_deletion_is_asked_with_a_tick_told_by_mail_and_cancelled_on_the_page():
    person = make_person("ana@example.org")
    client = logged_in(person.email)
    address = reverse("account_delete")
    assert "What is kept, and why" in client.get(address).content.decode()

    untouched = client.post(address)
    assert "Tick this box" in untouched.content.decode()
    assert not AccountDeletion.objects.exists()

    assert client.post(address, {"understood": "on"})["Location"] == address
    assert AccountDeletion.objects.open_of(person)
    assert address in Message.objects.get(template="privacy/email/deletion_asked").body
    assert "It will be deleted during the night after" in client.get(address).content.decode()
    assert client.post(reverse("account_delete_cancel"))["Location"] == reverse("account_email")
    assert AccountDeletion.objects.open_of(person) is None


def test_staff_are_told_why_their_account_stays_and_get_no_form(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client = logged_in(make_staff(Role.REVIEWER).email)
    address = reverse("account_delete")

    page = client.get(address).content.decode()
    client.post(address, {"understood": "on"})

    assert "an administrator closes such an account" in page
    assert 'name="understood"' not in page
    assert not AccountDeletion.objects.exists()


def test_account_page_leads_to_both():
    make_person("ana@example.org")
    page = logged_in("ana@example.org").get(reverse("account_email")).content.decode()

    assert reverse("account_data") in page
    assert reverse("account_delete") in page


def test_subscriber_without_an_account_gets_a_copy_by_the_link_of_the_news(client):
    subscriber = make_subscriber("reader@example.org")
    address = links.preferences_path(subscriber).replace("/preferences/", "/data/")

    copy = json.loads(client.get(address).content)

    assert copy["email"] == "reader@example.org"
    assert [consent["kind"] for consent in copy["consents"]] == ["asked", "confirmed"]
    # Whoever was sent a bulletin on holds this link as well.
    assert [sorted(message) for message in copy["emails"]] == [["sent_at", "subject"]]
    assert address in client.get(links.preferences_path(subscriber)).content.decode()
    assert client.get(address.replace("data/", "data/x")).status_code == 404


def test_privacy_pages_say_what_the_rules_and_the_register_say(client):
    for language, _name in (("en", ""), ("fr", "")):
        with translation.override(language):
            addresses = reverse("pages:privacy"), reverse("pages:how_long")
            whats = [str(rule.what) for rule in registry.rules()]
            kept = [str(rule.kept_in_words) for rule in registry.rules()]
        how_long = client.get(addresses[1]).content.decode()
        assert [what for what in whats if what not in how_long] == []
        assert [words for words in kept if words not in how_long] == []
        assert addresses[1] in client.get(addresses[0]).content.decode()
