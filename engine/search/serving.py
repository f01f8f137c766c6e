"""How many regions can be served at all: who joins whom and when, without looking at any score.

Teams are not laid out: one variable says that an expert holds a slot of a region. With scores such a model
comes nowhere near a proof; without them it is settled at once, also where regions are alike or all want the
same expert.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from engine.budget import Budget
from engine.problem.criteria import RegionCriteria
from engine.problem.problem import LEAD
from engine.problem.slots import SLOTS
from engine.search.calendar import Calendar
from engine.search.teams import Team, team_table

LONGEST_S = 10.0  # then the search goes on without it

Place = tuple[int, int]  # (slot, position among the candidates of a region)


@dataclass(frozen=True, slots=True)
class Served:
    """An answer that serves many regions; no answer serves more than ``bound``."""

    teams: tuple[Team, ...]
    bound: int


@dataclass(frozen=True, slots=True)
class Guests:
    """Experts who are not there yet: what each asks for, by index, and how many may come at most."""

    efforts: Mapping[int, int]
    most: int


class ServingModel:
    """Which experts can serve as many regions as possible together.

    Args:
        demanded: a region that must be served.
        guests: who may join; among answers that serve as many, those who ask least do.
    """

    def __init__(self, calendar: Calendar, demanded: int | None = None, guests: Guests | None = None) -> None:
        self._calendar, self._regions = calendar, calendar.regions
        self.model = cp_model.CpModel()
        self._held: dict[int, list[tuple[int, int, cp_model.IntVar]]] = {}
        self._places = [self._place(criteria) for criteria in self._regions]
        self._served = [self._serve(*pair) for pair in zip(self._regions, self._places, strict=True)]
        for expert, held in self._held.items():
            self._limit(expert, held)
        self._keep_the_programme()
        if demanded is not None:
            self.model.add_bool_or([self._served[demanded]])
        coming = self._invite(guests) if guests else {}
        efforts = [guests.efforts[expert] for expert in coming] if guests else []
        self._regard = 1 + (guests.most * max(efforts) if guests else 0)
        gains = [*([self._regard] * len(self._served)), *(-effort for effort in efforts)]
        self.model.maximize(cp_model.LinearExpr.weighted_sum([*self._served, *coming.values()], gains))

    def _invite(self, guests: Guests) -> dict[int, cp_model.IntVar]:
        """Let no more guests come than may; return whether each comes."""
        coming = {expert: self.model.new_bool_var("") for expert in guests.efforts}
        for expert, comes in coming.items():
            for *_, held in self._held.get(expert, ()):
                self.model.add_implication(held, comes)
        self.model.add(sum(coming.values()) <= guests.most)
        return coming

    def _place(self, criteria: RegionCriteria) -> dict[Place, cp_model.IntVar]:
        places: dict[Place, cp_model.IntVar] = {}
        for slot, at in zip(*np.nonzero(criteria.allowed), strict=True):
            variable = places[int(slot), int(at)] = self.model.new_bool_var("")
            held = self._held.setdefault(int(criteria.candidates[at]), [])
            held.append((criteria.index, int(slot), variable))
        return places

    def _serve(self, criteria: RegionCriteria, places: dict[Place, cp_model.IntVar]) -> cp_model.IntVar:
        """Return whether the region has a team, which then keeps the rules of the region."""
        is_served = self.model.new_bool_var("")
        sizes = {size: self.model.new_bool_var("") for size in range(1, criteria.region.team_max + 1)}
        self.model.add(sum(sizes.values()) == is_served)
        for slot, (size, role) in enumerate(SLOTS):
            if size in sizes:
                wanted = (1 if role == LEAD else size - 1) * sizes[size]
                self.model.add(sum(row for (held, _), row in places.items() if held == slot) == wanted)
        by_candidate: dict[int, list[cp_model.IntVar]] = {}
        for (_, at), variable in places.items():
            by_candidate.setdefault(at, []).append(variable)
        for at, variables in by_candidate.items():
            self.model.add_at_most_one(variables)
            if criteria.pinned[at]:
                self.model.add(sum(variables) == is_served)
        if criteria.pin_count > int(criteria.pinned.sum()):
            self.model.add(is_served == 0)
        for bit in range(criteria.all_gates.bit_length()):
            met = [row for (_, at), row in places.items() if criteria.gates[at] >> bit & 1]
            self.model.add_bool_or([*met, is_served.negated()])
        return is_served

    def _limit(self, expert: int, held: list[tuple[int, int, cp_model.IntVar]]) -> None:
        self.model.add(sum(row for *_, row in held) <= int(self._calendar.capacity[expert]))
        shares = np.stack([self._calendar.shares[region, slot] for region, slot, _ in held])
        free = np.maximum(self._calendar.free[expert], 0)
        for month in np.flatnonzero(shares.sum(axis=0) > free):
            use = sum(int(share) * row for share, (*_, row) in zip(shares[:, month], held, strict=True))
            self.model.add(use <= int(free[month]))

    def _keep_the_programme(self) -> None:
        rules, totals = self._calendar.programme, self._calendar.totals
        if rules.half_days_max is not None:
            asked = cp_model.LinearExpr.weighted_sum(self._served, totals)
            self.model.add(asked <= rules.half_days_max)
        if rules.single_teams_max is not None:
            singles = (
                row for places in self._places for (slot, _), row in places.items() if SLOTS[slot][0] == 1
            )
            self.model.add(sum(singles) <= rules.single_teams_max)
        for expert, held in self._held.items():
            if least := int(self._calendar.least[expert]):
                given = sum(
                    int(self._calendar.shares[region, slot].sum()) * row for region, slot, row in held
                )
                for *_, row in held:
                    self.model.add(given >= least).only_enforce_if(row)

    def ask(self, solver: cp_model.CpSolver, budget: Budget, threads: int) -> object:
        """Let a solver look for an answer, and return what it says of it."""
        solver.parameters.num_workers = threads
        solver.parameters.random_seed = 0
        solver.parameters.linearization_level = 2
        solver.parameters.max_time_in_seconds = min(LONGEST_S, budget.left)
        with budget.watch(solver.stop_search):
            return solver.solve(self.model)

    def solve(self, budget: Budget, threads: int) -> Served | None:
        """Return an answer that serves as many regions as the time allows to find; None if there was none."""
        solver = cp_model.CpSolver()
        status = self.ask(solver, budget, threads)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        bound = int(solver.best_objective_bound + 1e-6)
        return Served(tuple(self._teams(solver)), -(-bound // self._regard))

    def _teams(self, solver: cp_model.CpSolver) -> Iterator[Team]:
        for criteria, places in zip(self._regions, self._places, strict=True):
            chosen = [place for place, variable in places.items() if solver.boolean_value(variable)]
            allowed = np.zeros_like(criteria.allowed)
            allowed[tuple(np.array(chosen, dtype=np.int64).reshape(-1, 2).T)] = True
            table = team_table(replace(criteria, allowed=allowed))
            yield next((team for team in table.best_teams(1) if _is(team, chosen)), table.no_team())


def is_servable(calendar: Calendar, region: int, budget: Budget) -> bool:
    """Return whether some answer serves a region; also if there was no time to find out."""
    return ServingModel(calendar, region).ask(cp_model.CpSolver(), budget, 1) != cp_model.INFEASIBLE


def _is(team: Team, chosen: list[Place]) -> bool:
    return sorted(team.slots) == sorted(slot for slot, _ in chosen)
