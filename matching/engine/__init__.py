"""The expert-team matching engine: exact, explained, and free of any framework."""

from __future__ import annotations

from matching.engine.api import score_team, solve
from matching.engine.budget import Progress
from matching.engine.parsing import load_problem
from matching.engine.problem import Problem, ProblemError
from matching.engine.result import Result

__all__ = ["Problem", "ProblemError", "Progress", "Result", "load_problem", "score_team", "solve"]
