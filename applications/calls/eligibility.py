"""The rules on partners, judged by the real borders: for the public check, submission and staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.applying import snapshots
from core.reference import borders
from core.reference.borders import Finding, Severity
from core.reference.models import Country, NutsUnit
from core.reference.units import units


class CheckOutcome(models.TextChoices):
    OK = "ok", _("Met")
    WARNING = "warning", _("Staff decide")
    FAIL = "fail", _("Not met")


@dataclass(frozen=True)
class Check:
    """One result of the automatic check.

    Args:
        code: of the finding or rule, stable.
        outcome: FAIL refuses a submission, WARNING is for staff to judge.
        text: the evidence, a sentence in the reader's language.
        cell: the answer that it is about, for a link; see `applications.form.answers`.
    """

    code: str
    outcome: CheckOutcome
    text: str
    cell: str = "partners"


_OUTCOMES = {
    Severity.OK: CheckOutcome.OK,
    Severity.WARNING: CheckOutcome.WARNING,
    Severity.FAIL: CheckOutcome.FAIL,
}


def check_regions(partners: Sequence[NutsUnit], *, claimed: Iterable[Country] = ()) -> list[Check]:
    """Judge the regions of the partners, gravest first.

    Args:
        partners: the region of each partner, with its country.
        claimed: the countries that the territory covers; each needs a partner.
    """
    return [_check(finding) for finding in borders.assess(partners, claimed=claimed).findings]


def check_submission(snapshot: Mapping[str, Any]) -> list[Check]:
    """Judge what was, or is about to be, submitted, gravest first.

    Args:
        snapshot: as `applications.applying.snapshots.make` returns it and a Submission keeps it.

    Returns:
        The checks of the borders, and one that every partner names its region.
    """
    located = snapshots.partner_units(snapshot)
    codes = {code for code in located if code}
    territory = set(snapshots.codes(snapshot, "units"))
    known = units(codes | territory)
    claimed = {known[code].country for code in territory if code in known}
    checks = check_regions([known[code] for code in sorted(codes) if code in known], claimed=claimed)
    return _check_located(located) + checks


def doubts(checks: Iterable[Check]) -> list[Check]:
    """Return the checks that are not met, or that only staff can judge; none: all agree."""
    return [check for check in checks if check.outcome is not CheckOutcome.OK]


def is_refused(checks: Iterable[Check]) -> bool:
    """Whether a submission with these checks is refused."""
    return any(check.outcome is CheckOutcome.FAIL for check in checks)


def _check(finding: Finding) -> Check:
    return Check(str(finding.code), _OUTCOMES[finding.severity], finding.message)


def _check_located(located: Sequence[str | None]) -> list[Check]:
    if all(located):
        return []
    text = gettext("At least one partner has no region yet.")
    return [Check("partner_without_region", CheckOutcome.FAIL, text)]
