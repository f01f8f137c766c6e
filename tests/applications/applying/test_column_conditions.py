"""Rows of an application of which some columns are asked only in some: from the page to what is submitted."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages

from applications import portability
from applications.applying import pdf, snapshots, word
from applications.applying.next_version import NextVersion
from applications.calls import pdf as questions_pdf
from applications.form import answers
from applications.models import Application
from core.sections import reading
from tests.builders.applications import answer, lead_of, ready
from tests.builders.calls import open_call
from tests.core.questionnaires.test_publishing import published
from tests.support.applicant_forms import logged_in, press_submit, typed, url

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}
ROAD, OTHER = "1" * 32, "2" * 32
SAVED = {
    f"links.{ROAD}": {"kind": "road", "length": 7, "reason": "By letters", "plan": ""},
    f"links.{OTHER}": {"kind": "other", "length": 90, "reason": "Post", "plan": ""},
}


def words(text: str) -> dict[str, str]:
    return {"en": text, "fr": text}


def when(question: str, operator: str, value: Any = None) -> dict[str, Any]:
    clause = {"question": question, "operator": operator} | ({} if value is None else {"value": value})
    return {"join": "all", "clauses": [clause]}


def with_links(content: dict[str, Any]) -> dict[str, Any]:
    options = [{"key": "road", "label": words("Road")}, {"key": "other", "label": words("Other")}]
    road, other = when("links.kind", "is", "road"), when("links.kind", "is", "other")
    columns = [
        {"key": "kind", "kind": "choice", "label": words("Kind"), "settings": {"choices": options}},
        {"key": "length", "kind": "number", "label": words("Length"), "condition": road},
        {
            "key": "reason",
            "kind": "line",
            "label": words("Why"),
            "condition": other,
            "settings": {"most": 100},
        },
        # Also an answer outside of the rows can decide.
        {"key": "plan", "kind": "line", "label": words("Plan"), "condition": when("bridges", "is", True)},
    ]
    sources = {"operation": "sum", "sources": ["links.length"]}
    content["sections"][0]["questions"] += [
        {"key": "bridges", "kind": "tick", "label": words("Bridges"), "required": False},
        {"key": "links", "kind": "group", "label": words("Links"), "columns": columns},
        {"key": "all", "kind": "computed", "label": words("All"), "settings": {"formula": sources}},
    ]
    return content


def application(**more: Any) -> Application:
    call = open_call()
    published(call, with_links)
    draft = ready(call)
    answer(draft, SAVED | more)
    return Application.objects.get(pk=draft.pk)


def again(draft: Application) -> Application:
    return Application.objects.get(pk=draft.pk)


def links_of(draft: Application) -> list[dict[str, Any]]:
    return snapshots.value(snapshots.make(again(draft)), "links")


def page(client: Any, draft: Application) -> tuple[dict[str, Any], set[str]]:
    """Return what the page of the rows sends as it is shown, and the fields that it hides."""
    answered = client.get(url(draft, "territory"))
    form, text = answered.context["form"], answered.content.decode()
    hidden = {row.add_prefix(name) for row in form.rows["links"].forms for name in row.hidden_columns}
    on_page = text.partition('name="on_page" value="')[2].partition('"')[0]
    assert hidden.isdisjoint(on_page.split())
    return typed(answered) | {"on_page": on_page}, hidden


def test_hidden_columns_are_kept_are_in_no_version_or_sum_and_come_back():
    draft = application()
    client = logged_in(lead_of(draft))
    assert [set(row) for row in links_of(draft)] == [{"kind", "length"}, {"kind", "reason"}]
    sent, hidden = page(client, draft)
    assert hidden == {"links-0-reason", "links-1-length", "links-0-plan", "links-1-plan"}
    assert snapshots.value(snapshots.make(again(draft)), "all") == 7
    assert NextVersion(again(draft), None).missing == []

    # Emptied, invalid or left out: what nobody sees is in nobody’s way, and nothing of it is lost.
    flips = sent | {
        "links-0-kind": "other",
        "links-1-kind": "road",
        "links-1-length": "90",
        "links-0-length": "x",
    }
    for more in ({"links-1-reason": ""}, {"links-1-reason": "x" * 600}, {}):
        saved = client.post(url(draft, "territory"), flips | more, headers=AUTOSAVE).json()
        assert (saved["state"], saved["text"]) == ("saved", "")
        kept = answers.read(again(draft))
        assert kept[f"links.{ROAD}"] == {"kind": "other", "length": 7, "reason": "By letters", "plan": ""}
        assert kept[f"links.{OTHER}"] | {"reason": ""} == SAVED[f"links.{OTHER}"] | {
            "kind": "road",
            "reason": "",
        }
        assert kept[f"links.{OTHER}"]["reason"] == "Post"
        answer(draft, SAVED)

    version = snapshots.make(again(draft))
    told = {a.name: a for section in reading.sections(version, "en") for a in section.answers}
    assert told["links"].rows == [
        [("Kind", "Road"), ("Length", "7")],
        [("Kind", "Other"), ("Why", "Post")],
    ]
    assert press_submit(client, draft).status_code == 302
    (submission,) = again(draft).submissions.all()
    before = submission.snapshot
    answer(draft, {f"links.{ROAD}": SAVED[f"links.{ROAD}"] | {"kind": "other"}})
    (changed, total) = reading.differences(before, snapshots.make(again(draft)), "en")
    assert (changed.after.rows[0], total.after.text) == ([("Kind", "Other"), ("Why", "By letters")], "")
    for make in (pdf.of_draft, word.of_draft):
        assert make(snapshots.make(again(draft)), language="fr", state="")
    assert questions_pdf.of_questions(draft.call, language="fr")


def test_copy_of_a_persons_data_holds_what_is_hidden_as_well():
    draft = application()
    told = str(dict(portability.tells(lead_of(draft))))

    assert ("By letters" in told, "Post" in told, "90" in told) == (True, True, True)


def test_only_what_a_row_asks_is_missing():
    draft = application()
    answer(
        draft,
        {f"links.{OTHER}": {"kind": "other", "length": None, "reason": "", "plan": ""}, "bridges": True},
    )
    lacks = [lack.anchor for lack in NextVersion(again(draft), None).missing]

    assert lacks == ["id_links-0-plan", "id_links-1-reason", "id_links-1-plan"]
    overview = logged_in(lead_of(draft)).get(draft.get_absolute_url())
    assert [lack.anchor for lack in overview.context["missing"]] == lacks


def test_without_script_a_save_shows_the_columns_that_follow_in_each_row_also_in_a_new_one():
    draft = application()
    client = logged_in(lead_of(draft))
    sent, _hidden = page(client, draft)
    more = client.post(url(draft, "territory"), sent | {"add_row": "links"})
    wider = typed(client.get(more["Location"])) | {"on_page": sent["on_page"]}
    assert wider["links-TOTAL_FORMS"] == "3"

    led = client.post(url(draft, "territory"), wider | {"links-2-kind": "other", "bridges": "on"})

    assert led["Location"].endswith("#id_links-0-plan")
    (told,) = [str(m) for m in get_messages(led.wsgi_request) if "more questions" in str(m)]
    assert told == (
        "Saved. Because of your answers, there are 4 more questions on this page: “Plan”, "
        "“Plan”, “Why”, “Plan”."
    )
    sent, hidden = page(client, draft)
    assert hidden == {"links-0-reason", "links-1-length", "links-2-length"}
    led = client.post(url(draft, "territory"), sent)
    assert "#" not in led["Location"]
