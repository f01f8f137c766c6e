"""Whether partners' regions form a cross-border region, judged by the real NUTS borders.

The published rule: partners are in border regions of eligible countries, at least one from
each side of the border; where three countries meet, from all three. How close to the border
a region must lie is not published. Ours is a default to confirm: a NUTS 3 unit (or one below
a NUTS 1 or 2 unit) that touches the border is on it; one in the same NUTS 2 region as such a
unit is near it; sea borders, and regions that meet in a point, in a lake or perhaps, are left to staff.
A partner that is cross-border by nature may stand for several sides: staff decide, and it is
not refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.reference.borders.assessment import (
    BorderAssessment,
    BorderLink,
    BorderPosition,
    UnitAssessment,
    label,
)
from core.reference.borders.findings import BorderFinding, FindingCode, Severity, describe
from core.reference.borders.frontier import Frontier
from core.reference.borders.judgement import Judgement, Partnership
from core.reference.models import Country, NutsUnit

__all__ = [
    "BorderAssessment",
    "BorderFinding",
    "FindingCode",
    "BorderLink",
    "Severity",
    "BorderPosition",
    "UnitAssessment",
    "assess",
    "describe",
    "label",
]


def assess(
    locations: Sequence[NutsUnit],
    *,
    claimed: Iterable[Country] = (),
    cross_border: Iterable[NutsUnit] = (),
) -> BorderAssessment:
    """Judge the regions of a partnership, in two queries if the units came with their country.

    Args:
        locations: the partners' regions, of any level; repetitions do no harm.
        claimed: countries that the applicants name as sides of their region; each of them
            then needs a partner.
        cross_border: those of the locations where a partner is based that is cross-border by nature.

    Source: FACTS of the call (a partner from each side, three at a tri-point); the reading
    of "border region" is the module's default to confirm.
    """
    units = list({unit.pk: unit for unit in locations}.values())
    if not units:
        return BorderAssessment((BorderFinding(FindingCode.NO_LOCATION),), (), {}, frozenset())
    sides = list(claimed)
    partnership = Partnership(
        units,
        {country.code for country in sides},
        {unit.code for unit in cross_border} & {u.code for u in units},
    )
    return Judgement(Frontier.around(units, sides), partnership).result()
