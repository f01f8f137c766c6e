"""Places are found by any of their names, the right one first; nothing that is typed breaks the search."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.reference import search as searching
from core.reference.files import read_tables
from core.reference.found import Closeness, Found, SearchAnswer
from core.reference.models import Country, NutsUnit, Place, PlaceName
from core.reference.names import fold, romanise
from core.reference.region_fields import RegionField, resolve
from core.reference.search import LONGEST_QUERY, MAX_FOUND, MAX_SEARCHES, Searches, search
from core.time_limits import after, queries_end_at
from tests.core.reference.known_places import Known, fold_of_the_data, known_places
from tests.core.reference.places import units

pytestmark = pytest.mark.django_db
FIRST_CHOICES = 3


def codes(text: str) -> list[str]:
    return [found.unit.pk for found in search(text).found if found.unit]


def is_found(entry: Known, answer: SearchAnswer) -> bool:
    first = [found.unit for found in answer.found[:FIRST_CHOICES] if found.unit]
    if not (entry.code or entry.region):
        return bool(answer.outside)
    return any(unit.pk == entry.code or entry.region and entry.region in unit.name for unit in first)


def test_known_places_are_found_among_the_first_choices() -> None:
    entries = known_places()
    missing = [entry for entry in entries if not is_found(entry, search(entry.name))]

    assert len(entries) == 470
    assert len(missing) <= 0.03 * len(entries), missing


def test_known_places_are_found_first() -> None:
    entries = [entry for entry in known_places() if entry.code]
    not_first = [entry for entry in entries if codes(entry.name)[:1] != [entry.code]]

    # The rest has a namesake in another country, which is offered before.
    assert len(not_first) <= 0.03 * len(entries), not_first


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Tui", "ES114"),
        ("Valença", "PT111"),
        ("Słubice", "PL431"),
        ("Slubice", "PL431"),
        ("Genf", "CH013"),
        ("Seu", "ES513"),
        ("Lüttich", "BE332"),
        ("Südtirol", "ITH10"),
        ("Soenderjylland", "DK032"),
        ("Закарпаття", "UA-21"),
        ("Strasbourg", "FRF11"),
        ("geneve", "CH013"),
        ("NARVA", "EE00A"),
        ("Görlitz", "DED2D"),
        ("Užhorod", "UA-21"),
        ("Bolzano", "ITH10"),
        ("Gorlits", "DED2D"),
        ("Ужгорот", "UA-21"),
        ("Frankfurt Oder", "DE403"),
        ("Saint-Louis", "FRF12"),
        ("Frankfurt", "DE403"),
        ("Paris", "FR101"),
        ("FRF11", "FRF11"),
        ("Tui, España", "ES114"),
        ("Tui Spain", "ES114"),
        ("Brest, Česko", "CZ072"),
    ],
)
def test_place_is_found_first(typed: str, code: str) -> None:
    assert codes(typed)[0] == code


def test_what_a_search_says_finds_the_same_when_it_is_typed() -> None:
    for typed in ("Tui", "Kelmis", "Genf", "Nis"):
        for found in search(typed).found:
            assert found.unit
            assert found.unit.pk in codes(found.label), found.label


def test_answer_names_town_region_and_country_in_the_language_of_the_reader() -> None:
    labels = {}
    for language in ("en", "fr"):
        with translation.override(language):
            labels[language] = search("Tui").found[0].label
    assert labels == {"en": "Tui (town), Pontevedra, Spain", "fr": "Tui (ville), Pontevedra, Espagne"}


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Newry", "Newry (town), United Kingdom"),
        ("Tangier", "Tangier (town), Morocco"),
        ("Russland", "Russia"),
    ],
)
def test_place_outside_the_forty_countries_is_told_with_what_follows(typed: str, label: str) -> None:
    answer = search(typed)

    assert label in [found.label for found in answer.outside]
    assert answer.outside_notice.startswith("Outside the 40 countries")
    assert "does not count as a side of the border" in answer.outside_notice


def test_first_letters_of_a_town_of_ours_bring_none_from_outside() -> None:
    assert search("Strasb").outside == ()


@pytest.mark.parametrize("typed", ["Spain", "Spanien", "Espagne", "Испания", "Španělsko"])
def test_country_is_offered_and_chooses_no_region(typed: str) -> None:
    answer = search(typed)

    assert [found.country_code for found in answer.countries] == ["ES"]
    assert not [found for found in answer.found if found.is_exact]


def test_uncertain_place_offers_each_region_it_may_be_in() -> None:
    eupen = [found for found in search("Eupen").found if found.is_uncertain]

    assert [found.unit and found.unit.pk for found in eupen] == ["BE336", "BE335"]
    assert all("possibly in" in found.label for found in eupen)


def test_no_uncertain_place_fills_its_region_by_itself() -> None:
    rows = {
        int(key): row for (key,), row in read_tables()["places.csv.gz"].rows.items() if row["sure"] == "0"
    }
    places = Place.objects.select_related("unit__country").in_bulk(list(rows))

    assert len(places) == 635
    for place in places.values():
        offered = [Found.of_place(place, unit) for unit in units(*place.may_be_in)]
        exact = tuple(replace(found, closeness=Closeness.EXACT) for found in offered)
        assert exact[0].unit == place.unit
        assert all("possibly in" in found.label for found in exact)
        assert SearchAnswer(exact).region_meant is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Christiansø", "DK014"),
        ("La Pineda, Tarragona", "ES514"),
        ("Karyes, Greece", "EL527"),
        ("Glommen", "SE232"),
        ("Çey", "TRB24"),
    ],
)
def test_uncertain_place_without_a_second_region_is_to_be_confirmed(typed: str, code: str) -> None:
    resolved = resolve([typed], Searches())
    field = RegionField()

    with pytest.raises(ValidationError, match="We are not sure which region this place is in."):
        field.take(typed, resolved)

    assert code in [offer.unit.pk for offer in field.widget.offered]
    text = str(NutsUnit.objects.get(pk=code))
    assert field.take(text, resolve([text], Searches())) == code


def test_namesakes_are_offered_with_region_and_country_those_at_a_border_first() -> None:
    labels = [found.label for found in search("Rheinfelden").found[:2]]

    assert labels == ["Rheinfelden (town), Lörrach, Germany", "Rheinfelden (town), Aargau, Switzerland"]


def test_alternative_and_contested_names_are_never_shown() -> None:
    """Each of them finds something, and no answer repeats it."""
    contested = ("Northern Epirus", "Felvidék", "Pirin Macedonia", "Çamëria", "Lemberg", "Pressburg", "Üsküp")
    shown = [found.label for typed in contested for found in search(typed).found[:FIRST_CHOICES]]

    assert len(shown) >= len(contested)
    historic = ["Northern Epirus", "Felvidék", "Pirin Macedonia", "Çamëria", "Pressburg"]
    assert [label for label in shown if any(name in label for name in historic)] == []


def test_search_folds_as_the_data_did() -> None:
    """On every name of the data; only what the data left in, such as brackets, ends a word here as well."""
    tables = read_tables()
    names = [alias for _code, alias in tables["region_aliases.csv"].rows]
    for row in tables["places.csv.gz"].rows.values():
        names += [row["name"], row["ascii_name"], *row["alternates"].split("|")]

    different = [
        name for name in names if fold(name) != re.sub(r"[\W_]+", " ", fold_of_the_data(name)).strip()
    ]

    assert len(names) > 400_000
    assert different == []


@pytest.mark.parametrize(
    "name", ["Soenderjylland", "Закарпаття", "Θεσσαλονίκη", "Haaparanta", "Zuerich", "Uele"]
)
def test_beginning_of_a_name_is_the_beginning_of_its_latin_form(name: str) -> None:
    folded = fold(name)

    assert all(romanise(folded).startswith(romanise(folded[:end])) for end in range(len(folded)))


@pytest.mark.parametrize(
    "typed",
    [
        "%",
        "_",
        "\x00",
        "\\",
        "'",
        '"; DROP TABLE x; --',
        "🇫🇷",
        "🌱" * 50,
        "\u200b\u202e",
        "(((",
        ",,,",
        "()[]*+?",
    ],
)
def test_what_is_no_name_finds_nothing(client: Client, typed: str) -> None:
    assert client.get("/map/regions/", {"q": typed}).json() == {"found": []}


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 10_000,
        "saint " * 2_000,
        "% _ %",
        "Tui\x00",
        "a%b_c",
        "x, " * 3_000,
        "中文",
        "\ud83c",
        "é" * 5_000,
    ],
)
def test_hostile_text_is_answered(client: Client, typed: str) -> None:
    answer = client.get("/map/regions/", {"q": typed.encode("utf-8", "surrogatepass")})

    assert answer.status_code == 200
    assert len(answer.json()["found"]) <= MAX_FOUND


def test_only_the_beginning_of_a_long_text_counts() -> None:
    assert search("Strasbourg" + " " * LONGEST_QUERY + "nonsense") == search("Strasbourg")


@pytest.mark.parametrize(
    "typed", ["sa", "saint", "Strasbourg", "Tui (town), Pontevedra, Spain", "qwrtzp lkjhg"]
)
def test_number_of_queries_does_not_grow_with_what_is_found(typed: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        search(typed)

    # The limit of time set and taken back, in a savepoint: four. At most three searches, of two or three ways
    # each, the regions and countries that they found.
    assert len(queries) <= 4 + 3 * 4
    assert all(
        "LIMIT" in q["sql"] for q in queries if "ORDER BY" in q["sql"] and "reference_placename" in q["sql"]
    )


def test_query_that_takes_too_long_is_ended_and_the_transaction_goes_on() -> None:
    with pytest.raises(OperationalError), queries_end_at(after(10)), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")

    with connection.cursor() as cursor:
        assert cursor.execute("SHOW statement_timeout").fetchone() == ("0",)


def test_limit_of_time_ends_with_its_block() -> None:
    with queries_end_at(after(1000)), connection.cursor() as cursor:
        (left,) = cursor.execute(
            "SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'"
        ).fetchone()
        assert 0 < left <= 1000
    with connection.cursor() as cursor:
        assert cursor.execute("SHOW statement_timeout").fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
def test_limit_of_time_ends_without_a_transaction_around_it() -> None:
    """As on a page: nothing is asked to take the limit back, which ends with the transaction of the block."""
    with CaptureQueriesContext(connection) as queries, queries_end_at(after(1000)):
        Place.objects.exists()
    assert not [each for each in queries if "current_setting" in each["sql"]]
    with pytest.raises(OperationalError), queries_end_at(after(10)), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    with connection.cursor() as cursor:
        assert cursor.execute("SHOW statement_timeout").fetchone() == ("0",)


def test_several_queries_and_blocks_share_one_limit_of_time() -> None:
    def sleep(seconds: float) -> None:
        with queries_end_at(moment), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [seconds])

    moment = after(2000)
    sleep(1.5)
    # Alone it would be allowed.
    with pytest.raises(OperationalError):
        sleep(1.5)

    with pytest.raises(OperationalError, match="no time is left"), queries_end_at(after(0)):
        Place.objects.exists()


def test_searches_of_a_request_share_their_time_and_are_not_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "TIMEOUT_MILLISECONDS", 60_000)
    texts = [f"Tui {number}" for number in range(MAX_SEARCHES + 1)]
    with CaptureQueriesContext(connection) as queries:
        resolved = resolve(texts, Searches())

    answers = [resolved[text].answer for text in texts]
    assert [answer.is_complete for answer in answers] == [True] * MAX_SEARCHES + [False]
    assert sum("SAVEPOINT" in q["sql"] and "RELEASE" not in q["sql"] for q in queries) == MAX_SEARCHES

    monkeypatch.setattr(searching, "TIMEOUT_MILLISECONDS", 0)
    assert not any(found.answer.is_complete for found in resolve(texts, Searches()).values())


def test_search_that_was_ended_says_so_and_is_not_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "TIMEOUT_MILLISECONDS", 10)
    slow = "SELECT * FROM public.reference_placename WHERE pg_sleep(1) IS NOT NULL"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP VIEW reference_placename AS {slow}")
        answer = client.get("/map/regions/", {"q": "Strasbourg"})
        cursor.execute("DROP VIEW pg_temp.reference_placename")

    assert answer.json()["found"] == []
    assert "took too long" in answer.json()["note"]
    assert answer["Cache-Control"] == "no-store"


def test_retired_region_and_country_that_no_longer_takes_part_are_not_offered() -> None:
    NutsUnit.objects.filter(pk="ES114").update(is_active=False)
    Country.objects.filter(pk="FR").update(is_eligible=False)

    assert "ES114" not in codes("Tui")
    assert "FRF11" not in codes("Strasbourg")


def test_every_place_and_name_is_there() -> None:
    tables = read_tables()

    assert Place.objects.count() == len(tables["places.csv.gz"].rows)
    assert Place.objects.filter(unit=None).count() == 2252
    assert Place.objects.exclude(may_be_in=[]).count() == len(tables["uncertain_places.csv"].rows)
    # The key to the places is not checked by the database, for the sake of a quick load.
    assert (
        not PlaceName.objects.exclude(place_id=None).exclude(place_id__in=Place.objects.values("pk")).exists()
    )


def test_json_keeps_code_text_and_country_and_adds_the_place(client: Client) -> None:
    assert client.get("/map/regions/", {"q": "Tui"}).json()["found"][0] == {
        "code": "ES114",
        "text": "Pontevedra (ES114)",
        "country": "Spain",
        "label": "Tui (town), Pontevedra, Spain",
    }
    assert (
        client.get("/map/regions/", {"q": "Newry"}).json()["outside"].count("Newry (town), United Kingdom")
        == 1
    )
    assert client.get("/map/regions/", {"q": "Spanien"}).json()["countries"] == [
        {"code": "ES", "text": "Spain", "is_exact": True}
    ]


@pytest.mark.parametrize(("country", "regions"), [("ES", 59), ("AD", 7), ("MD", 37), ("XX", 0), ("", 0)])
def test_json_lists_all_regions_of_a_country(client: Client, country: str, regions: int) -> None:
    assert len(client.get("/map/regions/", {"country": country}).json()["found"]) == regions
