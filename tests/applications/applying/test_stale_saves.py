"""Two people, two tabs, autosave: nothing unseen is overwritten, and the person chooses."""

import json
from html import unescape

import pytest

from applications.enums import MemberRole
from tests.builders.applications import ORTENAU, STRASBOURG, answer, lead_of, member, partner, started
from tests.support.applicant_forms import logged_in, save, send, typed, url
from tests.support.forms import press

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return started()


@pytest.fixture
def lead(application):
    return logged_in(lead_of(application))


def test_two_people_never_overwrite_each_other(application, lead):
    bob = logged_in(member(application, MemberRole.EDIT))
    of_ana, of_bob = (typed(c.get(url(application, "territory"))) for c in (lead, bob))
    lead.post(url(application, "territory"), of_ana | {"title": "Ana's", "population": "5"})

    page = press(bob, url(application, "territory"), of_bob | {"title": "Bob's", "acronym": "BOB"})

    assert "Use the saved version: Ana&#x27;s" in page.content.decode()
    application.refresh_from_db()
    assert (application.title, application.answers.get("acronym"), application.answers.get("population")) == (
        "Ana's",
        "BOB",
        5,
    )
    # Without a choice nothing happens, with one it is followed; Ana's number stays in both cases.
    again = press(bob, url(application, "territory"), typed(page))
    assert "Choose which version to keep." in again.content.decode()
    name = next(name for name in again.context["form"].fields if name.startswith("choice-"))
    mine = again.context["form"].fields[name].choices[0][0]
    done = press(bob, url(application, "territory"), typed(again) | {name: mine})
    assert done.status_code == 302
    application.refresh_from_db()
    assert (application.title, application.answers.get("population")) == ("Bob's", 5)


def asked_about(page):
    """Return the questions of a page which of two values stays, by the cell that they are about."""
    fields = page.context["form"].fields
    return {name.removeprefix("choice-"): f.label for name, f in fields.items() if name.startswith("choice-")}


def test_stale_save_names_who_wrote_each_value_field_by_field(application):
    ana, bob, eve = (member(application, MemberRole.EDIT) for _person in range(3))
    address = url(application, "territory")
    stale = typed(logged_in(eve).get(address))
    send(logged_in(ana), application, "territory", title="Ana's", acronym="ANA")
    send(logged_in(bob), application, "territory", population="5", territory_description="Bob's")
    send(logged_in(bob), application, "territory", acronym="BOB")
    mine = stale | {"title": "E", "acronym": "E", "population": "7"}

    for _press in range(2):  # the second time Eve's own save of the description is the last one
        asked = asked_about(press(logged_in(eve), address, mine))
        names = {cell: label.partition(": ")[2].partition(" has saved")[0] for cell, label in asked.items()}
        assert names == {
            "title": ana.get_short_name(),
            "acronym": bob.get_short_name(),
            "population": bob.get_short_name(),
        }
        mine |= {"units": [STRASBOURG]}
    application.refresh_from_db()
    assert (application.title, application.answers.get("acronym"), application.answers.get("population")) == (
        "Ana's",
        "BOB",
        5,
    )


def test_stale_save_of_the_same_person_in_another_tab_names_nobody(application, lead):
    stale = typed(lead.get(url(application, "territory")))
    send(lead, application, "territory", title="First tab")
    page = press(lead, url(application, "territory"), stale | {"title": "Second tab"})
    (question,) = asked_about(page).values()
    assert "changed on another page." in question


def test_stale_save_names_who_removed_a_partner(application, lead):
    bob = member(application, MemberRole.EDIT)
    send(lead, application, "partnership", **{"partners-0-name": "Town"})
    stale = typed(lead.get(url(application, "partnership")))
    send(logged_in(bob), application, "partnership", **{"partners-0-DELETE": "on"})

    page = press(lead, url(application, "partnership"), stale | {"partners-0-name": "City"})

    (question,) = asked_about(page).values()
    assert question.startswith(
        f"City: {bob.get_short_name()} has saved a different answer. Choose which version to keep."
    )
    assert "Use the saved version: nothing (removed)" in page.content.decode()


def test_both_values_of_a_conflict_are_told_in_words_and_not_in_codes(application, lead):
    bob = logged_in(member(application, MemberRole.EDIT))
    pages = ("territory", "partnership", "support")
    stale = {slug: typed(bob.get(url(application, slug))) for slug in pages}
    answer(
        application,
        {
            "units": [STRASBOURG],
            "population": 1200000,
            "governance_form": "egtc",
            "needs": [{"area": "clld-design", "weight": 3, "level": 2}],
            "working_languages": ["de"],
            "support_from": "2027-01-01",
        },
    )
    mine = {
        "territory": {"units": [ORTENAU], "population": "7"},
        "partnership": {"governance_form": "none"},
        "support": {
            "needs-0-area": "peer-learning",
            "working_languages": ["fr"],
            "support_from": "2027-02",
        },
    }
    shown = [unescape(press(bob, url(application, s), stale[s] | mine[s]).content.decode()) for s in pages]
    text = " ".join(shown)
    for words in (
        "Bas-Rhin (FRF11)",
        "1,200,000",
        "European Grouping of Territorial Cooperation (EGTC)",
        "German",
        "January 2027",
    ):
        assert f"Use the saved version: {words}" in text, words
    assert "Use the saved version: clld-design" not in text


