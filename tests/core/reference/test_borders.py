"""Real partnerships, by the names of their regions."""

from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from core.reference.borders import (
    BorderAssessment,
    BorderLink,
    BorderPosition,
    FindingCode,
    Severity,
    assess,
    describe,
)
from core.reference.borders.frontier import Frontier, Reach
from core.reference.borders.judgement import Judgement, Partnership
from core.reference.models import Country, NutsUnit
from tests.core.reference.places import units

pytestmark = pytest.mark.django_db
F = FindingCode


def named(*countries: str) -> list[Country]:
    return [Country.objects.get(pk=code) for code in countries]


def codes(assessment: BorderAssessment) -> list[str]:
    return [finding.code for finding in assessment.findings]


def missing_sides(assessment: BorderAssessment) -> set[str]:
    """Return the countries from which a partner is missing; of several of one finding, one may do."""
    names = {
        F.SIDE_MISSING: "countries",
        F.ONE_SIDE_ONLY: "other",
        F.SIDE_NOT_ON_BORDER: "countries",
    }
    told = [(finding, names[finding.code]) for finding in assessment.findings if finding.code in names]
    return {country.code for finding, name in told for country in getattr(finding, name)}


def test_upper_rhine_neighbours_are_ok() -> None:
    result = assess(units("FRF11", "DE134"))  # Bas-Rhin, Ortenaukreis
    assert result.severity is Severity.OK
    assert BorderLink.ADJACENT in result.links.values()
    assert (result.labels, codes(result)) == (frozenset({"DE–FR"}), [F.ADJACENT])


def test_tripoint_with_all_three_sides_is_ok() -> None:
    result = assess(units("AT113", "HU222", "SI031"))  # Südburgenland, Vas, Pomurska
    assert result.severity is Severity.OK
    assert result.labels == {"AT–HU", "AT–SI", "HU–SI", "AT–HU–SI"}


def test_tripoint_with_two_sides_asks_staff_about_the_third() -> None:
    result = assess(units("AT113", "HU222"))
    assert (result.severity, codes(result)) == (Severity.WARNING, [F.THIRD_SIDE_POSSIBLE, F.ADJACENT])
    assert [country.code for country in result.findings[0].countries] == ["SI"]


def test_claimed_third_side_without_partner_fails_and_is_named() -> None:
    result = assess(units("AT113", "HU222"), claimed=Country.objects.filter(pk__in=["AT", "HU", "SI"]))
    assert result.severity is Severity.FAIL
    assert missing_sides(result) == {"SI"}
    assert result.findings[0].message == "No partner yet from this side of the border: Slovenia. Add one."


def test_claimed_country_that_may_not_take_part_fails() -> None:
    result = assess(units("FI1D7", "NO072"), claimed=Country.objects.filter(pk="IS"))
    assert codes(result)[0] == F.COUNTRY_NOT_ELIGIBLE


@pytest.mark.parametrize(
    ("code", "missing", "sentence"),
    [
        ("FRF11", {"DE"}, "Add a partner from the other side: Germany."),
        ("FRF12", {"CH", "DE"}, "Add a partner from the other side: Germany or Switzerland."),
        ("DE131", {"CH", "FR"}, "Add a partner from the other side: France or Switzerland."),
        ("FI1B1", {"EE"}, "Add a partner from the other side: Estonia."),
        (
            "ES300",
            {"AD", "FR", "PT"},
            "Add a partner from the other side: Andorra, France, or Portugal.",
        ),
    ],
)
def test_one_side_only_names_the_missing_sides(code: str, missing: set[str], sentence: str) -> None:
    result = assess(units(code))
    assert (result.severity, missing_sides(result)) == (Severity.FAIL, missing)
    told = next(finding.message for finding in result.findings if finding.code == F.ONE_SIDE_ONLY)
    assert told.endswith(sentence)


def test_region_inland_fails_by_name() -> None:
    result = assess(units("FRF11", "DE134", "FR101"))
    assert result.severity is Severity.FAIL
    assert result.findings[0].message == "Not on a border with a country that can take part: Paris (FR101)."
    assert [unit.position for unit in result.units] == [
        BorderPosition.LAND,
        BorderPosition.LAND,
        BorderPosition.NONE,
    ]


