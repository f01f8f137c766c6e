"""What a person is asked to confirm of the sides of a pilot region, and what speaks against it."""

from __future__ import annotations

import hashlib
import json

from applications.applying.eligibility import check_submission
from applications.calls.eligibility import Check
from applications.models import PilotRegion
from applications.selecting.querysets import with_sides_as_now
from core.reference.articles import by_name
from core.reference.borders import FindingCode
from core.reference.models import Country

FEWEST_SIDES = 2


def sides_as_now(region: PilotRegion) -> list[dict[str, object]]:
    """Return the sides with their languages, in the form in which a confirmation keeps them."""
    return with_sides_as_now(PilotRegion.objects.filter(pk=region.pk)).get().sides_as_now


def digest_of(sides: list[dict[str, object]]) -> str:
    """Return what tells two states of the sides apart, for a page that was opened on one of them."""
    return hashlib.sha256(json.dumps(sides, sort_keys=True).encode()).hexdigest()


def third_side_checks(region: PilotRegion) -> list[Check]:
    """Return the checks that found a third country near the partners’ regions."""
    found = check_submission(region.application.latest_version.snapshot)
    return [check for check in found if check.code == FindingCode.THIRD_SIDE_POSSIBLE]


def possible_third_sides(region: PilotRegion) -> list[Country]:
    """Return the countries near the partners’ regions that are no side of the region: a person decides."""
    near = {code for check in third_side_checks(region) for code in check.countries}
    missing = near - set(region.sides.values_list("country", flat=True))
    return by_name(Country.objects.filter(pk__in=missing)) if missing else []