def test_partners_of_two_people_are_both_kept(application, lead):
    bob = logged_in(member(application, MemberRole.EDIT))
    of_ana, of_bob = (typed(c.get(url(application, "partnership"))) for c in (lead, bob))
    lead.post(url(application, "partnership"), of_ana | {"partners-0-name": "Ana's town"})
    bob.post(url(application, "partnership"), of_bob | {"partners-0-name": "Bob's town"})
    assert set(application.partners.values_list("name", flat=True)) == {"Ana's town", "Bob's town"}


def autosave(client, application, slug, **changes):
    sent = typed(client.get(url(application, slug))) | changes
    answer = client.post(url(application, slug), sent, headers={"X-Autosave": "1"})
    return answer.json(), sent


def test_autosave_tells_what_it_did_and_gives_the_new_base(application, lead):
    told, sent = autosave(lead, application, "territory", title="Upper Rhine")
    assert (told["state"], told["text"]) == ("saved", "")
    # The page goes on with the new base: its next save is no conflict with its own.
    on = sent | {"base": told["base"], "title": "Upper Rhine for ever"}
    assert lead.post(url(application, "territory"), on).status_code == 302
    application.refresh_from_db()
    assert application.title == "Upper Rhine for ever"


def test_autosave_of_a_new_row_repeated_is_one_partner(application, lead):
    told, sent = autosave(lead, application, "partnership", **{"partners-0-name": "Tow"})
    lead.post(
        url(application, "partnership"),
        sent | {"base": told["base"], "partners-0-name": "Town"},
        headers={"X-Autosave": "1"},
    )
    assert list(application.partners.values_list("name", flat=True)) == ["Town"]


def test_save_after_autosave_keeps_the_rows(application, lead):
    row = {"needs-0-area": "clld-design", "needs-0-weight": "3", "needs-0-level": "1"}
    told, sent = autosave(lead, application, "support", **row)
    lead.post(url(application, "support"), sent | {"base": told["base"]})
    assert list(application.needs.values_list("area", "weight", "level")) == [("clld-design", 3, 1)]


def test_save_with_a_region_typed_but_not_chosen_shows_what_was_found(application, lead):
    page = send(lead, application, "territory", title="Upper Rhine", units_search="ortenau")
    html = page.content.decode()
    assert "but you typed a region without choosing one." in html
    assert f'value="{ORTENAU}"' in html
    application.refresh_from_db()
    assert application.title == "Upper Rhine"


def test_autosave_with_an_error_saves_the_rest_and_says_so(application, lead):
    told, _sent = autosave(lead, application, "territory", title="Upper Rhine", population="many")
    assert told["text"] == "Not saved: Inhabitants: Enter a whole number."
    application.refresh_from_db()
    assert application.title == "Upper Rhine"


def test_autosave_never_takes_the_answer_of_somebody_else(application, lead):
    sent = typed(lead.get(url(application, "territory")))
    save(application, "territory", {"title": "Ana's"})
    told = lead.post(
        url(application, "territory"), sent | {"title": "Bob's"}, headers={"X-Autosave": "1"}
    ).json()
    title = "Name of the cross-border territory"
    changed = "changed on another page. Save to choose which version to keep."
    assert told["text"] == f"Not saved: {title}: {changed}"
    assert json.loads(told["base"])["title"] == json.loads(sent["base"])["title"]
    application.refresh_from_db()
    assert application.title == "Ana's"


LEADS = [f"partners-{place}-is_lead" for place in range(3)]


@pytest.fixture
def partners(application):
    """Three partners, of whom nobody leads."""
    rows = {f"partners.{place:032x}": partner(STRASBOURG, name=f"Town {place}") for place in range(3)}
    answer(application, rows)
    return application.partners.order_by("position")


def leading(partners):
    return list(partners.filter(is_lead=True).values_list("name", flat=True))


