"""What every country's well-known neighbours are told: a table, so that no border is judged by luck."""

import csv

import pytest

from core.reference.borders import BorderLink, FindingCode, Severity, assess
from core.reference.files import DATA_DIR
from core.reference.models import Country, NutsUnit

pytestmark = pytest.mark.django_db
F = FindingCode

# Pairs of regions, mostly by the towns that face each other there; at least one for each of the 40 countries.
TOUCH = """
AD-07 ES513, AD-02 FRJ21, AD-03 FRJ15, AL011 MK006, AL013 ME000, AL013 XK004, AL034 EL533, AT113 HU222,
AT125 CZ064, AT112 SK010, AT211 ITH42, AT213 SI034, AT341 LI000, AT341 CH056, AT335 DE21K, BA-BIH HR035,
BA-SRP RS213, BA-SRP ME000, BA-BRC HR026, BE211 NL411, BE254 FRE11, BE336 DEA2D, BE341 LU000, BG323 RO314,
BG412 RS226, BG413 MK004, BG422 EL511, BG422 TR212, CH013 FRK28, CH031 DE139, CH070 ITC41, CH055 LI000,
CZ041 DE249, CZ080 PL225, CZ072 SK022, DE134 FRF11, DEA1B NL421, DEB25 LU000, DE40C PL431, DEF07 DK032,
EE008 LV00C, ES114 PT111, ES415 PT11D, ES212 FRI15, ES512 FRJ15, FI1D7 SE332, FI1D7 NO073, FRF21 BE353,
FRF31 LU000, FRL03 ITC31, FRK27 ITC11, HR036 SI044, HR061 HU223, HR025 RS121, HU221 SK010, HU323 UA-21,
HU333 RO424, HU333 RS124, ITH10 AT332, ITH44 SI044, LT024 PL843, LT023 LV00B, MD-UN RO213, MD-BR UA-77,
ME000 XK007, MK005 EL533, NO020 SE311, PL812 UA-46, PL822 UA-46, RO225 UA-51, RO413 BG311,
RS228 XK006, SK042 UA-21
"""
# Regions that face each other across the sea, or whose country has no neighbour on land.
SEA = "CY000 EL421, EE001 FI1B1, IE052 FRH02, MT001 ITG19, DK022 SE224, EL421 TR323"
# No border at all, or one that only one of the two reaches.
APART = (
    "FR101 DE134, DE300 PL431, ES300 PT111, UA-61 PL822, UA-30 RO115, FRF11 PL432, SE110 NO020, ITI43 SI044"
)


def pairs(text: str) -> list[tuple[str, str]]:
    return [tuple(pair.split()) for pair in text.replace("\n", " ").split(",")]


def judged(one: str, other: str) -> tuple[Severity, BorderLink | None, list[FindingCode]]:
    found = {unit.pk: unit for unit in NutsUnit.objects.with_country().filter(pk__in=[one, other])}
    result = assess([found[one], found[other]])
    return result.severity, next(iter(result.links.values()), None), [f.code for f in result.findings]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_well_known_neighbours_of_all_forty_countries_touch() -> None:
    told = {pair: judged(*pair) for pair in pairs(TOUCH)}
    third = {FindingCode.ADJACENT, FindingCode.THIRD_SIDE_POSSIBLE}
    wrong = {
        pair: answer
        for pair, answer in told.items()
        if answer[1] is not BorderLink.ADJACENT or not third.issuperset(answer[2])
    }
    assert wrong == {}
    is_asked = {pair: F.THIRD_SIDE_POSSIBLE in answer[2] for pair, answer in told.items()}
    # A question to staff is never met by itself.
    assert {pair: answer[0] is Severity.WARNING for pair, answer in told.items()} == is_asked
    assert any(is_asked.values())
    assert not all(is_asked.values())


def test_known_pairs_name_every_country_that_takes_part() -> None:
    codes = {code for text in (TOUCH, SEA) for pair in pairs(text) for code in pair}
    countries = set(NutsUnit.objects.filter(pk__in=codes).values_list("country", flat=True))
    assert set(Country.objects.eligible().values_list("pk", flat=True)) == countries


def test_borders_across_the_sea_are_left_to_staff() -> None:
    told = {pair: judged(*pair)[:2] for pair in pairs(SEA)}
    assert {answer[0] for answer in told.values()} == {Severity.WARNING}
    assert {answer[1] for answer in told.values()} == {BorderLink.MARITIME, BorderLink.INSULAR}


