"""What pages of sections send besides answers: no question may have such a name, so the pages are asked."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from core.questionnaires.keys import HIDDEN_FIELDS, is_taken_by_pages
from experts.enums import ExpertStatus
from tests.applications.applying.test_column_conditions import application
from tests.builders.applications import lead_of
from tests.builders.experts import make_expert_at
from tests.support.applicant_forms import logged_in

pytestmark = pytest.mark.django_db
# On pages of files, and where the log-in or a page that is written to again leads.
ELSEWHERE = {"again", "next", "opened_by", "to_files"}


class Names(HTMLParser):
    """The names of what a page sends that nobody types: hidden fields, and buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_hidden = tag == "input" and given.get("type") in ("hidden", "submit")
        if given.get("name") and (is_hidden or tag == "button"):
            self.found.add(str(given["name"]))


def names_on(client: object, address: str) -> set[str]:
    page = client.get(address).content.decode()  # type: ignore[attr-defined]  # a client
    names = Names()
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        # The page has other forms, such as that of its language.
        if 'name="base"' in form:
            names.feed(form)
    return names.found


def test_names_that_pages_send_are_those_that_no_question_may_have():
    draft, expert = application(), make_expert_at(ExpertStatus.DRAFT)
    of_lead, of_expert = logged_in(lead_of(draft)), logged_in(expert.user)
    pages = [(of_lead, f"/applications/{draft.public_id}/{slug}/") for slug in sections_of(draft)]
    pages += [(of_expert, reverse("experts:section", args=[slug])) for slug in sections_of(expert)]

    found = set().union(*(names_on(client, address) for client, address in pages))

    # A field of a row has the name of its rows, its number, and its own.
    plain = {name.rpartition("-")[2] for name in found if not re.search(r"-[A-Z_]+$", name)}
    unknown = {name for name in plain if not is_taken_by_pages(name)}
    assert unknown == set()
    # What no page sends any more is given back to those who name questions.
    assert HIDDEN_FIELDS - plain <= ELSEWHERE


def sections_of(row: object) -> list[str]:
    version = row.form_version  # type: ignore[attr-defined]  # of an application or a profile
    return [section.key for section in version.sections.all()]
