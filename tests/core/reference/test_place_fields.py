"What people type around the place name, and what the fields answer to it."

import unicodedata

import pytest
from django.test import Client
from django.utils import translation

from core.rate_limits import RateLimit
from core.reference import limits
from core.reference import search as searching
from core.reference.municipal_words import WORDS, bare_names
from core.reference.names import fold
from core.reference.region_fields import RegionField
from core.reference.search import LONGEST_QUERY, Searches, search
from tests.builders.calls import open_call

pytestmark = pytest.mark.django_db

LETTERHEADS = {
    "Concello de Tui": "ES114",
    "Concello de Tui, España": "ES114",
    "Ayuntamiento de La Línea de la Concepción": "ES612",
    "Ajuntament de la Seu d'Urgell": "ES513",
    "Câmara Municipal de Valença": "PT111",
    "Município de Bragança": "PT11E",
    "Commune de Strasbourg": "FRF11",
    "Mairie de Hendaye": "FRI15",
    "Ville de Tournai": "BE328",
    "Gemeente De Haan": "BE255",
    "Gemeente Maastricht": "NL423",
    "Gemeinde Rheinau": "DE134",
    "Stadt Kehl": "DE134",
    "Comune di Gorizia": "ITH43",
    "Città di Bolzano": "ITH10",
    "Mestna občina Nova Gorica": "SI043",
    "Gmina Słubice": "PL431",
    "Urząd Miejski Cieszyn": "PL225",
    "Město Český Těšín": "CZ080",
    "Tallinna linn": "EE001",
    "Haparanda kommun": "SE332",
    "Municipality of Tornio": "FI1D7",
    "Община Русе": "BG323",
    "Primăria municipiului Oradea": "RO111",
    "Komárom város": "HU212",
}


def codes(text: str) -> list[str]:
    return [found.unit.pk for found in search(text).found if found.unit]


def test_words_of_letterheads_around_a_name_do_no_harm() -> None:
    assert {typed: codes(typed)[:1] for typed in LETTERHEADS} == {
        typed: [code] for typed, code in LETTERHEADS.items()
    }


def test_bare_names_are_shorter_and_end_somewhere() -> None:
    for word in WORDS:
        assert list(bare_names(word)) == []
        assert list(bare_names(f"{word} tui")) == ["tui"]
        assert list(bare_names(f"tui {word}")) == ["tui"]
        assert list(bare_names(f"{word} de la tui")) == ["de la tui", "la tui", "tui"]
    assert list(bare_names("tui")) == []


@pytest.mark.parametrize("form", ["NFKC", "NFKD"])
def test_no_character_makes_a_query_longer_than_it_may_be(form: str, monkeypatch) -> None:
    """U+FDFA becomes eighteen characters; so does nothing else, but the limit asks every character."""
    # How long PostgreSQL takes is not what is asked here.
    monkeypatch.setattr(searching, "TIMEOUT_MILLISECONDS", 60_000)
    grown = [chr(code) for code in range(0x110000) if len(unicodedata.normalize(form, chr(code))) > 3]
    assert "\ufdfa" in grown
    for character in grown:
        assert all(len(part) <= LONGEST_QUERY for part in searching._parts(character * LONGEST_QUERY))
    assert search("\ufdfa" * LONGEST_QUERY).is_complete


@pytest.mark.parametrize(
    "typed", ["España", "Spain", "Espagne", "Polska", "Deutschland", "Österreich", "Україна"]
)
def test_name_of_a_country_means_the_country(typed: str, client: Client) -> None:
    answer = client.get("/map/regions/", {"q": typed}).json()
    assert [country["is_exact"] for country in answer["countries"]] == [True]
    assert answer["found"] == []
    field = RegionField()
    field.search_if_asked({"add_row": "unit_search", "unit": typed}, "unit", Searches())
    country = field.widget.answer.country_to_open
    assert field.widget.offered[0].unit.country_id == country


