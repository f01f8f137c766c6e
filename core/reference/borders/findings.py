"""What a border check can find: a code, the places it is about, how grave it is, and its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from babel.lists import format_list
from django.utils.translation import gettext_lazy as _

from core.reference.articles import listed, listed_after_of, listed_to_choose
from core.reference.models import Country, NutsUnit
from core.translated.texts import active_language


class Severity(IntEnum):
    """OK: as the call asks. WARNING: not sure, staff decide. FAIL: the rule of the call is not met."""

    OK = 0
    WARNING = 1
    FAIL = 2


class FindingCode(StrEnum):
    NO_LOCATION = "no_location"
    COUNTRY_NOT_ELIGIBLE = "country_not_eligible"
    UNIT_NOT_ON_BORDER = "unit_not_on_border"
    UNIT_EXCLUDED_NEIGHBOUR = "unit_excluded_neighbour"
    UNIT_OUTERMOST = "unit_outermost"
    ONE_SIDE_ONLY = "one_side_only"
    NO_OTHER_SIDE = "no_other_side"
    SIDE_MISSING = "side_missing"
    SIDE_NOT_ON_BORDER = "side_not_on_border"
    NO_SHARED_BORDER = "no_shared_border"
    UNIT_NEAR_BORDER = "unit_near_border"
    UNIT_MARITIME = "unit_maritime"
    UNIT_COASTAL = "unit_coastal"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_DOUBTFUL = "unit_doubtful"
    UNIT_BORDER_EXCLUDED = "unit_border_excluded"
    UNIT_CROSS_BORDER = "unit_cross_border"
    SIDE_STOOD_FOR = "side_stood_for"
    UNIT_OTHER_BORDER = "unit_other_border"
    UNIT_WHOLE_COUNTRY = "unit_whole_country"
    UNIT_RETIRED = "unit_retired"
    NOT_ADJACENT = "not_adjacent"
    LINK_DOUBTFUL = "link_doubtful"
    LINK_UNCONFIRMED = "link_unconfirmed"
    LINK_NEAR = "link_near"
    LINK_MARITIME = "link_maritime"
    NO_LAND_NEIGHBOUR = "no_land_neighbour"
    COUNTRY_APART = "country_apart"
    NO_TRIPOINT = "no_tripoint"
    ADJACENT = "adjacent"
    TRIPOINT = "tripoint"
    THIRD_SIDE_POSSIBLE = "third_side_possible"


_F = FindingCode
_FAILS = (
    _F.NO_LOCATION,
    _F.COUNTRY_NOT_ELIGIBLE,
    _F.UNIT_NOT_ON_BORDER,
    _F.UNIT_EXCLUDED_NEIGHBOUR,
    _F.UNIT_OUTERMOST,
    _F.ONE_SIDE_ONLY,
    _F.NO_OTHER_SIDE,
    _F.SIDE_MISSING,
    _F.SIDE_NOT_ON_BORDER,
    _F.NO_SHARED_BORDER,
)
_NOTES = (_F.ADJACENT, _F.TRIPOINT)

# {units} and {countries} are lists ("A, B and C"), countries with their articles; {of_countries} is the same
# list after "regions" ("of A and B"), {other} is one to choose from ("A or B"). The words around them fit
# one place and many.
SENTENCES = {
    _F.NO_LOCATION: _("No partner has a region yet. Choose the region of at least one partner on each side."),
    _F.COUNTRY_NOT_ELIGIBLE: _("Not in the list of countries that can take part: {countries}."),
    _F.UNIT_NOT_ON_BORDER: _("Not on a border with a country that can take part: {units}."),
    _F.UNIT_EXCLUDED_NEIGHBOUR: _(
        "{units}: the only land border here is with {countries}, and organisations from there "
        "cannot take part in IMPACT. It does not count as a side of your border. Add a partner "
        "in a region on the border with a country that can take part."
    ),
    _F.UNIT_OUTERMOST: _(
        "{units}: an outermost region with no land border with a country that can take part. "
        "It cannot meet the partner rule, because each side of a border needs a partner."
    ),
    _F.ONE_SIDE_ONLY: _(
        "All partners are on one side of the border: {countries}. Add a partner from the other side: {other}."
    ),
    _F.NO_OTHER_SIDE: _(
        "All partners are on one side: {countries}. It has no land border with a country that "
        "can take part. Add a partner from another country."
    ),
    _F.SIDE_MISSING: _("No partner yet from this side of the border: {countries}. Add one."),
    _F.SIDE_NOT_ON_BORDER: _("No partner from {countries} is in a region on the border with {other}."),
    _F.NO_SHARED_BORDER: _("No shared border on land or across up to 150 km of sea: {countries}."),
    _F.UNIT_NEAR_BORDER: _(
        "Not on the border, but in the same larger region as places that are: {units}. Staff "
        "will decide whether this counts."
    ),
    _F.UNIT_MARITIME: _(
        "Across the sea from a country that can take part, at most about 150 km away: {units}. "
        "Staff will decide whether this counts."
    ),
    _F.UNIT_COASTAL: _(
        "On the coast, in a partnership with a country that has no land border here: {units}. "
        "Staff will decide whether the sea counts as your border."
    ),
    _F.UNIT_UNKNOWN: _(
        "Possibly on the border, but our data do not show this for parts of the country: "
        "{units}. Staff will decide."
    ),
    _F.UNIT_DOUBTFUL: _(
        "Touching the border only at a point or in a lake, or possibly not at all: {units}. "
        "Staff will decide whether this counts."
    ),
    _F.UNIT_BORDER_EXCLUDED: _(
        "{units}: the land border with {countries} does not count, because organisations from "
        "there cannot take part in IMPACT. Staff will decide whether another border counts."
    ),
    _F.UNIT_CROSS_BORDER: _(
        "Not on a border: {units}. Only a partner that is cross-border by nature, such as an "
        "EGTC or a Euroregion, may be based there. Staff will decide."
    ),
    _F.SIDE_STOOD_FOR: _(
        "Not every side of the border has its own partner. A partner that is cross-border by "
        "nature, such as an EGTC or a Euroregion, may represent several sides. Staff will "
        "decide."
    ),
    _F.UNIT_OTHER_BORDER: _(
        "On a border, but not with the country of another partner: {units}. Staff will decide."
    ),
    _F.UNIT_WHOLE_COUNTRY: _("A whole country rather than a region: {units}. Choose a smaller region."),
    _F.UNIT_RETIRED: _("No longer in the list of regions: {units}. Choose the region that has replaced it."),
    _F.NOT_ADJACENT: _(
        "Your regions {of_countries} are on the same border but do not touch each other. Staff "
        "will decide whether they form one cross-border region."
    ),
    _F.LINK_DOUBTFUL: _(
        "Your regions {of_countries} meet only at a point or in a lake, or possibly not at "
        "all. Staff will decide whether they touch each other."
    ),
    _F.LINK_UNCONFIRMED: _(
        "{countries} share a land border, but our data do not show which parts of the country "
        "touch it. Staff will decide."
    ),
    _F.LINK_NEAR: _(
        "Your regions {of_countries} are close to their shared border, but not directly on it "
        "on both sides. Staff will decide."
    ),
    _F.LINK_MARITIME: _(
        "Your regions {of_countries} face each other across the sea, at most about 150 km "
        "apart. Staff will decide whether this maritime border counts."
    ),
    _F.NO_LAND_NEIGHBOUR: _(
        "No land border with a country that can take part: {countries}. Staff will decide "
        "whether the sea counts as your border."
    ),
    _F.COUNTRY_APART: _("Not on the same border as the other partners: {countries}. Staff will decide."),
    _F.NO_TRIPOINT: _(
        "{countries} do not all meet at one point. Staff will decide whether they form one "
        "cross-border region."
    ),
    _F.ADJACENT: _("Your regions {of_countries} border each other."),
    _F.TRIPOINT: _("{countries} meet at one point, and each has a partner."),
    _F.THIRD_SIDE_POSSIBLE: _(
        "Your regions are near the border with a third country ({countries}). Staff will "
        "decide whether you also need a partner from there."
    ),
}


@dataclass(frozen=True)
class BorderFinding:
    """One result of a border check.

    countries: the countries it is about; other: countries meant as alternatives or as the
    side across; units: the partners' regions it is about.
    """

    code: FindingCode
    countries: tuple[Country, ...] = ()
    other: tuple[Country, ...] = ()
    units: tuple[NutsUnit, ...] = ()

    @property
    def severity(self) -> Severity:
        if self.code in _FAILS:
            return Severity.FAIL
        return Severity.OK if self.code in _NOTES else Severity.WARNING

    @property
    def message(self) -> str:
        """The sentence in the reader's language."""
        return describe(
            self.code,
            countries=self.countries,
            other=self.other,
            units=[str(unit) for unit in self.units],
        )


def describe(
    code: str, *, countries: Sequence[Country] = (), other: Sequence[Country] = (), units: Sequence[str] = ()
) -> str:
    """Return the sentence of a finding in the reader's language.

    Args:
        code: a `FindingCode`.
        countries: those that it is about.
        other: countries across, or to choose from.
        units: names of regions.
    """
    sentence = str(SENTENCES[FindingCode(code)]).format(
        countries=listed(countries),
        of_countries=listed_after_of(countries),
        other=listed_to_choose(other),
        units=format_list(units, "standard", active_language()) if units else "",
    )
    # It may begin with "the Netherlands".
    return sentence[:1].upper() + sentence[1:]