def test_side_that_does_not_reach_the_border_fails_and_is_named() -> None:
    result = assess(units("FR101", "DE134"))
    assert codes(result) == [F.SIDE_NOT_ON_BORDER, F.UNIT_NOT_ON_BORDER]
    assert (missing_sides(result), result.labels) == ({"FR"}, frozenset())


def test_town_within_a_border_region_is_left_to_staff() -> None:
    result = assess(units("FRF11", "DE131"))  # Freiburg does not touch the Rhine
    assert (result.severity, result.links) == (Severity.WARNING, {("DE", "FR"): BorderLink.NEAR})
    assert codes(result) == [F.LINK_NEAR, F.UNIT_NEAR_BORDER]


def test_regions_on_one_border_but_far_apart_are_left_to_staff() -> None:
    result = assess(units("ES212", "FRJ15"))  # Gipuzkoa, Pyrénées-Orientales
    assert (result.severity, codes(result)) == (Severity.WARNING, [F.NOT_ADJACENT])


def test_larger_units_are_judged_by_the_nuts_3_below() -> None:
    assert assess(units("DE4", "PL43")).severity is Severity.OK
    assert BorderLink.ADJACENT in assess(units("FRF", "DE13")).links.values()
    assert F.UNIT_NOT_ON_BORDER in codes(assess(units("FR1", "DE134")))


def test_whole_country_is_left_to_staff() -> None:
    result = assess(units("FR", "DE134"))
    assert (result.severity, codes(result)[0]) == (Severity.WARNING, F.UNIT_WHOLE_COUNTRY)


def test_countries_without_common_border_fail() -> None:
    result = assess(units("FRF11", "PL432"))
    assert (result.severity, codes(result)[0]) == (Severity.FAIL, F.NO_SHARED_BORDER)


def test_partner_from_a_country_apart_is_left_to_staff() -> None:
    result = assess(units("FRF11", "DE134", "PT111"))
    assert result.severity is Severity.WARNING
    assert codes(result) == [F.COUNTRY_APART, F.UNIT_OTHER_BORDER, F.ADJACENT]
    assert result.labels == {"DE–FR"}


def test_greek_units_with_eurostat_codes_meet_their_neighbours() -> None:
    assert assess(units("EL511", "BG422", "TR212")).labels == {"BG–GR", "BG–TR", "GR–TR", "BG–GR–TR"}


def test_kosovo_meets_its_neighbours() -> None:
    result = assess(units("XK006", "MK007", "RS228"))
    assert (BorderLink.ADJACENT in result.links.values(), codes(result)[0]) == (
        True,
        F.THIRD_SIDE_POSSIBLE,
    )  # Bulgaria
    assert "MK–RS–XK" in result.labels
    assert any("Kosovo*" in finding.message for finding in result.findings)


def test_belgium_and_the_netherlands_are_ok() -> None:
    assert assess(units("BE211", "NL411")).labels == {"BE–NL"}


def test_sea_between_finland_and_estonia_is_left_to_staff() -> None:
    result = assess(units("FI1B1", "EE001"))  # Helsinki-Uusimaa, Põhja-Eesti
    assert (result.severity, codes(result)) == (Severity.WARNING, [F.LINK_MARITIME])
    assert (result.land_borders, result.sea_borders) == (frozenset(), {"EE–FI"})


def test_sea_between_malta_and_sicily_is_left_to_staff() -> None:
    result = assess(units("MT001", "ITG19"))
    assert (result.severity, codes(result)) == (Severity.WARNING, [F.LINK_MARITIME])


@pytest.mark.parametrize(("island", "coast"), [("CY000", "EL432"), ("IE053", "FRH02"), ("MT001", "EL307")])
def test_islands_are_not_shut_out(island: str, coast: str) -> None:
    result = assess(units(island, coast))
    assert (result.severity, codes(result)) == (Severity.WARNING, [F.NO_LAND_NEIGHBOUR])


@pytest.mark.parametrize("island", ["CY000", "IE053", "MT001"])
def test_island_alone_needs_another_country(island: str) -> None:
    result = assess(units(island))
    assert codes(result)[0] == F.NO_OTHER_SIDE
    assert result.severity is Severity.FAIL


def test_island_and_inland_region_fail() -> None:
    result = assess(units("CY000", "AT130"))
    assert (result.severity, codes(result)[0]) == (Severity.FAIL, F.UNIT_NOT_ON_BORDER)


