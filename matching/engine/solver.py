"""All objectives in their order, each settled before the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matching.engine.budget import Budget, Progress
from matching.engine.calendar import Calendar
from matching.engine.criteria import Instance
from matching.engine.fairness import settle
from matching.engine.incumbent import Answer, Incumbent
from matching.engine.problem import Problem
from matching.engine.quality import every_region_at_its_best, greatest_sum
from matching.engine.relaxation import Relaxation
from matching.engine.search import Search, Whole
from matching.engine.teams import team_table
from matching.engine.thinning import candidates_allowed, highest_score, is_any_thinned, thinned
from matching.engine.ties import settle_ties

LEVELS = ("fairness", "sum", "changes", "balance", "canonical")


@dataclass(frozen=True)
class Outcome:
    """An answer with what is proven about it.

    Attributes:
        answer: one team per region.
        proven: the objectives, by name, for which nothing better exists.
        served_bound: at most so many regions can be served.
        sum_bound: with this fairness no sum, net of the cost of changes, can be higher; if the time ended
            before fairness was settled, no sum at all can be.
    """

    answer: Answer
    proven: tuple[str, ...]
    served_bound: int
    sum_bound: int

    @property
    def is_optimal(self) -> bool:
        return self.proven == LEVELS


def start(problem: Problem, budget: Budget) -> Search:
    """Lay out the tables and a first answer."""
    budget.tell("tables", 0.0)
    instance = Instance(problem)
    most = candidates_allowed(len(instance.regions))
    tables = [team_table(thinned(criteria, most)) for criteria in instance.regions]
    calendar = Calendar(instance, tables)
    incumbent = Incumbent(calendar, tables, problem.parameters.change_cost)
    relaxation = Relaxation(calendar, tables, budget)
    search = Search(instance, tables, calendar, relaxation, incumbent, budget, problem.parameters.threads)
    search.take(incumbent.teams)
    budget.bound = sum(max(0, table.best) for table in tables)
    budget.tell("tables", 1.0)
    return search


def run(
    problem: Problem,
    *,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Search, Outcome]:
    """Settle every objective, as far as the time limit allows."""
    budget = Budget(problem.parameters.time_limit_s, progress=progress, should_stop=should_stop)
    search = start(problem, budget)
    change_cost = problem.parameters.change_cost
    quality = every_region_at_its_best(search, change_cost)
    if quality is not None:
        return search, _finish(search, quality, True, sum(table.best >= 0 for table in search.tables))
    fairness = settle(search)
    quality = greatest_sum(search, fairness, change_cost)
    return search, _finish(search, quality, fairness.proven, fairness.served_bound)


def _finish(search: Search, quality: Whole, is_fair: bool, served_bound: int) -> Outcome:
    """Settle what is left; from fewer than all candidates nothing is proven but the bounds of all."""
    criteria = search.instance.regions
    if not is_any_thinned(criteria, candidates_allowed(len(criteria))):
        return _settled(search, quality, is_fair, served_bound)
    limits = [highest_score(region) for region in criteria]
    bound = sum(limit for limit in limits if limit >= 0)
    return Outcome(search.incumbent.teams, (), sum(limit >= 0 for limit in limits), bound)


def _settled(search: Search, quality: Whole, is_fair: bool, served_bound: int) -> Outcome:
    answer, proven = search.incumbent.teams, ["fairness"] if is_fair else []
    if quality.proven and is_fair:
        answer, ties = settle_ties(search, quality)
        proven += ["sum", *ties]
    return Outcome(answer, tuple(proven), served_bound, quality.bound)
