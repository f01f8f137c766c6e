"""The page follows in each row at once, and hides what the server hides."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from applications.applying import snapshots
from applications.form import answers
from applications.models import Application
from core.sections.conditions import given
from tests.applications.applying.test_column_conditions import OTHER, ROAD, SAVED, with_links
from tests.builders.applications import answer, lead_of, ready
from tests.builders.calls import open_call
from tests.core.questionnaires.test_publishing import published
from tests.journeys.test_application import log_in
from tests.support.applicant_forms import url
from tests.support.browsing import assert_good_at_every_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KINDS = ("", "road", "other")
SHOWN = """row => [...row.querySelectorAll("[data-column]:not([hidden])")].map(part => part.dataset.column)"""


def on_server(draft: Application, kind: str, has_bridges: bool) -> set[str]:
    """Return the columns that the server asks in a row of this kind."""
    form = answers.asked_of(draft)
    row = {"kind": kind, "length": None, "reason": "", "plan": ""}
    return set(given(form, answers.read(draft) | {"bridges": has_bridges, "links.1": row})["links.1"])


def choose(row: Locator, kind: str) -> None:
    if kind:
        row.locator(f"input[value={kind}]").check()


def test_rows_follow_as_the_server_does_also_one_that_is_added(page: Page) -> None:
    call = open_call()
    published(call, with_links)
    draft = ready(call)
    answer(draft, SAVED)
    draft = Application.objects.get(pk=draft.pk)
    log_in(page, lead_of(draft).email)
    page.goto(url(draft, "territory"))
    rows = page.locator("#rows-links > fieldset.row")
    spoken = page.locator("p[data-conditions]")

    page.get_by_role("button", name="Add row").last.click()
    expect(rows).to_have_count(3)
    for kind, has_bridges in product(KINDS, (False, True)):
        page.get_by_label("Bridges").set_checked(has_bridges)
        choose(rows.nth(2), kind)
        for place, of in ((2, kind), (0, "road"), (1, "other")):
            expected = on_server(draft, of, has_bridges)
            assert set(rows.nth(place).evaluate(SHOWN)) == expected, (place, of, has_bridges)
    assert_good_at_every_width(page)

    # Said with the row in which it is; the field that is left keeps the focus.
    page.get_by_label("Bridges").set_checked(False)
    choose(rows.nth(0), "other")
    expect(spoken).to_contain_text("Now asked: Why, Row 1.")
    expect(spoken).to_contain_text("Length, Row 1.")
    rows.nth(2).get_by_label("Why").fill("A third one")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/partnership/**")
    kept: dict[str, Any] = answers.read(Application.objects.get(pk=draft.pk))
    assert kept[f"links.{ROAD}"] == SAVED[f"links.{ROAD}"] | {"kind": "other"}
    assert kept[f"links.{OTHER}"] == SAVED[f"links.{OTHER}"]
    version = snapshots.make(Application.objects.get(pk=draft.pk))
    assert [row.get("reason") for row in snapshots.value(version, "links")] == [
        "By letters",
        "Post",
        "A third one",
    ]
