"""Open data: complete, harmless in a spreadsheet, and only what is public."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Call
from core.reference.files import DATA_DIR
from impact.pages import open_data

pytestmark = pytest.mark.django_db


def rows_of_csv(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(response.content.decode())))


def test_calls_are_the_same_in_both_forms(client: Client) -> None:
    as_csv = client.get("/open-data/calls.csv")
    as_json = client.get("/open-data/calls.json")

    assert [row["slug"] for row in rows_of_csv(as_csv)] == [call.slug for call in Call.objects.all()]
    assert [{key: str(value) for key, value in row.items()} for row in as_json.json()["rows"]] == rows_of_csv(
        as_csv
    )
    assert as_csv["Access-Control-Allow-Origin"] == "*"


def test_set_without_rows_still_names_its_columns(client: Client) -> None:
    response = client.get("/open-data/pilot-regions.csv")

    assert response.content.decode() == "name,summary_en,summary_fr,nuts_units\r\n"


def test_text_that_looks_like_a_formula_is_neutralised(client: Client) -> None:
    Call.objects.filter(number=1).update(title={"en": "=HYPERLINK(1)"})

    assert rows_of_csv(client.get("/open-data/calls.csv"))[0]["title_en"] == "'=HYPERLINK(1)"


def test_each_language_of_the_portal_has_its_column(client: Client, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("de", "German")]
    Call.objects.filter(number=1).update(title={"en": "First", "fr": "Premier", "de": "Erster"})

    first, second, *_others = rows_of_csv(client.get("/open-data/calls.csv"))

    assert list(first)[:5] == ["number", "slug", "title_en", "title_fr", "title_de"]
    assert (first["title_de"], second["title_de"]) == ("Erster", "")


@pytest.mark.parametrize("file", open_data.REFERENCE_FILES, ids=lambda file: file.name)
def test_reference_file_is_the_one_the_portal_uses(client: Client, file: open_data.ReferenceFile) -> None:
    response = client.get(reverse("pages:open_data_reference", args=[file.name]))

    assert b"".join(response.streaming_content) == (DATA_DIR / file.name).read_bytes()
    assert file.name in response["Content-Disposition"]


# They serve the search and its map alone; most names in them are old or contested, and are never shown.
FOR_THE_SEARCH = {"own_names.csv", "region_aliases.csv", "uncertain_places.csv", "unit_points.csv"}


def test_every_reference_file_is_offered() -> None:
    offered = {file.name for file in open_data.REFERENCE_FILES}
    assert offered | FOR_THE_SEARCH == {path.name for path in DATA_DIR.glob("*.csv")}


@pytest.mark.parametrize(
    "path",
    [
        "/open-data/reference/README.md",
        "/open-data/reference/..%2F..%2Fsettings%2Fbase.py",
        "/open-data/users.csv",
        "/open-data/calls.xml",
    ],
)
def test_nothing_else_can_be_fetched(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
