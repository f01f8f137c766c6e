"""Why an expert is not in a region's team, asked of the engine about a run that is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.cache import cache

import engine
from engine.problem.result import ExpertResult, RegionResult, Result, TeamMember, Unserved
from matching.models import MatchRun

TIME_LIMIT_SECONDS = 20.0
KEPT_SECONDS = 24 * 60 * 60


def why_not(run: MatchRun, *, region_id: int, expert_id: int) -> dict[str, Any]:
    """Return why the expert is not in the region's team in a run, and what choosing them would cost.

    It is answered within the request and not through a row like a run: with thirty regions and two
    hundred experts it takes one to three seconds, a person waits for it, and it leaves nothing to keep.
    The time limit holds the rest; what is then not proven says so. The input is frozen, so the answer
    is the same for ever and is kept in the cache: asking again, or reloading, costs nothing.

    Args:
        run: done, with its problem.

    Returns:
        `Explanation` of docs/matching.md as JSON; `reasons` in kinds, never in words.

    Raises:
        ProblemError: the run does not know the region or the expert.
    """
    key = f"matching-why-not-2:{run.pk}:{run.problem_sha256}:{region_id}:{expert_id}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        problem = _in_time(engine.load_problem(run.problem))
        result = read_result(run.stored_result)
        found = engine.why_not(problem, str(region_id), str(expert_id), result).to_json()
        cache.set(key, found, KEPT_SECONDS)
    return found


def read_result(stored: dict[str, Any]) -> Result:
    """Return the engine's result as it was before it was stored."""
    return Result(
        status=stored["status"],
        input_sha256=stored["input_sha256"],
        engine=stored["engine"],
        seconds=stored["seconds"],
        objective=stored["objective"],
        bound=stored["bound"],
        proven=tuple(stored["proven"]),
        regions=tuple(_region(row) for row in stored["regions"]),
        experts=tuple(ExpertResult(e["id"], e["regions"], tuple(e["half_days"])) for e in stored["experts"]),
    )


def _region(row: dict[str, Any]) -> RegionResult:
    team = tuple(
        TeamMember(m["expert"], m["role"], tuple(m["half_days"]), tuple(m["contributes"]))
        for m in row["team"]
    )
    lacks = row["unserved"]
    unserved = lacks and Unserved(
        tuple(lacks["missing"]), tuple(lacks["remedies"]), lacks.get("complete", True)
    )
    return RegionResult(row["id"], row["score"], team, unserved)


def _in_time(problem: engine.Problem) -> engine.Problem:
    limit = min(problem.parameters.time_limit_s, TIME_LIMIT_SECONDS)
    return replace(problem, parameters=replace(problem.parameters, time_limit_s=limit))
