"""Public pages of the calls: state, deadline, questions beforehand, eligibility without an account."""

import gzip
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from applications.calls.eligibility import CheckOutcome
from applications.enums import CallState, NeedLevel
from applications.models import Call, CallExtension
from core.reference.files import read_tables
from core.reference.models import Challenge, ExpertiseArea, Language, NutsUnit, OrganisationType
from tests.builders.applications import FREIBURG, ORTENAU, PARIS, STRASBOURG
from tests.builders.calls import open_call
from tests.builders.people import person
from tests.support import pdf
from tests.support.default_form import default_form, question

pytestmark = pytest.mark.django_db
# By the data file, which the tests of the reference data compare with the announcement.
COUNTRIES = {
    code for (code,), row in read_tables()["countries.csv"].rows.items() if row["is_eligible"] == "1"
}


def queries_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_calls_of_2026_are_there_and_only_the_first_has_a_closing_time():
    calls = Call.objects.filter(number__lte=3)
    assert [(c.number, c.closes_at is None, c.is_provisional) for c in calls] == [
        (1, False, True),
        (2, True, True),
        (3, True, True),
    ]
    closing = timezone.localtime(calls[0].closes_at)
    assert (closing.day, closing.month, closing.year) == (10, 4, 2026)
    assert {c.state for c in calls[1:]} == {CallState.COMING}
    assert all(sum(k.weight for k in c.criteria.all()) == 100 for c in calls)
    assert all(k.is_default for c in calls for k in c.criteria.all())


def test_call_list_names_every_call_in_constant_queries(client):
    first = open_call()
    few = queries_of(client, "/calls/?few")
    for _extra in range(5):
        open_call()
    client.cookies["sessionid"] = "unknown"  # past the cache for visitors
    page = client.get("/calls/").content.decode()
    assert all(call.title.get("en") in page for call in Call.objects.all())
    assert first.title.get("en") in page
    assert few == 1


def test_call_page_needs_two_queries_and_none_when_cached(client):
    call = open_call()
    assert queries_of(client, f"/calls/{call.slug}/") <= 2
    assert queries_of(client, f"/calls/{call.slug}/") == 0


def test_call_page_is_small(client):
    assert len(client.get(f"/calls/{open_call().slug}/").content) < 30_000


def test_cached_call_page_keeps_languages_apart(client):
    call = open_call()
    assert call.title.get("en") in client.get(f"/calls/{call.slug}/").content.decode()
    assert call.title.get("fr") in client.get(f"/fr/calls/{call.slug}/").content.decode()


def test_cached_call_page_carries_nothing_of_the_visitor_before(client):
    address = f"/calls/{open_call().slug}/"
    assert "?from=letter" in client.get(f"{address}?from=letter").content.decode()
    assert "?from=letter" not in client.get(address).content.decode()


def test_call_page_states_deadline_with_zone_and_the_closing_rule(client):
    call = open_call(closes_at=timezone.now() + timedelta(days=3), grace_minutes=7)
    page = client.get(f"/calls/{call.slug}/").content.decode()
    assert "(Brussels time)" in page
    assert f'datetime="{call.closes_at.strftime("%Y-%m-%dT%H:%M:%SZ")}"' in page
    assert "can still be submitted up to 7 minutes after it" in page
    assert f"/calls/{call.slug}/apply/" in page


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({"closes_at": None}, "not open yet"),
        ({"opens_at": timezone.now() + timedelta(days=2)}, "not open yet"),
        ({"closes_at": timezone.now() - timedelta(days=2)}, "is closed"),
        (
            {"results_published_at": timezone.now() - timedelta(days=1)},
            "The results of this call have been published.",
        ),
    ],
)
def test_call_page_that_is_not_open_says_so_and_offers_no_start(client, times, words):
    call = open_call(**times)
    page = client.get(f"/calls/{call.slug}/").content.decode()
    assert words in page
    assert "/apply/" not in page


def test_unknown_call_is_not_found(client):
    assert [client.get(f"/calls/nope/{rest}").status_code for rest in ("", "questions/", "check/")] == [
        404
    ] * 3


def test_call_page_shows_guidance_without_its_scripts(client):
    call = open_call(guidance={"en": "Ask **early**. <script>alert(1)</script> [x](javascript:alert(1))"})
    page = client.get(f"/calls/{call.slug}/").content.decode()
    assert "<strong>early</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_call_page_shows_an_extension_with_its_reason(client):
    call = open_call()
    CallExtension.objects.create(
        call=call,
        closed_at=call.closes_at - timedelta(days=2),
        closes_at=call.closes_at,
        reason="The portal was down.",
        by=person(),
    )
    assert "The portal was down." in client.get(f"/calls/{call.slug}/").content.decode()


