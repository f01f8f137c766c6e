"""A group of which an answer to staff opens one column: the other columns and the rows stay as submitted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from applications.applying.next_version import NextVersion
from applications.enums import AttemptOutcome
from applications.form import answers
from applications.models import Application
from tests.applications.applying.test_clarified import fresh, said
from tests.applications.applying.test_column_conditions import OTHER, ROAD, SAVED, when, with_links, words
from tests.builders.applications import answer, lead_of, ready, returned, submit
from tests.builders.calls import open_call
from tests.core.questionnaires.test_publishing import published
from tests.support.applicant_forms import logged_in, press_submit, typed, url

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}


def asked_elsewhere(content: dict[str, Any]) -> dict[str, Any]:
    """In the territory somebody says whether there are bridges; the links are in the second section."""
    with_links(content)
    territory, partnership = content["sections"][:2]
    links = next(each for each in territory["questions"] if each["key"] == "links")
    length = next(each for each in territory["questions"] if each["key"] == "all")
    for question in (links, length):
        territory["questions"].remove(question)
        partnership["questions"].append(question)
    # A column that depends on the one that opens, in the same row.
    links["columns"].append(
        {"key": "who", "kind": "line", "label": words("Who"), "condition": when("links.plan", "filled")}
    )
    return content


def asked_again(**since: Any) -> Application:
    call = open_call()
    published(call, asked_elsewhere)
    draft = ready(call)
    answer(draft, {cell: row | {"who": ""} for cell, row in SAVED.items()})
    assert submit(fresh(draft)).outcome == AttemptOutcome.ACCEPTED
    if since:
        answer(fresh(draft), since)
    returned(draft, "territory")
    answer(fresh(draft), {"bridges": True})
    return fresh(draft)


def opened_page(client: Client, draft: Application) -> tuple[dict[str, Any], str]:
    page = client.get(url(draft, "partnership"))
    return typed(page), page.content.decode()


def test_only_opened_columns_of_the_rows_submitted_change_whatever_is_sent():
    draft = asked_again()
    client, before = logged_in(lead_of(draft)), said(draft)["links"]
    assert [set(row) for row in before] == [{"kind", "length"}, {"kind", "reason"}]

    sent, text = opened_page(client, draft)

    # What stays is text; no row can be added or removed.
    assert text.count('class="row"') == 2
    assert "-DELETE" not in text
    assert 'name="add_row"' not in text
    assert "<output" in text
    assert 'name="links-0-plan"' in text
    sneaked = sent | {
        "links-0-kind": "other",
        "links-0-length": "99",
        "links-0-plan": "Widen it",
        "links-1-plan": "Close it",
        "links-1-DELETE": "on",
        "links-2-key": "3" * 32,
        "links-2-kind": "road",
        "links-2-plan": "Sneaked in",
        "links-TOTAL_FORMS": "3",
    }
    for more in ({}, {"links-2-key": ""}):
        assert (
            client.post(url(draft, "partnership"), sneaked | more, headers=AUTOSAVE).json()["state"]
            == "saved"
        )
        kept = answers.read(fresh(draft))
        assert kept[f"links.{ROAD}"] == {**SAVED[f"links.{ROAD}"], "plan": "Widen it", "who": ""}
        assert kept[f"links.{OTHER}"] == {**SAVED[f"links.{OTHER}"], "plan": "Close it", "who": ""}
        assert sum(cell.startswith("links.") for cell in kept) == 2

    # The plan has opened a further column in its row; the way back is a page with what is missing.
    lacks = NextVersion(fresh(draft), fresh(draft).clarifications.get()).missing
    assert [lack.anchor for lack in lacks] == ["id_links-0-who", "id_links-1-who"]
    sent, _text = opened_page(client, draft)
    client.post(url(draft, "partnership"), sent | {"links-0-who": "The county", "links-1-who": "The town"})
    assert press_submit(client, draft).status_code == 302
    now = said(draft)["links"]
    assert [{n: row[n] for n in was} for row, was in zip(now, before, strict=True)] == before
    assert [row["plan"] for row in now] == ["Widen it", "Close it"]
    assert [row["who"] for row in now] == ["The county", "The town"]


def test_rows_changed_added_and_removed_since_stay_out_of_the_answer():
    edited = {**SAVED[f"links.{ROAD}"], "length": 70, "plan": "Old", "who": ""}
    added = {"kind": "other", "length": None, "reason": "Added", "plan": "New", "who": ""}
    draft = asked_again(**{f"links.{ROAD}": edited, f"links.{'4' * 32}": added})
    client, before = logged_in(lead_of(draft)), said(draft)["links"]

    sent, text = opened_page(client, draft)
    assert text.count('class="row"') == 2
    assert ">7<" in text.replace(" ", "")
    saved = sent | {
        "links-0-plan": "Widen it",
        "links-1-plan": "Close it",
        "links-0-who": "A",
        "links-1-who": "B",
    }
    client.post(url(draft, "partnership"), saved)

    assert press_submit(client, draft).status_code == 302
    now = said(draft)["links"]
    assert [{n: row[n] for n in was} for row, was in zip(now, before, strict=True)] == before
    # The working copy keeps what was typed there since.
    assert answers.read(fresh(draft))[f"links.{ROAD}"]["length"] == 70


def test_row_removed_since_can_be_answered_all_the_same():
    draft = asked_again(**{f"links.{ROAD}": None})
    client, before = logged_in(lead_of(draft)), said(draft)["links"]

    sent, _text = opened_page(client, draft)
    # Nothing comes back before somebody has answered there.
    client.post(url(draft, "partnership"), sent, headers=AUTOSAVE)
    assert sum(cell.startswith("links.") for cell in answers.read(fresh(draft))) == 1
    saved = sent | {
        "links-0-plan": "Widen it",
        "links-1-plan": "Close it",
        "links-0-who": "A",
        "links-1-who": "B",
    }
    for _twice in range(2):
        client.post(url(draft, "partnership"), saved)
    assert sum(cell.startswith("links.") for cell in answers.read(fresh(draft))) == 2

    assert press_submit(client, draft).status_code == 302
    now = said(draft)["links"]
    assert [{n: row[n] for n in was} for row, was in zip(now, before, strict=True)] == before
    assert [row["plan"] for row in now] == ["Widen it", "Close it"]
