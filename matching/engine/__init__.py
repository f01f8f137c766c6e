"""The expert-team matching engine: exact, explained, and free of any framework."""

from __future__ import annotations

from matching.engine.api import solve, why_not
from matching.engine.appraisal import Appraisal, score_team
from matching.engine.assignment import solve_assignment
from matching.engine.budget import Progress
from matching.engine.counterfactual import Explanation
from matching.engine.parsing import load_problem
from matching.engine.problem import Problem, ProblemError
from matching.engine.relief import apply_remedy
from matching.engine.result import Result

__all__ = [
    "Appraisal",
    "Explanation",
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
