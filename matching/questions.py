"""What is to be found out about a run that is done, and what has been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matching.enums import FindingKind
from matching.models import Analysis, MatchRun


@dataclass(frozen=True)
class RunQuestion:
    """One question about a run: of a region, an expert, or the whole; remedies are asked for all at once."""

    kind: FindingKind
    region: str | None = None
    expert: str | None = None


def analysis_of(run: MatchRun) -> Analysis | None:
    """Return what is found out about a run; None if nobody has asked for it."""
    return getattr(run, "analysis", None)


def of_run(run: MatchRun) -> list[RunQuestion]:
    """Return all questions about a run, in the order in which they are answered."""
    return list(_all(run))


def open_questions(analysis: Analysis) -> list[RunQuestion]:
    """Return the questions that have no answer yet."""
    known = {
        RunQuestion(FindingKind(kind), _key(region), _key(expert))
        for kind, region, expert in analysis.findings.values_list("kind", "region", "expert")
    }
    has_remedies = any(question.kind == FindingKind.REMEDIES for question in known)
    return [
        question
        for question in of_run(analysis.run)
        if question not in known and not (has_remedies and question.kind == FindingKind.REMEDIES)
    ]


def _key(row: int | None) -> str | None:
    return None if row is None else str(row)


def _all(run: MatchRun) -> Iterator[RunQuestion]:
    regions = run.stored_result["regions"]
    if run.stored_result.get("rules"):
        yield RunQuestion(FindingKind.RULES)
    served = [row for row in regions if row["team"]]
    if len(served) < len(regions):
        yield RunQuestion(FindingKind.REMEDIES)
        yield RunQuestion(FindingKind.RECRUITING)
    yield RunQuestion(FindingKind.FAIRNESS)
    members = {member["expert"] for row in served for member in row["team"]}
    yield from (RunQuestion(FindingKind.LOSS, expert=expert) for expert in sorted(members, key=int))
    yield from (RunQuestion(FindingKind.OTHER_TEAMS, region=row["id"]) for row in served)
