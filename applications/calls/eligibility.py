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
from core.reference.borders import BorderAssessment, Finding, Severity
from core.reference.units import units
from core.reference.words import cross_border_types


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


def checks_of(assessment: BorderAssessment) -> list[Check]:
    """Return what was found of the partners' regions, gravest first."""
    return [_check(finding) for finding in assessment.findings]


def check_submission(snapshot: Mapping[str, Any]) -> list[Check]:
    """Judge what was, or is about to be, submitted, gravest first.

    Args:
        snapshot: as `applications.applying.snapshots.make` returns it and a Submission keeps it.

    Returns:
        The checks of the borders, and one that every partner names its region.
    """
    located = snapshots.partner_units(snapshot)
    territory = set(snapshots.codes(snapshot, "units"))
    known = units({code for code in located if code} | territory)
    assessment = borders.assess(
        [known[code] for code in sorted(filter(None, located)) if code in known],
        claimed={known[code].country for code in territory if code in known},
        cross_border=[known[code] for code in _cross_border_seats(snapshot) if code in known],
    )
    return _check_located(located) + checks_of(assessment)


def _cross_border_seats(snapshot: Mapping[str, Any]) -> list[str]:
    """Return the regions of the partners that are cross-border by nature."""
    rows = [row for row in snapshots.partners(snapshot) if row["type"] and row["unit"]]
    return [row["unit"]["code"] for row in rows if row["type"]["code"] in cross_border_types()]


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
