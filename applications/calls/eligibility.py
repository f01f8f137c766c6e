"""The rules on partners, judged by the real borders: for the public check, and what is asked of a version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.reference.borders import BorderAssessment, BorderFinding, Severity


class CheckOutcome(models.TextChoices):
    OK = "ok", _("Met")
    WARNING = "warning", _("For staff to decide")
    FAIL = "fail", _("Not met")


@dataclass(frozen=True)
class Check:
    """One result of the automatic check.

    Args:
        code: of the finding or rule, stable.
        outcome: FAIL refuses a submission, WARNING is for staff to judge.
        text: the evidence, a sentence in the reader's language.
        cell: the answer that it is about, for a link; see `applications.form.answers`.
        countries: codes of those that it is about; none for a rule about partners.
    """

    code: str
    outcome: CheckOutcome
    text: str
    cell: str = "partners"
    countries: tuple[str, ...] = ()


_OUTCOMES = {
    Severity.OK: CheckOutcome.OK,
    Severity.WARNING: CheckOutcome.WARNING,
    Severity.FAIL: CheckOutcome.FAIL,
}


def checks_of(assessment: BorderAssessment) -> list[Check]:
    """Return what was found of the partners' regions, gravest first."""
    return [_check(finding) for finding in assessment.findings]


def doubts(checks: Iterable[Check]) -> list[Check]:
    """Return the checks that are not met, or that only staff can judge; none: all agree."""
    return [check for check in checks if check.outcome is not CheckOutcome.OK]


def is_refused(checks: Iterable[Check]) -> bool:
    """Whether a submission with these checks is refused."""
    return any(check.outcome is CheckOutcome.FAIL for check in checks)


def _check(finding: BorderFinding) -> Check:
    countries = tuple(country.pk for country in finding.countries)
    return Check(str(finding.code), _OUTCOMES[finding.severity], finding.message, countries=countries)
