"""All objectives in their order, each settled before the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from engine.budget import Budget, SearchProgress, Stop
from engine.problem.criteria import Instance
from engine.problem.problem import Problem
from engine.search.admission import Admission
from engine.search.calendar import Calendar
from engine.search.cuts import ClashRow, programme_rows
from engine.search.fairness import settle
from engine.search.incumbent import Incumbent, greedy
from engine.search.narrowing import is_too_large, wide_table
from engine.search.pricing import SCALE
from engine.search.quality import any_sum, every_region_at_its_best, greatest_sum
from engine.search.relaxation import Relaxation
from engine.search.schedules import Schedule
from engine.search.search import Search, Whole
from engine.search.teams import Team, TeamTable, team_table
from engine.search.ties import settle_ties

LEVELS = ("fairness", "sum", "changes", "balance", "canonical")


@dataclass(frozen=True)
class SearchOutcome:
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


@dataclass(frozen=True)
class Layout:
    """What answers to one problem share: its teams laid out, and what former answers found.

    Attributes:
        teams, rows, schedules: those of the relaxation to begin with; teams are among those of the tables.
    """

    calendar: Calendar
    instance: Instance
    tables: tuple[TeamTable, ...]
    teams: tuple[Team, ...] = ()
    rows: tuple[ClashRow, ...] = ()
    schedules: tuple[Schedule, ...] = ()

    @classmethod
    def of(cls, problem: Problem) -> Layout:
        instance = Instance(problem)
        regions = instance.regions
        lay_out = wide_table if is_too_large(regions) else team_table
        return cls(Calendar(instance), instance, tuple(lay_out(region) for region in regions))

    def after(self, search: Search) -> Layout:
        """Return the same with what a search has found."""
        found = search.relaxation
        teams, rows, schedules = found.teams.values(), found.rows, found.schedules
        return replace(self, teams=tuple(teams), rows=tuple(rows), schedules=tuple(schedules))

    def with_tables(self, tables: Mapping[int, TeamTable]) -> Layout:
        """Return the same with other tables of some regions, whose teams are some of those before."""
        changed = tuple(tables.get(table.index, table) for table in self.tables)
        teams = (team for team in self.teams if team.region not in tables or tables[team.region].has(team))
        return replace(self, tables=changed, teams=tuple(teams))


def start(layout: Layout, budget: Budget, demanded: int | None = None) -> Search:
    """Return a search with a first answer."""
    instance, calendar, tables = layout.instance, layout.calendar, layout.tables
    parameters = instance.problem.parameters
    incumbent = Incumbent(Admission(instance), tables, parameters.change_cost, demanded)
    relaxation = Relaxation(calendar, tables, budget)
    search = Search(instance, tables, calendar, relaxation, incumbent, budget, parameters.threads, demanded)
    search.take(greedy(calendar, tables, demanded))
    search.learn((*incumbent.teams, *layout.teams))
    relaxation.keep((*programme_rows(calendar), *layout.rows))
    relaxation.plan(layout.schedules)
    budget.bound = sum(max(0, table.best) for table in tables)
    budget.tell("tables", 1.0)
    return search


def run(
    problem: Problem,
    *,
    progress: Callable[[SearchProgress], None] | None = None,
    should_stop: Stop | None = None,
    demanded: int | None = None,
    layout: Layout | None = None,
) -> tuple[Search, SearchOutcome]:
    """Settle every objective, as far as the time limit allows.

    Args:
        demanded: a region that has a team and must be served, whatever that costs the others.
        layout: of the problem, where a former answer has left one; some of its teams may be taken out.
    """
    budget = Budget(problem.parameters.time_limit_s, progress=progress, should_stop=should_stop)
    budget.tell("tables", 0.0)
    search = start(layout or Layout.of(problem), budget, demanded)
    change_cost = problem.parameters.change_cost
    quality = every_region_at_its_best(search, change_cost)
    if quality is not None:
        return search, _settled(search, quality, sum(table.best >= 0 for table in search.tables))
    fair = settle(search)
    quality = greatest_sum(search, fair, change_cost)
    if fair.proven:
        return search, _settled(search, quality, fair.served_bound)
    bound = search.relaxation.solve(any_sum(search, change_cost), "sum").bound // SCALE
    return search, SearchOutcome((), fair.served_bound, bound)


def _settled(search: Search, quality: Whole, served_bound: int) -> SearchOutcome:
    """Settle what is left, where fairness is proven already."""
    ties = ["sum", *settle_ties(search, quality)] if quality.proven else []
    return SearchOutcome(("fairness", *ties), served_bound, quality.bound)
