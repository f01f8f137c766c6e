"""Why an expert is not in a region's team, asked of the engine about a run that is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.cache import cache

import engine
from matching.models import MatchRun
from matching.results import read_result

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


def _in_time(problem: engine.Problem) -> engine.Problem:
    limit = min(problem.parameters.time_limit_s, TIME_LIMIT_SECONDS)
    return replace(problem, parameters=replace(problem.parameters, time_limit_s=limit))