def test_regions_away_from_a_common_border_do_not_pass() -> None:
    assert {pair: judged(*pair)[0] for pair in pairs(APART)} == dict.fromkeys(pairs(APART), Severity.FAIL)


def test_every_pair_without_a_common_line_is_left_to_staff_like_a_sea_border() -> None:
    doubtful = [(row["a"], row["b"]) for row in rows("land_pairs.csv") if row["shared_km"] == "0.0"]
    assert len(doubtful) == 14
    for pair in doubtful:
        severity, link, codes = judged(*pair)
        assert (pair, severity, link) == (pair, Severity.WARNING, BorderLink.DOUBTFUL)
        assert F.LINK_DOUBTFUL in codes
        assert F.ADJACENT not in codes


def test_every_touching_unit_of_the_countries_without_nuts_3_is_decided() -> None:
    """All rows of the table between countries that take part: the sure ones touch, the others go to staff."""
    table = rows("unit_pairs.csv")
    eligible = set(NutsUnit.objects.selectable().values_list("pk", flat=True))
    inside = [row for row in table if {row["a"], row["b"]} <= eligible]
    assert (len(table), len(inside)) == (84, 74)
    for row in inside:
        severity, link, codes = judged(row["a"], row["b"])
        expected = BorderLink.ADJACENT if row["sure"] == "1" else BorderLink.DOUBTFUL
        assert (row["a"], row["b"], link) == (row["a"], row["b"], expected)
        assert severity is not Severity.FAIL
        assert F.LINK_UNCONFIRMED not in codes


def test_every_border_of_the_countries_without_nuts_3_is_reached_by_a_unit() -> None:
    """What geometry says of the whole country, a part of it says as well."""
    extra = {"AD", "BA", "MD", "UA"}
    whole = {(a, b) for a, b in ((r["a"], r["b"]) for r in rows("land_pairs.csv")) if {a, b} & extra}
    parts = {(r["a"].partition("-")[0], r["b"].partition("-")[0]) for r in rows("unit_pairs.csv")}
    assert {tuple(sorted(pair)) for pair in whole} == {tuple(sorted(pair)) for pair in parts}


@pytest.mark.parametrize(
    ("region", "neighbours"),
    [
        ("FI1C5", "Russia"),
        ("ES630", "Morocco"),
        ("ES640", "Morocco"),
        ("IE041", "the United Kingdom"),
        ("ES612", "Gibraltar"),
        ("PL842", "Belarus"),
        ("LV005", ""),
        ("ITI31", "San Marino"),
        ("ITI43", "the Holy See"),
        ("UA-74", "Belarus and Russia"),
        ("FRY30", "Brazil and Suriname"),
        ("TRB21", "Iran"),
        ("FRL03", ""),
    ],
)
def test_neighbour_that_does_not_take_part_is_named(region: str, neighbours: str) -> None:
    result = assess([NutsUnit.objects.with_country().get(pk=region)])
    named = [
        finding.message
        for finding in result.findings
        if finding.code in (F.UNIT_EXCLUDED_NEIGHBOUR, F.UNIT_BORDER_EXCLUDED)
    ]
    assert len(named) == bool(neighbours)
    if named:
        assert f"with {neighbours}" in named[0]
        assert "cannot take part in IMPACT" in named[0]


def test_outermost_regions_are_told_that_they_have_no_land_neighbour() -> None:
    for region in NutsUnit.objects.selectable().with_country():
        if region.pk.startswith(("FRY", "ES70", "PT20", "PT30")):
            codes = [finding.code for finding in assess([region]).findings]
            assert codes[0] == F.UNIT_OUTERMOST, region
            assert F.ONE_SIDE_ONLY not in codes  # the neighbours of the mainland are not across its border


def test_partner_that_is_cross_border_by_nature_is_never_refused_for_a_side() -> None:
    """Alone, inland, on an island, far apart, with a claimed side that is empty: staff decide."""
    for codes, claimed in (
        ("FRF11", ""),
        ("FR101", ""),
        ("CY000", ""),
        ("FRF11 PL432", ""),
        ("FR101 DE134", ""),
        ("AT113 HU222", "SI"),
        ("FRY10", ""),
    ):
        units = list(NutsUnit.objects.with_country().filter(pk__in=codes.split()))
        sides = Country.objects.filter(pk=claimed) if claimed else []
        refused = assess(units, claimed=sides)
        kept = assess(units, claimed=sides, cross_border=units)
        assert (codes, refused.severity, kept.severity) == (codes, Severity.FAIL, Severity.WARNING)