def test_part_of_a_country_without_nuts_3_whose_place_is_unknown_is_left_to_staff() -> None:
    result = assess(units("BA01", "HR033"))  # NUTS 2: the table names the entity by its ISO code
    assert (result.severity, result.links) == (Severity.WARNING, {("BA", "HR"): BorderLink.UNCONFIRMED})
    assert codes(result)[0] == F.LINK_UNCONFIRMED
    assert [unit.position for unit in result.units] == [BorderPosition.UNKNOWN, BorderPosition.LAND]


def test_ukrainian_region_does_not_excuse_an_inland_partner() -> None:
    result = assess(units("UA-21", "HU110"))
    assert (result.severity, codes(result)[0]) == (Severity.FAIL, F.SIDE_NOT_ON_BORDER)
    assert missing_sides(result) == {"HU"}


def test_andorra_joins_a_tripoint() -> None:
    result = assess(units("AD-07", "ES513", "FRJ15"))
    assert (result.severity, result.tripoints) == (Severity.OK, {("AD", "ES", "FR")})


def test_three_countries_in_a_row_are_left_to_staff() -> None:
    result = assess(units("ITH44", "SI044", "HR036"))  # Trieste, Obalno-kraška, Istria
    assert codes(result) == [F.NO_TRIPOINT, F.ADJACENT, F.ADJACENT]


@pytest.mark.parametrize("code", ["IS001", "UK", "RU"])
def test_country_outside_the_programme_fails(code: str) -> None:
    result = assess([*units("NO073", "FI1D7"), *units(code)])
    assert (result.severity, codes(result)[0]) == (Severity.FAIL, F.COUNTRY_NOT_ELIGIBLE)


def test_border_with_an_outside_country_does_not_count() -> None:
    result = assess(units("LT021", "PL843", "FI1C5"))  # South Karelia borders Russia alone
    assert [unit.code for unit in result.findings[0].units] == ["FI1C5"]
    assert result.findings[0].code == F.UNIT_EXCLUDED_NEIGHBOUR


def test_retired_region_is_pointed_out() -> None:
    NutsUnit.objects.filter(pk="DE134").update(is_active=False)
    assert F.UNIT_RETIRED in codes(assess(units("FRF11", "DE134")))


def test_no_region_at_all_fails() -> None:
    assert codes(assess([])) == [F.NO_LOCATION]


def test_order_and_repetition_make_no_difference() -> None:
    once = assess(units("AT113", "HU222", "SI031"))
    again = assess([*units("SI031", "HU222", "AT113"), *units("HU222")])
    assert (once.labels, once.links, codes(once)) == (again.labels, again.links, codes(again))


@pytest.mark.parametrize("size", [2, 400])
def test_assessment_takes_two_queries_whatever_the_number_of_regions(
    size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    locations = list(
        NutsUnit.objects.filter(is_land_border_eligible=True).filter(level=3).with_country()[:size]
    )
    with django_assert_num_queries(2):
        assessment = assess(locations)
        assert [finding.message for finding in assessment.findings]


@pytest.mark.parametrize("code", list(FindingCode))
def test_every_finding_has_a_sentence(code: FindingCode) -> None:
    sentence = describe(code, countries=named("DE"), other=named("FR"), units=["Z-shire"])
    assert "{" not in sentence
    is_general = code in (F.NO_LOCATION, F.SIDE_STOOD_FOR)
    assert is_general or "Germany" in sentence or "Z-shire" in sentence


class KnownInPart(Judgement):
    """Knows only the borders of Chernivtsi itself; of the others only those of the whole country."""

    def _reach(self, unit: NutsUnit) -> Reach:
        return replace(super()._reach(unit), is_exact=unit.pk == "UA-77")


@pytest.mark.parametrize("ukraine", [("UA-77", "UA"), ("UA", "UA-77")])
def test_third_side_is_asked_about_whatever_comes_after_the_region_that_is_known(
    ukraine: tuple[str, str],
) -> None:
    at_tripoint = units(*ukraine, "MD-BR")
    judgement = KnownInPart(Frontier.around(at_tripoint), Partnership(at_tripoint, set(), set()))

    found = [finding for finding in judgement.result().findings if finding.code == F.THIRD_SIDE_POSSIBLE]

    assert [country.code for finding in found for country in finding.countries] == ["RO"]
