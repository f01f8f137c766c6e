"""All objectives in their order, each settled before the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.budget import Budget, Progress
from engine.problem.criteria import Instance
from engine.problem.problem import Problem
from engine.search.admission import Admission
from engine.search.calendar import Calendar
from engine.search.fairness import settle
from engine.search.incumbent import Incumbent, greedy
from engine.search.narrowing import is_too_large, wide_table
from engine.search.pricing import SCALE
from engine.search.quality import any_sum, every_region_at_its_best, greatest_sum
from engine.search.relaxation import Relaxation
from engine.search.search import Search, Whole
from engine.search.teams import team_table
from engine.search.ties import settle_ties

LEVELS = ("fairness", "sum", "changes", "balance", "canonical")


@dataclass(frozen=True)
class Outcome:
    """What is proven about the best answer of a search.

    Attributes:
        proven: the objectives, by name, for which nothing better exists.
        served_bound: at most so many regions can be served.
        sum_bound: with this fairness no sum, net of the cost of changes, can be higher; if the time ended
            before fairness was settled, no sum at all can be.
    """

    proven: tuple[str, ...]
    served_bound: int
    sum_bound: int

    @property
    def is_optimal(self) -> bool:
        return self.proven == LEVELS


def start(problem: Problem, budget: Budget, demanded: int | None = None) -> Search:
    """Lay out the tables and a first answer."""
    budget.tell("tables", 0.0)
    instance = Instance(problem)
    regions = instance.regions
    lay_out = wide_table if is_too_large(regions) else team_table
    tables = [lay_out(region) for region in regions]
    calendar = Calendar(instance)
    incumbent = Incumbent(Admission(instance), tables, problem.parameters.change_cost, demanded)
    relaxation = Relaxation(calendar, tables, budget)
    threads = problem.parameters.threads
    search = Search(instance, tables, calendar, relaxation, incumbent, budget, threads, demanded)
    search.take(greedy(calendar, tables, demanded))
    search.learn(incumbent.teams)
    budget.bound = sum(max(0, table.best) for table in tables)
    budget.tell("tables", 1.0)
    return search


def run(
    problem: Problem,
    *,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    demanded: int | None = None,
) -> tuple[Search, Outcome]:
    """Settle every objective, as far as the time limit allows.

    Args:
        demanded: a region that has a team and must be served, whatever that costs the others.
    """
    budget = Budget(problem.parameters.time_limit_s, progress=progress, should_stop=should_stop)
    search = start(problem, budget, demanded)
    change_cost = problem.parameters.change_cost
    quality = every_region_at_its_best(search, change_cost)
    if quality is not None:
        return search, _settled(search, quality, sum(table.best >= 0 for table in search.tables))
    fair = settle(search)
    quality = greatest_sum(search, fair, change_cost)
    if fair.proven:
        return search, _settled(search, quality, fair.served_bound)
    bound = search.relaxation.solve(any_sum(search, change_cost), "sum").bound // SCALE
    return search, Outcome((), fair.served_bound, bound)


def _settled(search: Search, quality: Whole, served_bound: int) -> Outcome:
    """Settle what is left, where fairness is proven already."""
    ties = ["sum", *settle_ties(search, quality)] if quality.proven else []
    return Outcome(("fairness", *ties), served_bound, quality.bound)
