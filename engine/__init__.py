"""The expert-team matching engine: exact, explained, and free of any framework.

Solvers take a third of a second to load, which most processes never need: each name is loaded when it is
first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.api import solve
    from engine.assignment.assignment import solve_assignment
    from engine.budget import SearchProgress
    from engine.explain.appraisal import Appraisal, score_team
    from engine.explain.counterfactual import Explanation, why_not
    from engine.explain.insights import Alternative, Insights
    from engine.explain.relief import apply_remedy
    from engine.problem.parsing import load_problem
    from engine.problem.problem import Problem, ProblemError
    from engine.problem.result import Result
    from engine.problem.slots import LEAD_SLOT, SUPPORT_SLOT, slot_shares

_PLACES = {
    "LEAD_SLOT": "problem.slots",
    "SUPPORT_SLOT": "problem.slots",
    "Alternative": "explain.insights",
    "Appraisal": "explain.appraisal",
    "Explanation": "explain.counterfactual",
    "Insights": "explain.insights",
    "Problem": "problem.problem",
    "ProblemError": "problem.problem",
    "SearchProgress": "budget",
    "Result": "problem.result",
    "apply_remedy": "explain.relief",
    "load_problem": "problem.parsing",
    "score_team": "explain.appraisal",
    "slot_shares": "problem.slots",
    "solve": "api",
    "solve_assignment": "assignment.assignment",
    "why_not": "explain.counterfactual",
}

__all__ = [
    "LEAD_SLOT",
    "SUPPORT_SLOT",
    "Alternative",
    "Appraisal",
    "Explanation",
    "Insights",
    "Problem",
    "ProblemError",
    "SearchProgress",
    "Result",
    "apply_remedy",
    "load_problem",
    "score_team",
    "slot_shares",
    "solve",
    "solve_assignment",
    "why_not",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
