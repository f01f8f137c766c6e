"""Keeps what the automatic checks found of each last version, so that lists show, sort and filter by it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import override

from applications.applying.eligibility import check_submission
from applications.calls.eligibility import Check, CheckOutcome
from applications.enums import CheckResult
from applications.models import AutomaticChecks, Submission
from core.reference.borders import FindingCode
from core.reference.models import DataFile, OrganisationType

# So many in a sweep: some milliseconds each, and there are thousands only after the reference data changed.
CHECKED_IN_A_SWEEP = 100
REGIONS, SIDES, BORDER, THIRD_COUNTRY = GROUPS = ("regions", "sides", "border", "third_country")

_F = FindingCode
# What is not named here is about the regions of single partners.
_GROUP_OF: dict[str, str] = {
    **dict.fromkeys(
        (
            _F.ONE_SIDE_ONLY,
            _F.NO_OTHER_SIDE,
            _F.SIDE_MISSING,
            _F.SIDE_NOT_ON_BORDER,
            _F.SIDE_STOOD_FOR,
            _F.COUNTRY_APART,
        ),
        SIDES,
    ),
    **dict.fromkeys(
        (
            _F.NO_SHARED_BORDER,
            _F.NOT_ADJACENT,
            _F.LINK_DOUBTFUL,
            _F.LINK_UNCONFIRMED,
            _F.LINK_NEAR,
            _F.LINK_MARITIME,
            _F.NO_LAND_NEIGHBOUR,
            _F.NO_TRIPOINT,
            _F.ADJACENT,
            _F.TRIPOINT,
        ),
        BORDER,
    ),
    _F.THIRD_SIDE_POSSIBLE: THIRD_COUNTRY,
}
_RESULTS = {
    CheckOutcome.OK: CheckResult.MET,
    CheckOutcome.WARNING: CheckResult.TO_DECIDE,
    CheckOutcome.FAIL: CheckResult.NOT_MET,
}


def group_of(code: str) -> str:
    """Return the group of checks to which a finding belongs."""
    return _GROUP_OF.get(code, REGIONS)


def results_of(checks: Collection[Check]) -> dict[str, CheckResult]:
    """Return the gravest result of each group; met where nothing was found."""
    found = dict.fromkeys(GROUPS, CheckResult.MET)
    for check in checks:
        group = group_of(check.code)
        found[group] = max(found[group], _RESULTS[check.outcome])
    return found


def keep(submission: Submission, checks: Collection[Check], *, at: datetime) -> None:
    """Keep what was found of the last version of an application; one query."""
    AutomaticChecks.objects.bulk_create(
        [
            AutomaticChecks(
                application_id=submission.application_id,
                submission=submission,
                made_at=at,
                **results_of(checks),
            )
        ],
        update_conflicts=True,
        unique_fields=["application"],
        update_fields=["submission", "made_at", *GROUPS],
    )


def check_due() -> None:
    """Check the versions that were never checked, or before the reference data changed."""
    # The sentences are thrown away: any language will do.
    with override("en"):
        for submission in due()[:CHECKED_IN_A_SWEEP]:
            at = timezone.now()
            keep(submission, check_submission(submission.snapshot), at=at)


def due() -> QuerySet[Submission]:
    """Return the last versions whose checks are missing or outdated, the oldest first."""
    kept = AutomaticChecks.objects.filter(submission=OuterRef("pk"))
    if changed := _reference_changed():
        kept = kept.filter(made_at__gte=changed)
    real = Submission.objects.latest_versions().filter(application__is_test=False)
    return real.filter(~Exists(kept)).order_by("pk")


def _reference_changed() -> datetime | None:
    """Return when anything was last changed on which a check depends."""
    loaded = DataFile.objects.aggregate(at=Max("loaded_at"))["at"]
    edited = OrganisationType.history.aggregate(at=Max("history_date"))["at"]
    return max(filter(None, (loaded, edited)), default=None)
