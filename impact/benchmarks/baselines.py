"""The plain way, to compare with: one variable for every team of every region, one model, one solver."""

from __future__ import annotations

import time

from engine.budget import Budget
from engine.problem.criteria import Instance
from engine.problem.problem import Problem
from engine.search.calendar import Calendar
from engine.search.incumbent import score_sum
from engine.search.integer import PoolModel
from engine.search.teams import Team, team_table

SERVED = 10_000  # points per region served: as many as possible first, then the greatest sum


def plain_model(problem: Problem, seconds: float) -> str:
    """Return served regions, sum of scores and seconds of a model with all teams, ">" if not proven."""
    start = time.monotonic()
    instance = Instance(problem)
    tables = [team_table(criteria) for criteria in instance.regions]
    pool: list[Team] = [table.no_team() for table in tables]
    for table in tables:
        pool += table.best_teams(table.count() + 1)
    # No region is taken for the same as another.
    model = PoolModel(Calendar(instance), pool, (), range(len(tables)))
    model.model.maximize(model.total(lambda team: SERVED + team.score if team.members else 0))
    chosen = model.solve(Budget(seconds), problem.parameters.threads)
    teams = chosen.teams or ()
    mark = "" if chosen.proven else ">"
    served = sum(bool(team.members) for team in teams)
    return f"{served} {score_sum(teams)} {mark}{time.monotonic() - start:.1f}"
