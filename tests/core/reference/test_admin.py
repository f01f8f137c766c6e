"""What staff may do with reference data: read places, correct words, delete nothing."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.accounts.enums import Role
from core.reference.models import Challenge, Country, InterregProgramme, Language, NutsUnit
from core.reference.models.borders import Verification
from tests.builders.people import make_staff
from tests.support.logging_in import log_in_by_code

pytestmark = pytest.mark.django_db
PAGES = [
    "borderpair",
    "challenge",
    "country",
    "countryborder",
    "datafile",
    "expertisearea",
    "interregprogramme",
    "language",
    "nutsunit",
    "organisationtype",
    "tripoint",
]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: object) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def client_of(role: Role) -> Client:
    client = Client()
    log_in_by_code(client, make_staff(role).email)
    return client


def change_url(row: Model) -> str:
    return reverse(f"admin:reference_{row._meta.model_name}_change", args=[row.pk])


@pytest.mark.parametrize("page", PAGES)
def test_list_pages_open_and_their_queries_do_not_grow_with_rows(page: str) -> None:
    client = client_of(Role.ADMINISTRATOR)
    url = reverse(f"admin:reference_{page}_changelist")
    client.get(url)
    counts = []
    for query in ({"q": "zz no such row zz"}, {}):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url, query).status_code == 200
        counts.append(len(captured))
    assert counts[1] <= counts[0] + 2


@pytest.mark.parametrize("page", PAGES)
def test_rows_cannot_be_deleted(page: str) -> None:
    client = client_of(Role.ADMINISTRATOR)
    model = next(m for m in apps.get_app_config("reference").get_models() if m._meta.model_name == page)
    row = model.objects.first()
    assert (
        client.post(reverse(f"admin:reference_{page}_delete", args=[row.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert model.objects.filter(pk=row.pk).exists()


def test_administrator_corrects_a_label_and_the_code_stays() -> None:
    row = Challenge.objects.get(pk="health")
    answer = client_of(Role.ADMINISTRATOR).post(
        change_url(row),
        {
            "code": "other",
            "label_en": "Health",
            "label_fr": "Santé",
            "basis": "",
            "order": 5,
            "is_active": "on",
        },
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.label.get("en"), row.order, row.is_edited) == ("Health", 5, True)
    assert not Challenge.objects.filter(pk="other").exists()
    assert row.history.first().history_user.email == "staff@example.org"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COMMUNICATIONS, Role.AUDITOR])
def test_other_roles_read_and_cannot_change(role: Role) -> None:
    row = Challenge.objects.get(pk="health")
    client = client_of(role)
    assert client.get(change_url(row)).status_code == 200
    assert (
        client.post(change_url(row), {"label_en": "Health", "label_fr": "Santé", "order": 5}).status_code
        == 403
    )
    row.refresh_from_db()
    assert row.label.get("en") == "Health and care access"


@pytest.mark.parametrize(("model", "key"), [(Country, "DE"), (Language, "de"), (NutsUnit, "FRF11")])
def test_places_are_read_only_even_for_administrators(model: type[Model], key: str) -> None:
    client = client_of(Role.ADMINISTRATOR)
    row = model.objects.get(pk=key)
    assert client.get(change_url(row)).status_code == 200
    assert client.post(change_url(row), {"name_en": "x"}).status_code == 403


def test_programme_is_marked_as_checked_with_its_source() -> None:
    row = InterregProgramme.objects.get(pk="hungary-slovakia")
    answer = client_of(Role.ADMINISTRATOR).post(
        change_url(row),
        {
            "name": row.name,
            "cci": "",
            "keep_id": "",
            "verified": "yes",
            "source": "https://example.org/",
            "is_active": "on",
        },
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.verified == Verification.YES
    assert row.countries.count() == 2


def test_region_is_found_in_any_spelling() -> None:
    answer = client_of(Role.MANAGER).get(reverse("admin:reference_nutsunit_changelist"), {"q": "GYOR"})
    assert b"HU221" in answer.content
    assert b"FRF11" not in answer.content


@pytest.mark.parametrize(
    ("typed", "first"), [("Tui", "ES114"), ("Genf", "CH013"), ("Alsace", "FRF1"), ("hu221", "HU221")]
)
def test_staff_find_a_region_by_any_place_in_it(typed: str, first: str) -> None:
    url = reverse("admin:reference_nutsunit_changelist")

    shown = client_of(Role.ADMINISTRATOR).get(url, {"q": typed}).context["cl"].result_list

    assert shown[0].pk == first


def test_staff_find_the_regions_of_a_pilot_by_any_place_in_them() -> None:
    asked = {
        "app_label": "applications",
        "model_name": "pilotregion",
        "field_name": "units",
        "term": "Lüttich",
    }

    answer = client_of(Role.ADMINISTRATOR).get("/admin/autocomplete/", asked).json()

    assert answer["results"][0] == {"id": "BE332", "text": "Arr. Liège (BE332) · Liège (town)"}
    # By its own name a region needs no other.
    by_name = client_of(Role.ADMINISTRATOR).get("/admin/autocomplete/", asked | {"term": "FRF11"}).json()
    assert by_name["results"] == [{"id": "FRF11", "text": "Bas-Rhin (FRF11)"}]


@pytest.mark.parametrize("typed", ["%", "_", "a" * 10_000, "🌱"])
def test_hostile_search_of_staff_finds_nothing(typed: str) -> None:
    url = reverse("admin:reference_nutsunit_changelist")

    assert list(client_of(Role.ADMINISTRATOR).get(url, {"q": typed}).context["cl"].result_list) == []
