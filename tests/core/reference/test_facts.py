"""What `migrate` leaves in the tables is what the data files promise."""

import pytest
from django.db.models import Count
from django.utils import translation

from core.reference.enums import BorderKind, CefrLevel, Verification
from core.reference.models import (
    BorderPair,
    Challenge,
    Country,
    CountryBorder,
    ExpertiseArea,
    InterregProgramme,
    Language,
    NutsUnit,
    OrganisationType,
    Tripoint,
)
from core.reference.search import regions_named

pytestmark = pytest.mark.django_db


def test_nuts_units_have_the_counts_of_nuts_2024() -> None:
    nuts = NutsUnit.objects.filter(is_extra=False)
    counts = dict(nuts.filter(level__gt=0).values_list("level").annotate(Count("pk")))
    assert counts == {1: 115, 2: 299, 3: 1345}


def test_nuts_units_of_the_eu_have_the_official_counts() -> None:
    eu = NutsUnit.objects.filter(country__group="eu", level__gt=0)
    assert dict(eu.values_list("level").annotate(Count("pk"))) == {1: 92, 2: 244, 3: 1165}


def test_countries_without_nuts_3_have_their_own_units() -> None:
    extra = NutsUnit.objects.filter(is_extra=True)
    assert dict(extra.values_list("country").annotate(Count("pk"))) == {"AD": 7, "BA": 3, "MD": 37, "UA": 27}
    assert {unit.parent_id for unit in extra} == {"AD", "BA", "MD", "UA"}


def test_forty_countries_are_eligible_and_each_has_a_region_to_choose() -> None:
    eligible = Country.objects.eligible()
    assert eligible.count() == 40
    assert dict(eligible.values_list("group").annotate(Count("pk"))) == {
        "eu": 27,
        "efta": 3,
        "microstate": 1,
        "enlargement": 7,
        "neighbourhood": 2,
    }
    assert set(NutsUnit.objects.selectable().values_list("country", flat=True)) == set(
        eligible.values_list("pk", flat=True)
    )


def test_eligible_countries_have_official_languages() -> None:
    assert not Country.objects.eligible().filter(languages__isnull=True).exists()
    assert set(Country.objects.get(pk="CH").languages.values_list("pk", flat=True)) == {
        "de",
        "fr",
        "it",
        "rm",
    }


def test_borders_have_the_counts_of_the_files() -> None:
    assert BorderPair.objects.land().count() == 527 + 84
    assert BorderPair.objects.land().filter(is_doubtful=True).count() == 14 + 10
    assert BorderPair.objects.maritime().count() == 437
    assert Tripoint.objects.count() == 45
    assert CountryBorder.objects.filter(kind=BorderKind.LAND).count() == 97
    assert CountryBorder.objects.filter(kind=BorderKind.MARITIME).count() == 14


def test_border_flags_follow_from_the_pairs() -> None:
    nuts3 = NutsUnit.objects.filter(level=3, is_extra=False)
    extra = NutsUnit.objects.filter(is_extra=True)
    assert (
        extra.filter(is_land_border=True).count(),
        extra.filter(is_land_border_eligible=True).count(),
    ) == (46, 38)
    assert nuts3.filter(is_land_border=True).count() == 434
    assert nuts3.filter(is_land_border_eligible=True).count() == 400
    assert not nuts3.filter(is_land_border=None).exists()


def test_border_flags_are_unknown_only_where_geometry_is_missing() -> None:
    unknown = NutsUnit.objects.filter(is_land_border_eligible=None)
    assert set(unknown.values_list("pk", flat=True)) == {"BA0", "BA01", "BA02", "BA03"}


def test_border_flags_of_larger_units_are_those_of_the_nuts_3_below() -> None:
    flags = dict(NutsUnit.objects.values_list("pk", "is_land_border_eligible"))
    assert (flags["FRF1"], flags["FR1"], flags["FR"], flags["CY"]) == (True, False, True, False)


def test_programmes_say_how_sure_we_are() -> None:
    counts = dict(InterregProgramme.objects.values_list("verified").annotate(Count("pk")))
    assert counts == {Verification.YES: 29, Verification.PARTLY: 2, Verification.NO: 33}


def test_vocabularies_have_the_counts_of_the_files_and_both_languages() -> None:
    assert Language.objects.count() == 68
    for model, rows in ((ExpertiseArea, 27), (Challenge, 21), (OrganisationType, 15)):
        assert model.objects.count() == rows
        assert not [
            row
            for row in model.objects.all()
            if row.label.get("en") == row.label.get("fr") or row.label.missing(["fr"])
        ]


def test_units_keep_eurostat_codes_and_countries_iso_codes() -> None:
    unit = NutsUnit.objects.get(pk="EL511")
    assert (unit.country_id, unit.country.eurostat_code) == ("GR", "EL")
    assert NutsUnit.objects.get(pk="UK").country_id == "GB"


def test_names_follow_the_language_and_kosovo_keeps_its_asterisk() -> None:
    germany, kosovo = Country.objects.get(pk="DE"), Country.objects.get(pk="XK")
    seen = {}
    for language in ("en", "fr", "de"):
        with translation.override(language):
            seen[language] = (str(germany), str(kosovo), Language.objects.get(pk="hu").name)
    assert seen == {
        "en": ("Germany", "Kosovo*", "Hungarian"),
        "fr": ("Allemagne", "Kosovo*", "hongrois"),
        "de": ("Deutschland", "Kosovo*", "Ungarisch"),
    }


def test_every_unit_named_kosovo_has_the_asterisk() -> None:
    names = NutsUnit.objects.filter(name_latin__startswith="Kosovo").values_list("name_latin", flat=True)
    assert set(names) == {"Kosovo*"}


def test_choices_are_sorted_in_the_readers_language_without_regard_to_accents() -> None:
    with translation.override("fr"):
        names = [name for _code, name in Country.objects.eligible().choices()]
    assert names[:3] == ["Albanie", "Allemagne", "Andorre"]
    assert names.index("Espagne") < names.index("Estonie") < names.index("Finlande")


def test_expertise_choices_come_in_groups() -> None:
    groups = ExpertiseArea.objects.active().grouped_choices()
    assert [(name, len(choices)) for name, choices in groups] == [
        ("CLLD method", 6),
        ("Cross-border governance", 6),
        ("Funding and delivery", 5),
        ("Coaching and learning", 5),
        ("Type of territory", 5),
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("qqqqq", None),
        ("gyor", "HU221"),
        ("Győr", "HU221"),
        ("hu221", "HU221"),
        ("ŁÓDŹ", "PL711"),
        ("видин", "BG311"),
        ("kyiv", "UA-30"),
        ("haut rhin", "FRF12"),
        ("   ", None),
        ("%", None),
    ],
)
def test_search_ignores_accents_case_and_script(text: str, first: str | None) -> None:
    assert next(iter(regions_named(text)), None) == first


def test_cefr_levels_are_ranked() -> None:
    assert [level.rank for level in CefrLevel] == [1, 2, 3, 4, 5, 6, 7]
    assert CefrLevel.at_least("C1") == ["C1", "C2", "N"]
