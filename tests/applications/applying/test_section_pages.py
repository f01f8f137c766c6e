"""Section pages over HTTP: incomplete saves, errors that lose nothing, every form without JavaScript."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from core.templatetags.impact_forms import error_links
from tests.builders.applications import ORTENAU, STRASBOURG, answer, lead_of, returned, started, submitted
from tests.builders.calls import closed_call
from tests.support.applicant_forms import logged_in, send, typed, url
from tests.support.default_form import SLUGS, default_form, question

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return started()


@pytest.fixture
def lead(application):
    return logged_in(lead_of(application))


@pytest.mark.parametrize("slug", SLUGS)
def test_section_page_is_small_and_saves_empty(application, lead, slug):
    page = lead.get(url(application, slug))
    assert page.status_code == 200
    assert len(page.content) < 40_000
    if slug != "documents":
        sent = send(lead, application, slug)
        assert sent.status_code == 302, error_links(sent.context["form"])


def test_section_saves_incomplete_and_goes_on(application, lead):
    answer = send(lead, application, "territory", title="Upper Rhine", units=[STRASBOURG, ORTENAU])
    assert answer.headers["Location"] == url(application, "partnership")
    application.refresh_from_db()
    assert application.title == "Upper Rhine"
    assert sorted(application.units.values_list("pk", flat=True)) == [ORTENAU, STRASBOURG]


@pytest.mark.parametrize(
    ("button", "next_page"), [({}, "applications:check"), ({"save_exit": "1"}, "applications:overview")]
)
def test_last_section_goes_on_to_check_your_answers(application, lead, button, next_page):
    answer = send(lead, application, "declarations", **button)
    assert answer.headers["Location"] == reverse(next_page, args=[application.public_id])


def test_section_with_an_error_keeps_what_was_typed_and_saves_the_rest(application, lead):
    page = send(lead, application, "territory", title="Upper Rhine", population="many", units=[STRASBOURG])
    html = page.content.decode()
    assert page.status_code == 200
    assert '<a href="#id_population">' in html
    assert 'value="many"' in html
    application.refresh_from_db()
    assert (application.title, application.answers.get("population")) == ("Upper Rhine", None)


@pytest.mark.parametrize("written", ["1200000", "1 200 000", "1.200.000", "1,200,000", "1\u202f200\u202f000"])
def test_section_takes_numbers_as_people_write_them(application, lead, written):
    send(lead, application, "territory", population=written)
    application.refresh_from_db()
    assert application.answers.get("population") == 1_200_000


def test_section_text_too_long_is_refused_in_words_and_kept(application, lead):
    html = send(lead, application, "challenges", ambition="x" * 3001).content.decode()
    assert "Shorten this to 3000 characters: it is 1 over the limit." in html
    assert "x" * 3001 in html


def test_section_counts_line_breaks_as_one_character(application, lead):
    text = "line\r\n" * 600
    send(lead, application, "challenges", ambition=text)
    application.refresh_from_db()
    assert application.answers.get("ambition") == ("line\n" * 600).strip()


def test_section_search_for_a_region_works_without_javascript(application, lead):
    page = send(
        lead,
        application,
        "territory",
        title="Typed",
        units=[STRASBOURG],
        units_search="ortenau",
        add_row="units_search",
    )
    html = page.content.decode()
    assert 'value="Typed"' in html
    assert f'value="{ORTENAU}"' in html
    application.refresh_from_db()
    assert application.title == ""


def test_section_adds_a_partner_row_without_javascript(application, lead):
    page = send(lead, application, "partnership", add_row="partners", **{"partners-0-name": "Town"})
    assert page.context["form"].rows["partners"].total_form_count() == 2
    assert 'value="Town"' in page.content.decode()


def test_partner_region_is_understood_by_code_by_full_name_and_by_a_part(application, lead):
    for place, text in enumerate((STRASBOURG, "Ortenaukreis", "Breisgau-Hoch")):
        send(
            lead,
            application,
            "partnership",
            **{
                "partners-TOTAL_FORMS": str(place + 1),
                f"partners-{place}-name": f"Town {place}",
                f"partners-{place}-unit": text,
            },
        )
    assert list(application.partners.order_by("position").values_list("unit", flat=True)) == [
        STRASBOURG,
        ORTENAU,
        "DE132",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Qwrtzp", "No place or region found."),
        ("rhin", "Choose one of the results below, or enter more of the name."),
        ("Newry", "Newry (town), United Kingdom"),
        ("Schweiz", "Choose one of the results below, or enter more of the name."),
        ("Eupen", "We are not sure which region this place is in."),
    ],
)
def test_partner_region_that_is_unclear_is_asked_again_and_the_partner_kept(application, lead, text, words):
    page = send(lead, application, "partnership", **{"partners-0-name": "Town", "partners-0-unit": text})
    html = page.content.decode()
    assert words in html
    assert f'value="{text}"' in html
    assert list(application.partners.values_list("name", "unit")) == [("Town", None)]


def test_partner_region_is_found_by_its_town_and_picked_among_namesakes(application, lead):
    row = {"partners-0-name": "Town", "partners-0-unit": "Rheinfelden"}
    html = send(lead, application, "partnership", **row).content.decode()
    assert re.search(r'type="radio"\s+id="[^"]+"\s+name="partners-0-unit_choice"\s+value="CH033"', html)
    assert not re.search(r'type="radio"[^>]*checked', html)

    send(lead, application, "partnership", **row, **{"partners-0-unit_choice": "CH033"})
    assert list(application.partners.values_list("unit", flat=True)) == ["CH033"]


def test_search_button_of_a_partner_offers_what_it_finds_and_saves_nothing(application, lead):
    row = {"partners-0-name": "Town", "partners-0-unit": "Tui", "add_row": "partners-0-unit_search"}
    page = send(lead, application, "partnership", **row)
    html = page.content.decode()
    assert "Tui (town), Pontevedra, Spain" in html
    assert 'value="Town"' in html
    assert page.context["form"].rows["partners"].total_form_count() == 1
    assert application.partners.count() == 0


def test_queries_of_the_partners_grow_by_what_was_typed_and_not_by_what_is_known(application, lead):
    # Who is invited, for the menu, is read once a minute.
    lead.get(url(application, "partnership"))
    counts = []
    for number in (2, 8):
        rows = {"partners-TOTAL_FORMS": str(number)}
        for place in range(number):
            rows |= {f"partners-{place}-name": f"Town {place}", f"partners-{place}-unit": ORTENAU}
        with CaptureQueriesContext(connection) as queries:
            send(lead, application, "partnership", add_row="partners", **rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_partner_is_removed_only_when_asked(application, lead):
    send(lead, application, "partnership", **{"partners-0-name": "Town"})
    send(lead, application, "partnership")
    assert application.partners.count() == 1
    send(lead, application, "partnership", **{"partners-0-DELETE": "on"})
    assert application.partners.count() == 0


def test_two_leads_are_refused_where_they_stand(application, lead):
    rows = {"partners-TOTAL_FORMS": "2"}
    for place in range(2):
        rows |= {f"partners-{place}-name": f"Town {place}", f"partners-{place}-is_lead": "on"}
    page = send(lead, application, "partnership", **rows)
    assert "Only one partner can be the lead organisation." in page.content.decode()


def test_need_twice_is_refused_and_the_first_kept(application, lead):
    rows = {"needs-TOTAL_FORMS": "2"}
    for place in range(2):
        rows |= {
            f"needs-{place}-area": "clld-design",
            f"needs-{place}-weight": "3",
            f"needs-{place}-level": "2",
        }
    page = send(lead, application, "support", **rows)
    assert "This area is there twice" in page.content.decode()
    assert list(application.needs.values_list("area", "weight")) == [("clld-design", 3)]


def test_months_in_the_wrong_order_are_refused_together(application, lead):
    page = send(lead, application, "support", support_from="2027-05", support_until="2027-01")
    assert "Enter a last month that is not before the first month." in page.content.decode()
    application.refresh_from_db()
    assert (application.support_from, application.support_until) == (None, None)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_rows_whose_order_is_not_kept_promise_none(application, lead, language):
    """Needs come back by their area; what matters most is said in a column."""
    answer(
        application, {"needs": [{"area": a, "weight": 2, "level": 2} for a in ("terr-urban", "clld-design")]}
    )
    shown = typed(lead.get(url(application, "support")))
    assert [shown[f"needs-{place}-area"] for place in range(2)] == ["clld-design", "terr-urban"]

    sorted_rows = [
        q for section in default_form() for q in section.questions if getattr(q.kind, "is_sorted", False)
    ]
    with override(language):
        texts = {q.name: str(q.help_text) for q in sorted_rows if q.kind.key_name(q) == ""}
        importance = next(c.label for c in question("needs").columns if c.name == "weight")
        assert list(texts) == ["needs"]
        assert not re.search(r"\bfirst\b|\bd.abord\b", texts["needs"])
        assert str(importance) in texts["needs"]


def test_clarification_leads_through_the_sections_asked_about_and_on_from_every_other():
    application = submitted(closed_call())
    returned(application, "territory", "challenges")
    lead, check = logged_in(lead_of(application)), reverse("applications:check", args=[application.public_id])

    assert send(lead, application, "territory").headers["Location"] == url(application, "challenges")
    assert send(lead, application, "challenges").headers["Location"] == check

    asked = SLUGS.index("challenges")
    for place, section in enumerate(default_form()):
        if section.slug in ("territory", "challenges"):
            continue
        page = lead.get(url(application, section.slug)).content.decode()
        onwards = check if place > asked else url(application, "challenges")
        ways = re.findall(r'class="buttons">\s*<a class="button"\s+href="([^"]+)"', page)
        assert ways == [onwards], section.slug
        assert f'href="{application.get_absolute_url()}">Overview' in page, section.slug
