"""The last objectives, among answers of equal fairness and sum: fewest changes, balance, one for all."""

from __future__ import annotations

import hashlib

from engine.problem.problem import LEAD, SUPPORT, Problem
from engine.search.incumbent import change_count, imbalance
from engine.search.integer import PoolModel
from engine.search.pricing import SCALE
from engine.search.search import POOL_LIMIT, Search, Whole
from engine.search.teams import Team

MARK_BITS = 20  # of a team member's mark; sums of marks stay far inside int64


def settle_ties(search: Search, quality: Whole) -> list[str]:
    """Take the one answer that the last objectives leave; return the names of those that are proven."""
    best, value = quality.teams, quality.value
    if best is None or value is None:
        raise ValueError("no answer whose ties could be settled")
    pool = {
        team
        for leaf in quality.leaves
        for team in search.relaxation.pool(leaf, max(0, leaf.bound - value * SCALE))
    }
    if len(pool) > POOL_LIMIT:
        return []
    goal = quality.leaves[0].goal
    model = PoolModel(search.calendar, pool, goal.bands, len(search.tables))
    model.model.add(model.total(goal.value) == value)
    proven: list[str] = []
    for name, expression, count in (
        ("changes", model.total(lambda team: team.changes), change_count),
        ("balance", model.imbalance(), imbalance),
    ):
        if count(best) > 0:
            search.budget.tell(name)
            model.model.minimize(expression)
            model.hint(best)
            chosen = search.choose(model)
            if chosen.teams is None or not chosen.proven:
                return proven
            best = chosen.teams
        model.model.add(expression <= count(best))
        proven.append(name)
    return [*proven, "canonical"] if _settle_canonical(search, model, best) else proven


def _settle_canonical(search: Search, model: PoolModel, best: tuple[Team, ...]) -> bool:
    """Take the answer with the least sum of marks, of several the first by name; say whether it is proven."""
    search.budget.tell("canonical")
    marks = {team: mark(search.instance.problem, team) for team in model.pool}
    total = model.total(marks.__getitem__)
    model.model.minimize(total)
    model.hint(best)
    chosen = search.choose(model)
    if chosen.teams is None or not chosen.proven:
        return False
    twins = [chosen.teams]
    model.model.add(total <= sum(marks[team] for team in chosen.teams))
    while True:
        model.exclude(twins[-1])
        chosen = search.choose(model)
        if chosen.teams is None:
            break
        twins.append(chosen.teams)
    first = min(twins, key=lambda teams: [team.members for team in teams])
    return search.take(first, among_equals=True) and chosen.proven


def mark(problem: Problem, team: Team) -> int:
    """Return a number drawn from the salt and the names of a team, so that it favours nobody."""
    total = 0
    for place, expert in enumerate(team.members):
        names = (problem.parameters.salt, problem.regions[team.region].id)
        text = "\x1f".join((*names, problem.experts[expert].id, SUPPORT if place else LEAD))
        total += int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> (32 - MARK_BITS)
    return total