def test_country_comes_before_its_namesakes() -> None:
    field = RegionField()
    field.search_if_asked({"add_row": "unit_search", "unit": "Luxembourg"}, "unit", Searches())
    offered = [offer.unit.country_id for offer in field.widget.offered]
    assert offered[0] == "LU"
    assert "BE" in offered


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Valença", "Valença (town), Alto Minho, Portugal"),
        ("Genf", "Genève (town), Genève, Switzerland"),
        ("Geneva", "Genève (town), Genève, Switzerland"),
        ("Munich", "München (town), München, Kreisfreie Stadt, Germany"),
        ("Wien", "Wien (town), Wien, Austria"),
        ("Prague", "Praha (town), Hlavní město Praha, Czechia"),
    ],
)
def test_town_is_shown_by_its_name_in_its_own_country_and_once(typed: str, label: str) -> None:
    labels = [found.label for found in search(typed).found]
    assert labels[0] == label
    assert len(labels) == len(set(labels))


def test_map_of_a_country_leads_to_the_choices_without_javascript() -> None:
    field = RegionField()
    field.search_if_asked({"add_row": "unit_search", "unit": "Andorra"}, "unit", Searches())
    html = field.widget.render("unit", "Andorra", {"id": "id_unit"})
    for code in ("AD-02", "AD-07"):
        assert f'href="#id_unit_{code}"' in html
        assert f'id="id_unit_{code}"' in html


def test_areas_of_the_map_are_countries_by_name_and_borders(client: Client) -> None:
    page = client.get("/map/regions/areas/").content.decode()
    assert page.index(">Albania<") < page.index(">Austria<") < page.index("Spain")
    with translation.override("fr"):
        french = client.get("/fr/map/regions/areas/").content.decode()
    assert french.index(">Allemagne<") < french.index(">Autriche<")


def test_home_outside_is_told_what_that_means_for_an_expert(client: Client) -> None:
    partner, home = RegionField(), RegionField(is_home=True)
    for field in (partner, home):
        field.search_if_asked({"add_row": "unit_search", "unit": "Newry"}, "unit", Searches())
    assert "a partner from there" in partner.widget.outside_notice
    assert "partner" not in home.widget.outside_notice
    assert "leave this field empty" in home.widget.render("unit", "Newry", {"id": "id_unit"})
    asked = {"q": "Newry", "for": "home"}
    assert "partner" not in client.get("/map/regions/", asked).json()["outside"]
    assert 'data-region="/map/regions/?for=home"' in home.widget.render("unit", "", {"id": "id_unit"})


def test_network_that_searches_very_often_is_told_to_wait(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(limits, "OF_A_NETWORK", RateLimit("few searches of a network", 2, 60))
    call = open_call()
    for _time in range(2):
        assert client.get("/map/regions/", {"q": "Tui"}).status_code == 200
    answer = client.get("/map/regions/", {"q": "Tui"})
    assert (answer.status_code, answer.json()["found"], answer["Retry-After"]) == (429, [], "60")
    assert "Wait a minute" in answer.json()["note"]
    for address in ("/map/regions/picture/?country=ES", "/map/regions/areas/"):
        assert client.get(address).status_code == 429
    check = f"/calls/{call.slug}/check/"
    assert client.get(check, {"regions_search": "Tui"}).status_code == 429
    assert client.get(check, {"regions": "FRF11"}).status_code == 429
    assert client.get(check).status_code == 200
    other = client.get("/map/regions/", {"q": "Tui"}, REMOTE_ADDR="198.51.100.7")
    assert other.status_code == 200


def test_limit_of_searches_leaves_room_for_an_office_of_fifty() -> None:
    assert limits.OF_A_NETWORK.most / limits.OF_A_NETWORK.seconds >= 20


def test_folding_keeps_words_of_letterheads_apart_from_names() -> None:
    assert {fold(word) for word in WORDS} == WORDS
