"""The expert-team matching engine: exact, explained, and free of any framework."""

from __future__ import annotations

from engine.api import solve
from engine.assignment.assignment import solve_assignment
from engine.budget import Progress
from engine.explain.appraisal import Appraisal, score_team
from engine.explain.counterfactual import Explanation, why_not
from engine.explain.insights import Alternative, Insights
from engine.explain.relief import apply_remedy
from engine.problem.parsing import load_problem
from engine.problem.problem import Problem, ProblemError
from engine.problem.result import Result

__all__ = [
    "Alternative",
    "Appraisal",
    "Explanation",
    "Insights",
    "Problem",
    "ProblemError",
    "Progress",
    "Result",
    "apply_remedy",
    "load_problem",
    "score_team",
    "solve",
    "solve_assignment",
    "why_not",
]
