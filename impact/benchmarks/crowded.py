"""Demo data grown to the size of the programme and beyond, as a process on the data of another portal.

`python -m impact.benchmarks.crowded` writes the number of a finished match run to its output: 30 pilot
regions and 300 approved experts, which the run is about, in the midst of 10,000 applications with their
reviews and 10,000 experts.
"""

from __future__ import annotations

import sys

import django

from core.checklists import Acceptance

if __name__ == "__main__":
    django.setup()

from django.db import connection, models, transaction
from psycopg import sql

from applications.applying.checked_versions import check_due
from applications.enums import ApplicationStatus
from applications.models import (
    Application,
    ApplicationChange,
    AutomaticChecks,
    Member,
    Partner,
    PilotRegion,
    PilotRegionMonth,
    PilotRegionNeed,
    PilotRegionSide,
    Review,
    ReviewScore,
    SidesConfirmation,
    Submission,
    SubmissionAttempt,
    SupportNeed,
)
from core.accounts.models import User
from experts.enums import ExpertStatus
from experts.models import Expert, ExpertChange, ExpertExpertise, ExpertLanguage, ExpertMonth, ExpertVersion
from impact.benchmarks.copying import Copies
from impact.demo.people import STAFF_EMAIL
from impact.local.processes import wait_until
from matching import actions
from matching.enums import AnalysisStatus
from matching.models import Analysis, MatchRun

REGIONS = 30
EXPERTS_APPROVED = 300
EXPERTS = APPLICATIONS = 10_000
PATIENCE_SECONDS = 600

# Each of the 30 places is taken once.
NEXT_PLACES: dict[models.Field, sql.SQL] = {
    PilotRegion._meta.get_field("place"): sql.SQL("row.place + 9 * (copy.number + 1)")
}
Hanging = tuple[type[models.Model], str]
WITH_APPLICATION: list[Hanging] = [
    (Submission, "application"),
    (ApplicationChange, "target"),
    (Member, "application"),
    (Partner, "application"),
    (SupportNeed, "application"),
    (SubmissionAttempt, "application"),
    (AutomaticChecks, "application"),
    (Application.units.through, "application"),
    (Application.working_languages.through, "application"),
    (Review, "application"),
    (ReviewScore, "review"),
]
WITH_REGION: list[Hanging] = [
    (PilotRegion, "application"),
    (PilotRegionSide, "region"),
    (PilotRegionSide.languages.through, "pilotregionside"),
    (SidesConfirmation, "region"),
    (PilotRegionNeed, "region"),
    (PilotRegionMonth, "region"),
    (PilotRegion.units.through, "pilotregion"),
    (PilotRegion.working_languages.through, "pilotregion"),
]
WITH_EXPERT: list[Hanging] = [
    (Expert, "user"),
    (ExpertLanguage, "expert"),
    (ExpertExpertise, "expert"),
    (ExpertMonth, "expert"),
    (ExpertChange, "target"),
    (ExpertVersion, "expert"),
]


def fill() -> None:
    """Copy what the demo holds."""
    # The worker would check each copy of a version whose checks are older than the reference data.
    check_due()
    with transaction.atomic():
        with connection.cursor() as cursor:
            # What refers to a row that is there, and is within its limits, stays so in a copy.
            cursor.execute("SET LOCAL session_replication_role = replica")
        regions = Application.objects.filter(pilot_region__isnull=False).order_by("pilot_region__place")
        _copy(regions, REGIONS - regions.count(), *WITH_APPLICATION, *WITH_REGION)
        submitted = Application.objects.exclude(status=ApplicationStatus.DRAFT)
        _copy(
            submitted.filter(pilot_region__isnull=True),
            APPLICATIONS - Application.objects.count(),
            *WITH_APPLICATION,
        )
        approved = User.objects.filter(expert_profiles__status=ExpertStatus.APPROVED)
        _copy(approved, EXPERTS_APPROVED - approved.count(), *WITH_EXPERT)
        waiting = User.objects.filter(expert_profiles__status=ExpertStatus.SUBMITTED)
        _copy(waiting, EXPERTS - Expert.objects.count(), *WITH_EXPERT)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def match() -> MatchRun:
    """Have a run and its analysis computed by the portal's worker.

    Raises:
        TimeoutError: they take too long.
    """
    run = actions.start_run(
        accepting=Acceptance("Benchmark"), by=User.objects.get(email=STAFF_EMAIL), note="Benchmark"
    )
    if not wait_until(Analysis.objects.filter(run=run, status=AnalysisStatus.DONE).exists, PATIENCE_SECONDS):
        raise TimeoutError("The match run and its analysis were not computed in time.")
    return run


def _copy(originals: models.QuerySet, count: int, *hanging: Hanging) -> None:
    """Make so many copies; the last ones are of the first originals only."""
    keys = list(originals.values_list("pk", flat=True))
    rounds, rest = divmod(count, len(keys))
    for numbers, chosen in ((range(rounds), keys), (range(rounds, rounds + 1), keys[:rest])):
        if numbers and chosen:
            copies = Copies(numbers, NEXT_PLACES)
            copies.of(originals.model._base_manager.filter(pk__in=chosen), *hanging)
            copies.end()


if __name__ == "__main__":
    fill()
    sys.stdout.write(str(match().pk))
