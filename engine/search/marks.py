"""The draw: a mark for each member of a team, from the names alone, so that it favours nobody.

Where very many teams are equal by all that counts, the marks also tell the search which of them to look at.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from engine.problem.criteria import Instance, Ints
from engine.problem.problem import LEAD, ROLES, SUPPORT, Problem
from engine.problem.slots import SLOTS
from engine.search.pricing import SCORE_LIMIT, Goal
from engine.search.teams import Team

MARK_BITS = 20  # of a team member's mark; sums of marks stay far inside int64
# What counts beside the sum of marks when all last objectives are pursued at once. Any positive numbers are
# valid where the former objectives are known; with these a point outweighs the marks of many regions.
POINT, CHANGE, UNBALANCED = 1 << 28, 1 << 25, 1 << 22
NEARER = (0, 1 << 16, 1 << 17, 1 << 18, 1 << 20, 1 << 22)  # gaps, in marks, to look for an answer


def mark(problem: Problem, team: Team) -> int:
    """Return a number drawn from the salt and the names of a team, so that it favours nobody."""
    return sum(
        mark_of_member(problem, team.region, expert, SUPPORT if place else LEAD)
        for place, expert in enumerate(team.members)
    )


def mark_of_member(problem: Problem, region: int, expert: int, role: str) -> int:
    """Return the mark of one expert in a role of a region."""
    names = problem.parameters.salt, problem.regions[region].id, problem.experts[expert].id, role
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - MARK_BITS)


def all_marks(instance: Instance) -> Ints:
    """Return the mark of every candidate in every slot, shape (regions, 5, experts)."""
    problem = instance.problem
    marks = np.zeros((len(problem.regions), len(SLOTS), len(problem.experts)), dtype=np.int64)
    for criteria in instance.regions:
        for role in ROLES:
            slots = [slot for slot, (_, held) in enumerate(SLOTS) if held == role]
            for expert in criteria.candidates.tolist():
                marks[criteria.index, slots, expert] = mark_of_member(problem, criteria.index, expert, role)
    return marks


def together(goal: Goal, marks: Ints) -> Goal:
    """Return a goal that pursues the last objectives beside its own."""
    point = max(1, POINT * SCORE_LIMIT // max(SCORE_LIMIT, int(np.abs(goal.worth).max())))
    cost = goal.change_cost * point + CHANGE
    return replace(goal, worth=goal.worth * point, change_cost=cost, marks=marks, imbalance=UNBALANCED)
