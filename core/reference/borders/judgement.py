"""How a partnership's regions are judged, from single regions up to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from core.reference.borders.assessment import (
    COVERED,
    BorderAssessment,
    BorderLink,
    BorderPosition,
    UnitAssessment,
)
from core.reference.borders.findings import BorderFinding, FindingCode
from core.reference.borders.frontier import OUTERMOST, Frontier, Reach
from core.reference.models import NutsUnit

_POSITION_FINDINGS = {
    BorderPosition.DOUBTFUL: FindingCode.UNIT_DOUBTFUL,
    BorderPosition.UNKNOWN: FindingCode.UNIT_UNKNOWN,
    BorderPosition.MARITIME: FindingCode.UNIT_MARITIME,
    BorderPosition.NEAR: FindingCode.UNIT_NEAR_BORDER,
    BorderPosition.COASTAL: FindingCode.UNIT_COASTAL,
    BorderPosition.NONE: FindingCode.UNIT_NOT_ON_BORDER,
}
_LINK_FINDINGS = {
    BorderLink.ADJACENT: FindingCode.ADJACENT,
    BorderLink.DOUBTFUL: FindingCode.LINK_DOUBTFUL,
    BorderLink.SAME_BORDER: FindingCode.NOT_ADJACENT,
    BorderLink.UNCONFIRMED: FindingCode.LINK_UNCONFIRMED,
    BorderLink.NEAR: FindingCode.LINK_NEAR,
    BorderLink.MARITIME: FindingCode.LINK_MARITIME,
    BorderLink.INSULAR: FindingCode.NO_LAND_NEIGHBOUR,
}
# A doubt about a region need not be repeated when the border it concerns is in doubt for that reason.
_TOLD_BY = {
    FindingCode.UNIT_DOUBTFUL: {FindingCode.LINK_DOUBTFUL},
    FindingCode.UNIT_UNKNOWN: {FindingCode.LINK_UNCONFIRMED},
    FindingCode.UNIT_MARITIME: {FindingCode.LINK_MARITIME, FindingCode.NO_LAND_NEIGHBOUR},
    FindingCode.UNIT_COASTAL: {FindingCode.NO_LAND_NEIGHBOUR},
}
# A side without a partner of its own, for which one that is cross-border by nature may stand.
_SIDE_FINDINGS = {
    FindingCode.ONE_SIDE_ONLY,
    FindingCode.NO_OTHER_SIDE,
    FindingCode.SIDE_MISSING,
    FindingCode.SIDE_NOT_ON_BORDER,
    FindingCode.NO_SHARED_BORDER,
}
# Findings that name the neighbours that do not take part.
_NAMING_EXCLUDED = {FindingCode.UNIT_EXCLUDED_NEIGHBOUR, FindingCode.UNIT_BORDER_EXCLUDED}
_AWAY = {BorderPosition.MARITIME, BorderPosition.NEAR, BorderPosition.COASTAL}


@dataclass(frozen=True)
class Partnership:
    """Who applies: the regions, and codes of the countries that they claim as sides of theirs.

    cross_border: codes of the regions where a partner is based that is cross-border by nature.
    """

    units: list[NutsUnit]
    claimed: set[str]
    cross_border: set[str]


class Judgement:
    """One run of the check: collects findings from single regions up to the whole partnership."""

    def __init__(self, frontier: Frontier, partnership: Partnership) -> None:
        self.frontier = frontier
        self.units = partnership.units
        self.claimed = partnership.claimed
        self.cross_border = partnership.cross_border
        self.eligible_units = [unit for unit in self.units if frontier.is_eligible(unit.country_id)]
        self.countries = sorted({unit.country_id for unit in self.eligible_units})
        self.has_insular = any(frontier.is_insular(code) for code in self.countries)
        self.links = {pair: self._link(*pair) for pair in combinations(self.countries, 2)}
        self.findings: list[BorderFinding] = []
        self.together: set[str] = set()
        self.tripoints: frozenset[tuple[str, str, str]] = frozenset()

    def result(self) -> BorderAssessment:
        self._judge_countries()
        self._judge_sides()
        self._judge_links()
        self._judge_units()
        self._judge_tripoints()
        findings = sorted(self.findings, key=lambda finding: -finding.severity)
        units = tuple(self._unit_assessment(unit) for unit in self.units)
        return BorderAssessment(tuple(findings), units, self.links, self.tripoints)

    def _find(
        self,
        code: FindingCode,
        countries: Iterable[str] = (),
        other: Iterable[str] = (),
        units: Iterable[NutsUnit] = (),
    ) -> None:
        named = self.frontier.named
        if self.cross_border and code in _SIDE_FINDINGS:
            finding = BorderFinding(FindingCode.SIDE_STOOD_FOR)
        else:
            finding = BorderFinding(code, named(countries), named(other), tuple(units))
        if finding not in self.findings:
            self.findings.append(finding)

    def _reach(self, unit: NutsUnit) -> Reach:
        return self.frontier.reach(unit)

    # Single regions

    def _position(self, unit: NutsUnit) -> BorderPosition:
        reach = self._reach(unit)
        if not self.frontier.is_eligible(unit.country_id):
            return BorderPosition.NOT_ELIGIBLE
        if reach.land:
            return BorderPosition.LAND if reach.is_exact else BorderPosition.UNKNOWN
        if reach.doubtful:
            return BorderPosition.DOUBTFUL
        if reach.sea:
            return BorderPosition.MARITIME
        if reach.near:
            return BorderPosition.NEAR
        is_coastal = bool(unit.coast_type) or self.frontier.is_insular(unit.country_id)
        return BorderPosition.COASTAL if self.has_insular and is_coastal else BorderPosition.NONE

    def _unit_assessment(self, unit: NutsUnit) -> UnitAssessment:
        reach = self._reach(unit)
        touching = frozenset(self.frontier.across(unit))
        return UnitAssessment(unit, self._position(unit), reach.on_land | reach.sea, touching)

    def _judge_countries(self) -> None:
        excluded = {unit.country_id for unit in self.units} - set(self.countries)
        for code in sorted(excluded):
            self._find(FindingCode.COUNTRY_NOT_ELIGIBLE, [code])

    def _judge_units(self) -> None:
        found: dict[tuple[FindingCode, frozenset[str]], list[NutsUnit]] = {}
        for unit in self.units:
            for code in self._findings_of(unit):
                excluded = self._reach(unit).excluded if code in _NAMING_EXCLUDED else frozenset()
                found.setdefault((code, excluded), []).append(unit)
        for (code, excluded), units in found.items():
            self._find(code, excluded, units=units)

    def _findings_of(self, unit: NutsUnit) -> Iterator[FindingCode]:
        if not unit.is_active:
            yield FindingCode.UNIT_RETIRED
        if unit.level == 0 and unit.country.has_nuts:
            yield FindingCode.UNIT_WHOLE_COUNTRY
        if unit not in self.eligible_units:
            return
        code = self._unit_finding(unit)
        if code and not self._is_told(code, unit.country_id):
            yield code
        if not self._reach(unit).excluded:
            return
        if code is FindingCode.UNIT_OUTERMOST:
            yield FindingCode.UNIT_EXCLUDED_NEIGHBOUR
        elif self._position(unit) in _AWAY:
            yield FindingCode.UNIT_BORDER_EXCLUDED

    def _unit_finding(self, unit: NutsUnit) -> FindingCode | None:
        position = self._position(unit)
        if position is BorderPosition.NONE and unit.pk in self.cross_border:
            return FindingCode.UNIT_CROSS_BORDER
        if position is BorderPosition.NONE and unit.pk.startswith(OUTERMOST):
            return FindingCode.UNIT_OUTERMOST
        if position is BorderPosition.NONE and self._reach(unit).excluded:
            return FindingCode.UNIT_EXCLUDED_NEIGHBOUR
        if position in _POSITION_FINDINGS:
            return _POSITION_FINDINGS[position]
        is_elsewhere = len(self.countries) > 1 and not self._reach(unit).all & set(self.countries)
        return FindingCode.UNIT_OTHER_BORDER if is_elsewhere else None

    def _is_told(self, code: FindingCode, country: str) -> bool:
        """Whether a finding on a border of the country has said the same already."""
        return any(
            finding.code in _TOLD_BY.get(code, ())
            and country in {c.code for c in finding.countries + finding.other}
            for finding in self.findings
        )

    # Sides and links

    def _judge_sides(self) -> None:
        missing = sorted(self.claimed - set(self.countries))
        for code in missing:
            eligible = self.frontier.is_eligible(code)
            self._find(FindingCode.SIDE_MISSING if eligible else FindingCode.COUNTRY_NOT_ELIGIBLE, [code])
        if len(self.countries) != 1 or missing:
            return
        if self.has_insular:
            # Across a sea nobody can say which country is the other side.
            self._find(FindingCode.NO_OTHER_SIDE, self.countries)
            return
        reaches = [self._reach(unit) for unit in self.eligible_units]
        if all(unit.pk.startswith(OUTERMOST) for unit in self.eligible_units) and not any(
            r.all for r in reaches
        ):
            # The neighbours of the mainland are no other side of it.
            return
        across = (
            set().union(*(reach.on_land for reach in reaches))
            or set().union(*(reach.near | reach.sea for reach in reaches))
            or self.frontier.neighbours(self.countries[0])
        )
        self._find(FindingCode.ONE_SIDE_ONLY, self.countries, sorted(across))

    def _link(self, a: str, b: str) -> BorderLink:
        at_a = [self._reach(unit) for unit in self.eligible_units if unit.country_id == a]
        at_b = [self._reach(unit) for unit in self.eligible_units if unit.country_id == b]
        on_a, on_b = [r for r in at_a if b in r.on_land], [r for r in at_b if a in r.on_land]
        if on_a and on_b:
            exact = [(x, y) for x in on_a for y in on_b if x.is_exact and y.is_exact]
            if any(self.frontier.touch(x, y) for x, y in exact):
                return BorderLink.ADJACENT
            if any(self.frontier.perhaps_touch(x, y) for x, y in exact):
                return BorderLink.DOUBTFUL
            is_exact = all(r.is_exact for r in on_a) and all(r.is_exact for r in on_b)
            return BorderLink.SAME_BORDER if is_exact else BorderLink.UNCONFIRMED
        if (on_a or any(b in r.near for r in at_a)) and (on_b or any(a in r.near for r in at_b)):
            return BorderLink.NEAR
        if any(b in r.sea for r in at_a) and any(a in r.sea for r in at_b):
            return BorderLink.MARITIME
        if self.frontier.is_insular(a) or self.frontier.is_insular(b):
            return BorderLink.INSULAR
        return BorderLink.NOT_REACHED if b in self.frontier.neighbours(a) else BorderLink.NONE

    def _judge_links(self) -> None:
        self.together = self._tell_covered_links()
        if len(self.countries) < 2:
            return
        if len(self.together) > 1:
            for code in sorted(set(self.countries) - self.together):
                self._find(FindingCode.COUNTRY_APART, [code])
            return
        for (a, b), link in self.links.items():
            if link is BorderLink.NOT_REACHED:
                self._tell_sides_off_border(a, b)
        if BorderLink.NOT_REACHED not in self.links.values():
            self._find(FindingCode.NO_SHARED_BORDER, self.countries)

    def _tell_covered_links(self) -> set[str]:
        """Report the best links that join the countries, and return the largest set joined by them.

        A weak link between two countries that better links already join is left out: at a
        tri-point, two good borders are enough to join three countries.
        """
        groups = {code: {code} for code in self.countries}
        for (a, b), link in sorted(self.links.items(), key=lambda item: item[1]):
            is_needed = groups[a] is not groups[b]
            if link > COVERED or not (is_needed or link is BorderLink.ADJACENT):
                continue
            insular = (
                [code for code in (a, b) if self.frontier.is_insular(code)]
                if link is BorderLink.INSULAR
                else [a, b]
            )
            self._find(_LINK_FINDINGS[link], insular, {a, b} - set(insular))
            merged = groups[a] | groups[b]
            groups |= dict.fromkeys(merged, merged)
        return max(groups.values(), key=len, default=set())

    def _tell_sides_off_border(self, a: str, b: str) -> None:
        for here, there in ((a, b), (b, a)):
            reaches = [self._reach(unit) for unit in self.eligible_units if unit.country_id == here]
            if not any(there in reach.all for reach in reaches):
                self._find(FindingCode.SIDE_NOT_ON_BORDER, [here], [there])

    # Points where three countries meet

    def _judge_tripoints(self) -> None:
        meetings = self.frontier.tripoints
        self.tripoints = frozenset(m.countries for m in meetings if set(m.countries) <= self.together)
        for triple in sorted(self.tripoints):
            self._find(FindingCode.TRIPOINT, triple)
        if len(self.together) > 2 and not self.tripoints:
            self._find(FindingCode.NO_TRIPOINT, sorted(self.together))
        for code in sorted(self._third_sides() - self.claimed):
            self._find(FindingCode.THIRD_SIDE_POSSIBLE, [code])

    def _third_sides(self) -> set[str]:
        """Eligible countries without a partner that begin where chosen regions of two others meet."""
        present = set(self.countries)
        thirds: set[str] = set()
        reaches = [self._reach(unit) for unit in self.eligible_units]
        for point in self.frontier.tripoints:
            absent = set(point.countries) - present
            reached: dict[str, bool] = {}
            for reach in reaches:
                if unit := reach.meets(point):
                    # One region that is known to be there is enough.
                    reached[unit] = reached.get(unit, False) or reach.is_exact
            if len(absent) == 1 and len(reached) == 2 and any(reached.values()):
                thirds |= {code for code in absent if self.frontier.is_eligible(code)}
        return thirds
