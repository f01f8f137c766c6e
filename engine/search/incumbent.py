"""The best whole answer so far, and how two answers compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from engine.problem.weights import TOP_BAND, band
from engine.search.admission import Admission
from engine.search.calendar import Calendar, Leftover
from engine.search.teams import Team, TeamTable

Answer = tuple[Team, ...]  # one team per region, in the order of the regions; some may be empty


def fairness(teams: Iterable[Team]) -> list[int]:
    """Return the bands of all regions, worst first: what the first objective compares."""
    return sorted(band(team.score) for team in teams)


def counts_below(teams: Iterable[Team]) -> list[int]:
    """Return for each band of 0 to 80 how many regions lie below it.

    Of two answers, the one whose counts are lexicographically smaller is the fairer one.
    """
    bands = Counter(band(team.score) for team in teams)
    counts: list[int] = []
    below = bands[-1]
    for level in range(TOP_BAND + 1):
        counts.append(below)
        below += bands[level]
    return counts


def score_sum(teams: Iterable[Team]) -> int:
    return sum(team.score for team in teams if team.members)


def change_count(teams: Iterable[Team]) -> int:
    return sum(team.changes for team in teams)


def imbalance(teams: Iterable[Team]) -> int:
    """Return the sum over experts of k(k - 1)/2 for k regions."""
    regions = Counter(expert for team in teams for expert in team.members)
    return sum(count * (count - 1) // 2 for count in regions.values())


class Incumbent:
    """Keeps the best answer by all objectives that need no proof; no other way leads to it than `offer`."""

    def __init__(
        self, admission: Admission, tables: Sequence[TeamTable], change_cost: int, demanded: int | None = None
    ) -> None:
        self._admission = admission
        self._demanded = demanded
        self._change_cost = change_cost
        self._teams: Answer = tuple(table.no_team() for table in tables)

    @property
    def teams(self) -> Answer:
        return self._teams

    def offer(self, teams: Iterable[Team], *, among_equals: bool = False) -> bool:
        """Take an answer if it is the best so far; return whether it keeps every hard rule.

        Args:
            among_equals: whether it stands in front of the one before if both are equally good.
        """
        answer = tuple(sorted(teams, key=lambda team: team.region))
        if not self._admission.admits(answer):
            return False
        here, best = self._key(answer), self._key(self._teams)
        if here > best or (among_equals and here == best):
            self._teams = answer
        return True

    def _key(self, teams: Answer) -> tuple[bool, list[int], int, int, int]:
        changes = change_count(teams)
        net = score_sum(teams) - self._change_cost * changes
        is_served = self._demanded is None or bool(teams[self._demanded].members)
        return is_served, fairness(teams), net, -changes, -imbalance(teams)


def greedy(calendar: Calendar, tables: Sequence[TeamTable], demanded: int | None = None) -> Answer:
    """Return an answer at once: the demanded region chooses first, then those with the fewest teams."""
    leftover = Leftover(calendar)
    answer: list[Team] = []
    for table in sorted(tables, key=lambda table: (table.index != demanded, table.count(), table.index)):
        team = leftover.best_team(table) or table.no_team()
        leftover.place(team)
        answer.append(team)
    return _with_enough_to_do(calendar, tables, answer)


def _with_enough_to_do(calendar: Calendar, tables: Sequence[TeamTable], answer: Iterable[Team]) -> Answer:
    """Return an answer without the teams in which somebody has less than the least half-days in all."""
    teams = tuple(sorted(answer, key=lambda team: team.region))
    while True:
        given: Counter[int] = Counter()
        for team in teams:
            for expert, slot in zip(team.members, team.slots, strict=True):
                given[expert] += int(calendar.shares[team.region, slot].sum())
        short = {expert for expert, days in given.items() if days < calendar.least[expert]}
        if not short:
            return teams
        teams = tuple(tables[t.region].no_team() if short & {*t.members} else t for t in teams)


def rounded(calendar: Calendar, tables: Sequence[TeamTable], answer: Iterable[tuple[Team, float]]) -> Answer:
    """Return a whole answer near a fractional one: its teams by weight as far as they fit, then the best."""
    leftover = Leftover(calendar)
    placed: dict[int, Team] = {}
    for team, _ in sorted(answer, key=lambda share: (-share[1], share[0].region, share[0].members)):
        if team.region not in placed and leftover.holds(team):
            leftover.place(team)
            placed[team.region] = team
    for table in tables:
        if table.index not in placed or not placed[table.index].members:
            team = leftover.best_team(table) or table.no_team()
            leftover.place(team)
            placed[table.index] = team
    return _with_enough_to_do(calendar, tables, placed.values())
