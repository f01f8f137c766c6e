"""Pages with conditions: what is hidden is kept, holds nobody up, and comes back; saving alone shows more."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from core.sections.conditions import as_asked
from core.sections.merging import digest
from tests.builders.people import make_person
from tests.support import conditional_form as a_form
from tests.support.applicant_forms import logged_in, typed
from tests.support.forms import press

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}
TOWN = "a" * 32
HIDDEN = {
    "since": "2027-03-01",
    "reason": "By letters",
    f"towns.{TOWN}": {"name": "Kehl"},
    "crowd": "Kehl",
    "lines": "12",
    "site": "https://kehl.example",
}
# Not one of its questions is asked.
NOTHING = {"legal": "none", "people": 5, "themes": ["water"]}


@pytest.fixture(autouse=True)
def _pages(settings):
    settings.ROOT_URLCONF = "tests.support.conditional_form"
    a_form.begin()


def person(email: str = "ana@example.org") -> Client:
    return logged_in(make_person(email))


def page(client: Client, slug: str = "about") -> dict[str, Any]:
    """Return what the page of a section sends as it is shown."""
    answered = client.get(f"/form/{slug}/")
    shown = typed(answered)
    if answered.context["form"].following.has_conditions and answered.context["form"].asks_anything:
        names = answered.context["form"].asked
        shown["on_page"] = " ".join(q.name for q in a_form.FORM.questions if q.name in names)
    return shown


def hidden_on(client: Client, slug: str = "about") -> set[str]:
    form = client.get(f"/form/{slug}/").context["form"]
    return {question.name for question in form.section.questions} - form.asked


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_without_script_a_save_shows_what_follows_and_then_leads_on():
    client = person()
    html = client.get("/form/about/").content.decode()
    assert "Your answer may lead to more questions. Save to see them." in html
    assert {"since", "reason", "towns", "crowd", "lines", "site"} == hidden_on(client)

    led = client.post("/form/about/", page(client) | {"legal": "egtc", "has_site": "on"})

    assert led["Location"] == "/form/about/#id_since"
    assert said(led) == [
        (
            "Saved. Because of your answers, there are 3 more questions on this page: “Since "
            "when”, “Towns”, “Its address”."
        )
    ]
    assert {"reason", "crowd", "lines"} == hidden_on(client)
    assert client.post("/form/about/", page(client))["Location"] == "/form/money/"

    # Whoever wants to see the overview is not kept; a section that is not asked is passed over.
    more = client.post("/form/about/", page(client) | {"people": "5000", "save_exit": "1"})
    assert more["Location"] == "/form/money/"
    assert client.post("/form/about/", page(client) | {"legal": "none"})["Location"] == "/form/end/"


@pytest.mark.parametrize("headers", [AUTOSAVE, {}], ids=["by itself", "by its button"])
@pytest.mark.parametrize("sent", ["as shown", "left out", "emptied", "wrong"])
def test_hidden_answer_is_kept_and_in_nobodys_way_and_comes_back(sent, headers):
    a_form.begin(**HIDDEN, legal="egtc", people=5000, themes=["rail"], has_site=True)
    client = person()
    shown = page(client)
    flip = shown | {"legal": "none", "people": "5", "themes": ["water"]}
    del flip["has_site"]
    hidden = {cell.partition(".")[0] for cell in HIDDEN}
    names = [name for name in flip if name.split("-")[0] in hidden]
    match sent:
        case "left out":
            flip = {name: value for name, value in flip.items() if name not in names}
        case "emptied":
            flip |= dict.fromkeys((n for n in names if "FORMS" not in n and "key" not in n), "")
        case "wrong":
            flip |= {"since": "soon", "reason": "x" * 100, "towns-0-name": "x" * 100, "site": "no site"}

    answered = client.post("/form/about/", flip, headers=headers)

    if headers:
        assert (answered.json()["state"], answered.json()["text"]) == ("saved", "")
    else:
        assert answered["Location"] == "/form/end/"
    assert {cell: a_form.cells[cell] for cell in HIDDEN} == HIDDEN
    assert a_form.cells["legal"] == "none"
    submitted = as_asked(a_form.FORM, a_form.cells)
    assert [q.name for q in submitted.questions] == ["legal", "people", "themes", "has_site", "wish"]

    again = page(client) | {"legal": "egtc", "people": "5000", "themes": ["rail"], "has_site": "on"}
    client.post("/form/about/", again, headers=headers)
    back = page(client)
    assert (back["since"], back["crowd"], back["towns-0-name"]) == ("2027-03", "Kehl", "Kehl")
    assert hidden_on(client) == {"reason"}


def test_text_typed_a_moment_before_it_was_hidden_is_kept():
    client = person()
    sent = page(client) | {"legal": "none", "reason": "Typed at once", "towns-0-name": "Kehl"}

    told = client.post("/form/about/", sent, headers=AUTOSAVE).json()

    assert (told["state"], told["text"], a_form.cells["reason"]) == ("saved", "", "Typed at once")
    assert [row for cell, row in a_form.cells.items() if cell.startswith("towns.")] == [{"name": "Kehl"}]
    # The page goes on from there: cleared and asked again, it is an edit like any other.
    asked = sent | {"base": told["base"], "legal": "other", "reason": "Typed later"}
    assert client.post("/form/about/", asked, headers=AUTOSAVE).json()["text"] == ""
    assert a_form.cells["reason"] == "Typed later"


def test_error_of_a_question_that_is_asked_is_said_and_that_of_a_hidden_one_is_not():
    client = person()
    wrong = {"legal": "other", "reason": "x" * 100, "since": "soon", "people": "many", "crowd": "y" * 100}

    shown = press(client, "/form/about/", page(client) | wrong)

    assert set(shown.context["form"].errors) == {"reason", "people"}
    html = " ".join(shown.content.decode().split())
    assert 'data-question="since" data-label="Since when" hidden' in html
    assert 'data-question="reason" data-label="In which way" >' in html


def test_what_one_person_hides_while_another_types_there_is_kept_and_both_are_told():
    a_form.begin(legal="other", reason="By letters")
    ana, bo = person(), person("bo@example.org")
    stale = page(bo)
    ana.post("/form/about/", page(ana) | {"legal": "none"})

    told = bo.post("/form/about/", stale | {"reason": "By boat"}, headers=AUTOSAVE).json()

    words = (
        "No longer asked, because another answer has changed: “In which way”. What you entered "
        "is kept, but will not be submitted."
    )
    assert (told["state"], told["text"], told["note"]) == ("saved", "", words)
    assert (a_form.cells["reason"], a_form.cells["legal"]) == ("By boat", "none")
    led = bo.post("/form/about/", stale | {"reason": "By boat", "base": told["base"]})
    assert (led["Location"], words in said(led)) == ("/form/end/", True)


def test_question_that_another_person_lets_ask_is_shown_before_one_is_led_on():
    ana, bo = person(), person("bo@example.org")
    stale = page(bo)
    ana.post("/form/about/", page(ana) | {"legal": "egtc"})

    told = bo.post("/form/about/", stale | {"people": "7"}, headers=AUTOSAVE).json()
    led = bo.post("/form/about/", stale | {"people": "7", "base": told["base"]})

    assert told["note"] == (
        "Another answer has changed, so this page now also asks: “Since when”, “Towns”. Save "
        "to see the change."
    )
    assert (led["Location"], a_form.cells["people"]) == ("/form/about/#id_since", 7)


def test_nobody_is_asked_which_version_of_a_hidden_answer_stays():
    a_form.begin(legal="other", reason="By letters")
    client = person()
    stale = page(client)
    a_form.cells["reason"] = "By boat"

    asked = client.post("/form/about/", stale | {"reason": "By rail"}, headers=AUTOSAVE).json()
    hidden = stale | {"reason": "By rail", "legal": "none"}
    told = client.post("/form/about/", hidden, headers=AUTOSAVE).json()
    led = client.post("/form/about/", hidden)

    assert "In which way: changed on another page" in asked["text"]
    assert (told["text"], led["Location"]) == ("", "/form/end/")
    assert (a_form.cells["reason"], a_form.cells["legal"]) == ("By boat", "none")


def test_section_of_which_nothing_is_asked_says_so_and_leads_on():
    a_form.begin(**NOTHING, budget=500)
    client = person()

    shown = client.get("/form/money/")
    html = shown.content.decode()

    assert ("This section does not apply to you" in html, "id_budget" in html) == (True, False)
    assert "data-autosave=" not in html
    assert client.post("/form/money/", page(client, "money"))["Location"] == "/form/end/"
    assert a_form.cells["budget"] == 500

    # Somebody has it open from before, and types: nothing of it is lost.
    a_form.begin(legal="egtc", budget=500)
    stale = page(client, "money")
    a_form.cells["legal"] = "none"
    told = client.post("/form/money/", stale | {"budget": "700", "payer": "Kehl"}, headers=AUTOSAVE).json()
    assert (told["state"], told["text"], a_form.cells["budget"]) == ("saved", "", 700)


def test_answers_of_other_sections_decide_and_are_read_only_where_they_do():
    towns = {f"towns.{number:032}": {"name": str(number)} for number in range(2)}
    a_form.begin(legal="egtc", **towns)
    client = person()
    assert hidden_on(client, "end") == set()

    a_form.cells["legal"] = "none"
    # The towns are still kept, and count for nothing.
    assert hidden_on(client, "end") == {"town_hall"}
    assert digest({"name": "0"}) in page(client)["base"]

    def read_others() -> Any:
        raise AssertionError

    alone = {"questionnaire": a_form.FORM, "read_others": read_others}
    assert "reason" not in a_form.CLASSES["about"](read=lambda: a_form.BLANK, **alone).asked


def test_row_added_without_script_keeps_the_page_as_it_is():
    a_form.begin(legal="egtc", **{f"towns.{TOWN}": {"name": "Kehl"}})
    client = person()

    shown = press(client, "/form/about/", page(client) | {"add_row": "towns", "reason": "typed"})

    form = shown.context["form"]
    assert (len(form.rows["towns"].forms), "towns" in form.asked) == (2, True)
    assert typed(shown)["reason"] == "typed"
