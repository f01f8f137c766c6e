"""A link that a mail program damaged leads to its page: each address with a part of its own, in every way."""

from __future__ import annotations

import pytest
from django.test import Client

from core.damaged_links import address_meant
from tests.builders.applications import ready
from tests.support.addresses import addresses
from tests.support.hostile import status_of
from tests.test_hostile_input import rows_behind

pytestmark = pytest.mark.django_db
BEHIND = [
    ".",
    ",",
    ";",
    ")",
    "]",
    ">",
    "!",
    "%22",
    "'",
    "%20",
    "%0A",
    "%0D%0A",
    "%C2%A0",
    "%E2%80%8B",
    "%C2%BB",
]
BEHIND += [").", ">,", "%22%3E", "%E2%80%9D", "…", "*", "/."]
INSIDE = ["%20", "%0A", "%0D%0A", "=%0D%0A", "%0D%0A%3E%20", "%E2%80%8B", "%C2%AD"]


def damaged(path: str) -> list[str]:
    broken = [
        path[:place] + mark + path[place:] for mark in INSIDE for place in (len(path) - 4, len(path) // 2)
    ]
    without_slash = [path.rstrip("/") + mark for mark in BEHIND]
    return [*[path + mark for mark in BEHIND], *without_slash, *broken]


def test_every_address_with_a_part_of_its_own_is_found_behind_its_damage(settings):
    settings.DEMO_MODE = True
    client = Client()
    parted = [address for address in addresses(rows_behind(ready())) if address.parts]
    # No link leads to what only a button sends.
    every = [address for address in parted if status_of(client.get(address.path)) != 405]
    assert len([address for address in every if address.is_secret]) > 6

    lost = []
    for turn, address in enumerate(every):
        # Those that open by a secret in every way; the others in turn, which is every way together.
        ways = damaged(address.path) if address.is_secret else damaged(address.path)[turn % 8 :: 8]
        for path in ways:
            answer = client.get(path)
            if (answer.status_code, answer.get("Location")) != (302, address.path):
                lost.append((address.name, path[-30:], answer.status_code, answer.get("Location")))
            elif answer["Cache-Control"] != "private, no-store":
                lost.append((address.name, path[-30:], answer["Cache-Control"]))

    assert lost == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing/here/",
        "/admin/nothing/here/.",
        "/admin/accounts/user/decide/roles/",
        "/calls",
        "//evil.example/.",
        "/..",
        "/newsletter/",
        "/%",
        "",
        ".",
    ],
)
def test_what_is_whole_or_leads_nowhere_stays_as_it_is(path):
    assert address_meant(path) is None


def test_form_sent_to_a_damaged_address_is_not_sent_on(client):
    assert client.post("/newsletter/.", {"email": "x@example.org"}).status_code == 404


def test_page_that_is_not_found_says_that_a_link_may_be_cut_off(client):
    assert "it may have been cut off at the end of a line" in client.get("/nothing/here/").content.decode()
