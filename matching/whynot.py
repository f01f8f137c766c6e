"""Why an expert is not in a region's team, asked of the engine about a run that is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import engine
from core.calculations.actions import ask
from core.calculations.calculators import StepReport, calculator
from core.calculations.models import Calculation
from matching.models import MatchRun
from matching.results import read_result

KIND = "why-not"
# What is then not proven says so. A default to confirm.
TIME_LIMIT_SECONDS = 60.0


def ask_why_not(run: MatchRun, *, region_id: int, expert_id: int) -> Calculation:
    """Ask why the expert is not in the region's team in a run, and what choosing them would cost.

    The input of a run is frozen, so the answer is the same for as long as it is kept.

    Args:
        run: done, with its problem, which knows the region and the expert.

    Returns:
        A calculation that answers with `Explanation` of docs/matching.md; `reasons` in kinds, never in words.
    """
    return ask(
        KIND, {"run": run.pk, "input": run.problem_sha256, "region": str(region_id), "expert": str(expert_id)}
    )


@calculator(KIND)
def explain(question: Any, report: StepReport) -> dict[str, Any]:
    """Answer what `ask_why_not` asks; of the rows it reads only what is frozen."""
    run = MatchRun.objects.get(pk=question["run"])
    problem = _in_time(engine.load_problem(run.problem))
    result = read_result(run.stored_result)
    return engine.why_not(problem, question["region"], question["expert"], result).to_json()


def _in_time(problem: engine.Problem) -> engine.Problem:
    limit = min(problem.parameters.time_limit_s, TIME_LIMIT_SECONDS)
    return replace(problem, parameters=replace(problem.parameters, time_limit_s=limit))