class Page:
    """The page of the partners as one person has it open, which saves itself after each tick."""

    def __init__(self, application, user):
        self.user, self.client = user, logged_in(user)
        self.address = url(application, "partnership")
        self.sent = typed(self.client.get(self.address))

    def lead(self, *places):
        """Let the boxes of these rows be ticked, and only these; return what is not saved."""
        self.sent = {name: value for name, value in self.sent.items() if name not in LEADS}
        self.sent |= {LEADS[place]: "on" for place in places}
        told = self.client.post(self.address, self.sent, headers={"X-Autosave": "1"}).json()
        self.sent["base"] = told["base"]
        return told["text"]

    def press(self, **changes):
        return press(self.client, self.address, self.sent | changes)


def test_two_ticked_leads_change_nothing_and_the_page_goes_on(application, partners):
    page = Page(application, lead_of(application))
    # Rows stand in another order once one leads: the page keeps the order in which it was opened.
    for ticked, leads in (
        ([0], ["Town 0"]),
        ([0, 1], ["Town 0"]),
        ([1], ["Town 1"]),
        ([0, 1], ["Town 1"]),
        ([1, 2], ["Town 1"]),
        ([0, 2], ["Town 1"]),
        ([1], ["Town 1"]),
        ([], []),
        ([2], ["Town 2"]),
    ):
        assert (bool(page.lead(*ticked)), leading(partners)) == (len(ticked) > 1, leads), ticked
    assert page.press().status_code == 302
    assert leading(partners) == ["Town 2"]


def test_lead_that_somebody_else_ticked_meanwhile_is_asked_about(application, partners):
    ana, bob = (Page(application, member(application, MemberRole.EDIT)) for _person in range(2))
    assert ana.lead(1) == ""

    assert "Town 1: changed on another page" in bob.lead(2)
    assert leading(partners) == ["Town 1"]
    page = bob.press()
    asked = asked_about(page)
    assert sorted(asked) == [f"partners.{place:032x}" for place in (1, 2)]
    # Two that lead are asked about again; what both choices say together is followed.
    choices = {cell: page.context["form"].fields[f"choice-{cell}"].choices for cell in asked}
    first, second = sorted(choices)
    for picks, status, leads in (((1, 0), 200, "Town 1"), ((0, 0), 302, "Town 2")):
        chosen = {
            f"choice-{cell}": choices[cell][pick][0]
            for cell, pick in zip((first, second), picks, strict=True)
        }
        assert (bob.press(**chosen).status_code, leading(partners)) == (status, [leads])
    application.refresh_from_db()
    assert {application.writers[cell] for cell in asked} == {bob.user.pk}


def test_lead_in_a_row_that_the_page_does_not_show_is_asked_about(application, partners):
    page = Page(application, lead_of(application))
    added = f"partners.{9:032x}"
    save(application, "partnership", {added: partner(STRASBOURG, name="Added", is_lead=True)})

    assert "Added: changed on another page" in page.lead(2)

    assert leading(partners) == ["Added"]
    shown = page.press()
    fields = shown.context["form"].fields
    chosen = {f"choice-{cell}": fields[f"choice-{cell}"].choices[0][0] for cell in asked_about(shown)}
    assert page.press(**chosen).status_code == 302
    assert leading(partners) == ["Town 2"]


def test_two_ticked_leads_never_count_as_having_seen_the_lead_of_somebody_else(application, partners):
    page = Page(application, lead_of(application))
    save(application, "partnership", {f"partners.{1:032x}": partner(STRASBOURG, name="Town 1", is_lead=True)})

    assert page.lead(1, 2)
    assert page.lead(2)

    assert leading(partners) == ["Town 1"]


def test_save_that_moves_the_lead_writes_both_rows(application, partners):
    first, second = (f"partners.{place:032x}" for place in range(2))
    rows = {
        cell: partner(STRASBOURG, name=f"Town {i}", is_lead=True) for i, cell in enumerate((first, second))
    }
    save(application, "partnership", {first: rows[first]})

    saved = save(application, "partnership", {second: rows[second]})

    assert (saved.written, saved.cells[first]["is_lead"]) == ({first, second}, False)
    assert leading(partners) == ["Town 1"]


@pytest.mark.parametrize("base", ["", "not json", "[]", '{"title": 5}'])
def test_section_with_a_broken_base_overwrites_nothing(application, lead, base):
    save(application, "territory", {"title": "Saved"})
    send(lead, application, "territory", title="Blind", base=base)
    application.refresh_from_db()
    assert application.title == "Saved"


@pytest.mark.parametrize(("searched", "goes_on"), [("ortenau", True), ("Germany", True), ("Bas-Rhin", False)])
def test_save_goes_on_once_something_of_the_search_is_chosen(application, lead, searched, goes_on):
    """Without a script, what was searched still stands in its box when the boxes below it are ticked."""
    page = send(lead, application, "territory", title="Upper Rhine", units=[ORTENAU], units_search=searched)
    assert (page.status_code == 302 and page.url.endswith("/partnership/")) is goes_on