def test_questions_page_and_pdf_hold_every_question(client):
    call = open_call()
    page = unescape(client.get(f"/calls/{call.slug}/questions/").content.decode())
    answer = client.get(f"/calls/{call.slug}/questions.pdf")
    text = pdf.words_of(pdf.read(answer.content))
    for section in default_form():
        for asked in section.questions:
            assert str(asked.label) in page
            assert str(asked.label) in text
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Questions of the application form"), ("fr", "Questions du formulaire de candidature")],
)
def test_questions_pdf_is_pdf_ua_in_the_language_of_the_reader(client, language, title):
    prefix = "/fr" if language == "fr" else ""
    content = client.get(f"{prefix}/calls/{open_call().slug}/questions.pdf").content
    pdf.assert_accessible(pdf.read(content), language=language, title=title)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_questions_page_and_pdf_hold_everything_that_can_be_chosen(client, language):
    call, prefix = open_call(), "/fr" if language == "fr" else ""
    page = unescape(client.get(f"{prefix}/calls/{call.slug}/questions/").content.decode())
    text = pdf.words_of(pdf.read(client.get(f"{prefix}/calls/{call.slug}/questions.pdf").content))
    with translation.override(language):
        models = Challenge, Language, OrganisationType, ExpertiseArea
        words = [str(row) for model in models for row in model.objects.active()]
        asked = [question(name).choices for name in ("governance_form", "clld_experience")]
        words += [str(label) for choices in asked for _code, label in choices]
        words += [str(label) for label in NeedLevel.labels]
    assert len(words) > 100
    assert [word for word in words if word not in page] == []
    # Lines are broken at hyphens too.
    assert [word for word in words if "".join(word.split()) not in "".join(text.split())] == []


@pytest.mark.parametrize(
    ("regions", "outcome", "named"),
    [
        ([STRASBOURG, ORTENAU], CheckOutcome.OK, ["France", "Germany"]),
        ([ORTENAU, FREIBURG], CheckOutcome.FAIL, ["France"]),
        ([STRASBOURG, ORTENAU, PARIS], CheckOutcome.FAIL, ["Paris"]),
    ],
)
def test_eligibility_check_answers_without_an_account(client, regions, outcome, named):
    call = open_call()
    answer = client.get(f"/calls/{call.slug}/check/", {"regions": regions})
    gravest = answer.context["checks"][0]
    assert gravest.text in unescape(answer.content.decode())
    assert gravest.outcome == outcome
    assert all(name in gravest.text for name in named)


def test_eligibility_check_finds_regions_by_name_and_keeps_the_chosen(client):
    call = open_call()
    asked = {"regions": [STRASBOURG], "regions_search": "Fribourg", "add_row": "regions_search"}
    answer = client.get(f"/calls/{call.slug}/check/", asked)
    page = answer.content.decode()
    assert 'value="FRF11"\n           checked' in page
    assert 'value="CH022"' in page
    assert answer.context["form"].errors == {}


def checked():
    return f"/calls/{open_call().slug}/check/"


def test_eligibility_check_shows_the_map_of_a_country_without_javascript(client):
    page = client.get(
        checked(), {"regions": ["FRF11"], "regions_search": "", "regions_map": "DE", "add_row": "regions_map"}
    )

    html = page.content.decode()
    assert 'href="#id_regions_DE134"' in html
    assert re.search(r'<input type="checkbox"\s+id="id_regions_DE134"\s+name="regions"\s+value="DE134"', html)
    assert re.search(r'value="FRF11"\s+checked', html)
    assert "error-summary" not in html


def test_map_of_a_chosen_country_marks_what_is_chosen_and_offers_it_once(client):
    page = client.get(checked(), {"regions": ["DE134"], "regions_map": "DE", "add_row": "regions_map"})

    html = page.content.decode()
    assert html.count('value="DE134"') == 1
    assert re.search(r'aria-label="Ortenaukreis \(DE134\)">\s*<path class="map-chosen"', html)


def test_map_of_a_country_comes_alone_for_the_script_and_is_light(client):
    page = client.get("/map/regions/picture/", {"country": "FR"})

    assert page["Cache-Control"] == "public, max-age=3600"
    # Five of the regions lie overseas: a list beside the map.
    assert page.content.count(b"data-code=") == 96 + 5
    assert len(gzip.compress(page.content)) < 20_000
    assert b"EuroGeographics" in page.content


