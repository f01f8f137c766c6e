"""A second load changes nothing, a changed file updates, nothing is deleted, staff edits stay."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from core.reference.files import COLUMNS, DATA_DIR, DataFileError
from core.reference.loading import load
from core.reference.migrating import is_schema_current
from core.reference.models import (
    BorderPair,
    Challenge,
    Country,
    DataFile,
    ExpertiseArea,
    InterregProgramme,
    NutsUnit,
    Place,
    PlaceName,
)
from core.reference.models.borders import Verification
from core.reference.search import regions_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in COLUMNS:
        shutil.copy(DATA_DIR / name, tmp_path / name)
    return tmp_path


HEALTH_FOR_ALL = {"en": "Health for all", "fr": "Santé et accès aux soins"}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def fingerprint(model: type[Model]) -> list:
    return list(model.objects.order_by("pk").values_list())


def test_second_load_is_one_query_and_changes_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    before = fingerprint(DataFile)
    with django_assert_num_queries(1):
        report = load()
    assert report.files == ()
    assert fingerprint(DataFile) == before
    assert {name for name, *_rest in before} == set(COLUMNS)


def test_touched_file_with_the_same_meaning_writes_no_row(folder: Path) -> None:
    before = [fingerprint(model) for model in (NutsUnit, BorderPair, Challenge)]
    path = folder / "challenges.csv"
    path.write_text(path.read_text("utf-8").replace("\n", "\r\n"), "utf-8", newline="")
    report = load(folder)
    assert (report.files, report.tally.total) == (("challenges.csv",), 0)
    assert [fingerprint(model) for model in (NutsUnit, BorderPair, Challenge)] == before


def test_changed_value_updates_its_row_alone(folder: Path) -> None:
    edit(folder / "countries.csv", "North Macedonia", "Macedonia of the North")
    report = load(folder)
    assert report.files == ("countries.csv",)
    assert Country.objects.get(pk="MK").name_texts.get("en") == "Macedonia of the North"
    assert (report.tally.created, report.tally.deactivated) == (0, 0)


def test_missing_row_becomes_inactive_and_comes_back(folder: Path) -> None:
    path = folder / "land_pairs.csv"
    whole = path.read_text("utf-8")
    edit(path, "AT113,HU222,85.7\n", "")
    assert load(folder).tally.deactivated == 1
    pair = BorderPair.objects.get(a="AT113", b="HU222")
    assert not pair.is_active
    path.write_text(whole, "utf-8")
    load(folder)
    pair.refresh_from_db()
    assert pair.is_active


def test_missing_pair_takes_the_border_flag_away(folder: Path) -> None:
    edit(folder / "land_pairs.csv", "FI1D7,SE332,497.7\n", "")
    load(folder)
    sweden = NutsUnit.objects.get(pk="SE332")
    assert set(sweden.border_countries.values_list("pk", flat=True)) == {"NO"}


def test_new_row_is_created(folder: Path) -> None:
    with (folder / "challenges.csv").open("a", encoding="utf-8") as file:
        file.write("housing,Housing,Logement,editorial\n")
    load(folder)
    row = Challenge.objects.get(pk="housing")
    assert (row.label, row.order, row.is_active) == ({"en": "Housing", "fr": "Logement"}, 220, True)


def test_edit_by_staff_stays_when_another_value_of_the_file_changes(folder: Path) -> None:
    Challenge.objects.filter(pk="health").update(label=HEALTH_FOR_ALL, is_active=False)
    edit(folder / "challenges.csv", "Santé et accès aux soins", "Santé")
    load(folder)
    row = Challenge.objects.get(pk="health")
    assert (row.label, row.is_active) == ({"en": "Health for all", "fr": "Santé"}, False)
    assert row.is_edited


def test_edit_by_staff_gives_way_when_the_file_changes_that_value(folder: Path) -> None:
    Challenge.objects.filter(pk="health").update(label=HEALTH_FOR_ALL)
    edit(folder / "challenges.csv", "Health and care access", "Health care")
    load(folder)
    row = Challenge.objects.get(pk="health")
    assert (row.label.get("en"), row.is_edited) == ("Health care", False)


def test_term_added_by_staff_survives_a_load(folder: Path) -> None:
    ExpertiseArea.objects.create(code="own", group="clld", label={"en": "Own", "fr": "Propre"}, order=1)
    edit(folder / "expertise_areas.csv", "Communication and storytelling", "Storytelling")
    load(folder)
    assert ExpertiseArea.objects.get(pk="own").is_active
    assert ExpertiseArea.objects.get(pk="skill-comm").label.get("en") == "Storytelling"


def test_programme_that_staff_have_checked_stays_checked(folder: Path) -> None:
    InterregProgramme.objects.filter(pk="hungary-slovakia").update(
        verified="yes", source="the programme's site"
    )
    edit(folder / "interreg_programmes.csv", "Hungary-Croatia", "Hungary–Croatia")
    load(folder)
    assert InterregProgramme.objects.get(pk="hungary-slovakia").verified == Verification.YES


def test_load_leaves_a_history_of_what_it_changed(folder: Path) -> None:
    edit(folder / "challenges.csv", "Health and care access", "Health care")
    load(folder)
    history = Challenge.history.filter(code="health").values_list("label__en", "history_change_reason")
    assert list(history) == [("Health care", "challenges.csv"), ("Health and care access", "challenges.csv")]


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (
            "countries.csv",
            "SVK,Slovakia,Slovaquie,eu,1,sk",
            "SVK,Slovakia,Slovaquie,eu,1,xx",
            "unknown languages: xx",
        ),
        ("land_pairs.csv", "AT113,HU222", "AT113,HU999", "unknown unit: HU999"),
        ("languages.csv", "code,name_en", "kode,name_en", "no column code"),
        ("uncertain_places.csv", "253025,EL304 EL307 EL303 EL302", "253025,TRB99", "unknown unit: TRB99"),
        ("uncertain_places.csv", "253025,EL304 EL307 EL303 EL302\n", "", "sure does not fit"),
        ("uncertain_places.csv", "253025,EL304 EL307 EL303 EL302", "3041204,AD-02", "sure does not fit"),
        ("region_aliases.csv", "AD-02,Canillo", "AD-99,Canillo", "unknown unit: AD-99"),
        ("tripoints.csv", "16.136", "east", "east"),
        ("challenges.csv", "energy,Energy transition", "water,Energy transition", "is there twice"),
        ("expertise_areas.csv", "terr-rural,territory", "terr-rural,landscape", "expertise_group_known"),
        ("organisation_types.csv", "lag,Local", "lag,extra,Local", "wrong number of fields"),
    ],
)
def test_bad_file_is_refused_with_its_reason_and_nothing_is_written(
    folder: Path, name: str, old: str, new: str, words: str
) -> None:
    edit(folder / name, old, new)
    edit(folder / "interreg_programmes.csv", "Hungary-Croatia", "Hungary–Croatia")
    with pytest.raises(DataFileError, match=words), transaction.atomic():
        load(folder)
    assert InterregProgramme.objects.get(pk="hungary-croatia").name == "Hungary-Croatia"
    assert load().files == ()


def test_file_that_cannot_be_unpacked_is_named_and_the_places_stay(folder: Path) -> None:
    path = folder / "places.csv.gz"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataFileError, match=r"places\.csv\.gz: cannot be unpacked"):
        load(folder)
    assert PlaceName.objects.filter(folded="tui").exists()


def test_changed_alias_finds_its_region_after_a_load(folder: Path) -> None:
    edit(folder / "region_aliases.csv", "AD-02,Espai Català Transfronterer,ca", "AD-02,Qwrtzpland,ca")
    report = load(folder)
    assert report.files == ("region_aliases.csv",)
    assert report.tally.total == 0
    assert report.tally.replaced == Place.objects.count() + PlaceName.objects.count()
    assert next(iter(regions_named("Qwrtzpland"))) == "AD-02"


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "tripoints.csv").unlink()
    with pytest.raises(DataFileError, match=r"tripoints\.csv: is missing"):
        load(folder)


def test_command_says_that_all_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_reference")
    assert capsys.readouterr().out == "Up to date.\n"


def test_command_says_what_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise DataFileError("tripoints.csv", "is missing")

    monkeypatch.setattr("core.reference.management.commands.load_reference.load", broken)
    with pytest.raises(CommandError, match=r"tripoints\.csv: is missing"):
        call_command("load_reference")


def test_schema_is_current_after_migrate_and_not_before() -> None:
    assert is_schema_current("default")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reference'")
    assert not is_schema_current("default")


def test_database_refuses_a_pair_in_the_wrong_order() -> None:
    with pytest.raises(IntegrityError, match="border_pair_ordered"):
        BorderPair.objects.create(a_id="HU222", b_id="AT113", kind="land")
