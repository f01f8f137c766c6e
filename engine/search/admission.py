"""The gate that every answer passes before it counts as one: all hard rules, read from the problem itself.

The search works with tables of teams and with rows that it finds one after another; as long as a row is
missing, what looks like a whole answer may break a rule. Nothing of that is used here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from engine.problem.criteria import Instance, share_table
from engine.problem.problem import LEAD, SUPPORT
from engine.problem.rules import broken_rules
from engine.search.teams import Team


class Admission:
    """Says whether whole answers keep the hard rules; what is true of one team alone is looked up once."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._regions = instance.problem.regions
        self._shares = [share_table(region.half_days) for region in self._regions]
        self._is_allowed = lru_cache(maxsize=None)(self._look_up)

    def admits(self, answer: Sequence[Team]) -> bool:
        """Return whether an answer speaks of each region once, in their order, and breaks no rule."""
        if [team.region for team in answer] != list(range(len(self._regions))):
            return False
        is_each_allowed = all(self._is_allowed(team.region, team.members) for team in answer)
        return is_each_allowed and self._fits(answer) and self._keeps_the_programme(answer)

    def _look_up(self, region: int, members: tuple[int, ...]) -> bool:
        if len(set(members)) < len(members):
            return False
        cast = [(expert, SUPPORT if place else LEAD) for place, expert in enumerate(members)]
        return not cast or not broken_rules(self._instance, self._regions[region], cast)

    def _fits(self, answer: Sequence[Team]) -> bool:
        """Return whether the teams leave each expert within the months and regions, and with enough to do."""
        held = np.zeros_like(self._instance.capacity)
        use = np.zeros_like(self._instance.free)
        for team in answer:
            for expert, slot in zip(team.members, team.slots, strict=True):
                held[expert] += 1
                use[expert] += self._shares[team.region][slot]
        is_over = (use > self._instance.free) & (use > 0)
        is_short = (held > 0) & (use.sum(axis=1) < self._instance.least)
        return not bool(is_over.any() or is_short.any() or (held > self._instance.capacity).any())

    def _keeps_the_programme(self, answer: Sequence[Team]) -> bool:
        """Return whether the teams have no more half-days, nor members alone, than the rules allow."""
        rules = self._instance.problem.programme
        half_days = sum(sum(self._regions[team.region].half_days) for team in answer if team.members)
        singles = sum(len(team.members) == 1 for team in answer)
        is_over = rules.half_days_max is not None and half_days > rules.half_days_max
        return not (is_over or (rules.single_teams_max is not None and singles > rules.single_teams_max))
