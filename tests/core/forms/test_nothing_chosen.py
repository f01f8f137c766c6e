"""No page answers for the person who opens it: what is chosen when a form is first shown is listed here."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client

from experts.enums import ProfileSection
from tests.builders.applications import lead_of, ready, started
from tests.builders.experts import make_expert
from tests.support.addresses import addresses
from tests.support.default_form import SLUGS
from tests.support.hostile import status_of
from tests.test_hostile_input import client_of, rows_behind

pytestmark = pytest.mark.django_db
ALLOWED = {
    "language": "the language in which the page is read",
    "topics": "what the subscriber chose at the sign-up",
    "max_regions": "the fewest regions, as long as an expert offers no more",
    "weight": "the middle of a scale, shown beside the need that it belongs to",
    "level": "the middle of a scale, shown beside the need that it belongs to",
}


class Chosen(HTMLParser):
    """Collects the names of fields in which something is chosen: lists, radio buttons, boxes to tick."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self._select = ""
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "select":
            self._select = given.get("name") or ""
        is_chosen = (tag == "option" and "selected" in given and given.get("value")) or (
            tag == "input" and given.get("type") in ("radio", "checkbox") and "checked" in given
        )
        if is_chosen:
            self.names.append((self._select if tag == "option" else given.get("name")) or "")


def chosen_on(client: Client, path: str) -> set[str]:
    answer = client.get(path)
    if status_of(answer) != 200 or "html" not in answer["Content-Type"]:
        return set()
    names = {name.rsplit("-", 1)[-1] for name in Chosen(answer.content.decode()).names}
    return {f"{path}: {name}" for name in names if name not in ALLOWED}


@pytest.mark.parametrize("who", ["visitor", "applicant", "expert"])
def test_forms_are_shown_with_nothing_chosen(who):
    full, fresh = ready(), started()
    people = {"visitor": None, "applicant": lead_of(fresh), "expert": make_expert().user}
    client = client_of(people[who])
    paths = [
        address.path.replace(str(full.public_id), str(fresh.public_id))
        for address in addresses(rows_behind(full))
        if address.name != "account_logout"
    ]
    paths += [f"/applications/{fresh.public_id}/{slug}/" for slug in SLUGS]
    paths += [f"/experts/profile/{section}/" for section in ProfileSection]

    chosen = [entry for path in paths for entry in chosen_on(client, path)]

    assert chosen == []
