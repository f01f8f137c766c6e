"""What all visitors see alike: made once, then given before anything else is asked, and to nobody else."""

from __future__ import annotations

from gzip import decompress

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.builders.people import person

pytestmark = pytest.mark.django_db

ZIPPED = {"Accept-Encoding": "gzip, br"}


def get(client: Client, **more) -> HttpResponse:
    return client.get(reverse("pages:home"), **more)


def test_second_visitor_gets_the_page_and_headers_of_the_first(client, django_assert_num_queries):
    first = get(client)

    with django_assert_num_queries(0):
        second = get(Client())

    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())
    assert "Content-Security-Policy" in second.headers


def test_compressed_page_says_the_same(client):
    plain = get(client)

    first, second = (get(Client(), headers=ZIPPED) for _visitor in range(2))

    assert first["Content-Encoding"] == "gzip"
    assert first.content == second.content
    assert decompress(first.content) == plain.content
    assert "Accept-Encoding" in first["Vary"]
    assert "Accept-Encoding" in plain["Vary"]


def test_each_language_has_its_own(client):
    english = get(client)

    with override("fr"):
        french = get(client)

    assert b'<html lang="en"' in english.content
    assert b'<html lang="fr"' in french.content


def test_who_is_logged_in_gets_nothing_kept_and_leaves_nothing(client):
    client.force_login(person())

    own = get(client)
    other = get(Client())

    assert b"My page" in own.content
    assert b"My page" not in other.content
    assert own["Cache-Control"] == "private, no-store"


def test_words_behind_the_question_mark_are_kept_for_nobody(client):
    get(client, data={"utm": "zanzibar"})

    assert b"zanzibar" not in get(Client()).content


def test_kept_page_is_given_to_no_other_host(client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    get(client)

    elsewhere = {"Host": "elsewhere.example"}
    refused, other = get(client, headers=elsewhere), get(client, headers=elsewhere, data={"x": 1})

    assert (refused.status_code, other.status_code) == (400, 400)
    assert set(refused.headers) == set(other.headers)


def test_page_drawn_as_if_the_site_stood_elsewhere_is_given_to_nobody_else(client):
    home = client.get("/", SCRIPT_NAME="/calls")

    assert home.wsgi_request.path == "/calls/"
    assert Client().get("/calls/").content != home.content


def test_kept_page_is_not_given_without_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    get(client, secure=True)

    assert get(client).status_code == 301