@pytest.mark.parametrize("country", ["", "XX", "BR", "../FR"])
def test_map_of_no_country_of_ours_is_not_found(client, country):
    assert client.get("/map/regions/picture/", {"country": country}).status_code == 404


def test_eligibility_check_refuses_an_unknown_region_in_words(client):
    call = open_call()
    page = client.get(f"/calls/{call.slug}/check/", {"regions": ["XX999"]}).content.decode()
    assert "A region you chose is no longer in the list. Choose again." in page


def test_region_search_finds_by_part_of_a_name_without_accents(client):
    found = client.get("/map/regions/", {"q": "cote d or"}).json()["found"]
    assert found[0] == {"code": "FRC11", "text": "Côte-d’Or (FRC11)", "country": "France"}


@pytest.mark.parametrize("typed", ["", "x", "zzzzzz", "%", "\x00"])
def test_region_search_of_nonsense_finds_nothing(client, typed):
    assert client.get("/map/regions/", {"q": typed}).json() == {"found": []}


def searched(client, typed, **more):
    asked = {"regions_search": typed, "add_row": "regions_search"} | more
    return unescape(client.get(checked(), asked).content.decode())


def test_search_without_javascript_offers_town_region_and_country_to_tick(client):
    html = searched(client, "Tui", regions=["PT111"])

    assert re.search(r'value="ES114"\s*>\s+Tui \(town\), Pontevedra, Spain', html)
    assert re.search(r'value="PT111"\s+checked', html)
    assert 'value="Tui"' in html


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Newry", "Outside the 40 countries that take part in IMPACT: Newry (town), United Kingdom."),
        ("Tangier", "Outside the 40 countries that take part in IMPACT: Tangier (town), Morocco."),
        ("Eupen", "We are not sure which region this place is in."),
        (
            "qwrtzp",
            "No place or region found. Small villages are not in our list.",
        ),
        ("España", "Choose from the country’s regions on the map or in the list below."),
    ],
)
def test_search_without_javascript_says_what_it_did_not_find_or_does_not_know(client, typed, words):
    html = searched(client, typed)

    assert words in html
    assert f'value="{typed}"' in html
    assert "checked" not in html


def test_country_searched_for_opens_its_map_and_list(client):
    html = searched(client, "Moldawien")

    assert html.count("data-code=") == 37
    assert re.search(r'type="checkbox"\s+id="id_regions_MD-CU"', html)


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_each_of_the_forty_countries_has_a_map_on_which_all_its_regions_can_be_chosen(client, country):
    page = client.get("/map/regions/picture/", {"country": country}).content.decode()
    units = NutsUnit.objects.selectable().of_country(country)

    assert set(re.findall(r'data-code="([^"]+)"', page)) == {unit.pk for unit in units}
    assert page.count("<text ") > 0
    assert len(page) < 200_000


def test_map_of_a_border_shows_both_sides_and_more_than_what_touches(client):
    page = client.get("/map/regions/picture/", {"country": "ES-PT"}).content.decode()
    codes = set(re.findall(r'data-code="([^"]+)"', page))

    assert {"ES114", "PT111", "ES111"} < codes
    assert {code[:2] for code in codes} == {"ES", "PT"}
    assert "ES300" not in codes


def test_map_of_a_border_with_a_country_without_outlines_shows_its_regions_as_points(client):
    page = client.get("/map/regions/picture/", {"country": "SK-UA"}).content.decode()

    assert 'data-code="UA-21"' in page
    assert 'data-code="SK042"' in page
    assert "We have no outlines for the regions shown as points." in page


def test_select_of_the_map_offers_forty_countries_and_the_borders_between_them(client):
    html = client.get(checked()).content.decode()
    values = re.findall(r'<option value="([^"]+)"', html)

    assert {value for value in values if len(value) == 2} == COUNTRIES
    assert {"ES-PT", "DE-FR", "RO-UA", "BA-HR", "AD-ES"} < set(values)


def test_queries_of_the_check_do_not_grow_with_what_is_found(client, django_assert_max_num_queries):
    address = checked()
    for typed in ("Tui", "sa", "Deutschland"):
        with django_assert_max_num_queries(25):
            client.get(address, {"regions_search": typed, "add_row": "regions_search"})


@pytest.mark.parametrize("typed", ["\x00", "%", "_", "a" * 10_000, "🌱", "(", "FRF11\x00"])
def test_hostile_codes_and_searches_are_answered(client, typed):
    page = client.get(checked(), {"regions": [typed], "regions_search": typed, "regions_map": typed})

    assert page.status_code == 200


def test_map_of_pilots_is_there_before_any_pilot(client):
    page = client.get("/map/").content.decode()
    assert "No pilot region has been announced yet" in page
