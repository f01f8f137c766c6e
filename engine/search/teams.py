"""Every team that could serve a region, scored: implicit, as one block of scores per team size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from engine.problem import weights
from engine.problem.criteria import Flags, Ints, RegionCriteria
from engine.problem.problem import LEAD, ROLES, SUPPORT
from engine.problem.slots import LEAD_SLOT, SUPPORT_SLOT, slots_of

Scores = npt.NDArray[np.int16]
Costs = npt.NDArray[np.int64]
IMPOSSIBLE = -1
FORBIDDEN_VALUE = -(10**16)  # far below any sum of values, far above the end of int64


@dataclass(frozen=True, slots=True)
class Team:
    """A team of a region, or none.

    Attributes:
        score: 0 to about 1000; -1 without a team.
        members: expert indices, the lead first, supports ascending.
        changes: members changed against an earlier result; 0 without one.
    """

    region: int
    score: int
    members: tuple[int, ...]
    changes: int = 0

    def of(self, region: int) -> Team:
        """Return the same team for another region."""
        return self if region == self.region else replace(self, region=region)

    @property
    def slots(self) -> tuple[int, ...]:
        return slots_of(len(self.members))


@dataclass(frozen=True)
class Block:
    """All teams of one size: lead ``leads[i]`` with supports ``tails[j]`` scores ``scores[i, j]``.

    Attributes:
        leads: candidate positions, shape (m,).
        tails: candidate positions, shape (p, size - 1), ascending in each row.
        scores: shape (m, p), 0 to about 1000; -1 where a hard rule is broken.
        changes: members changed against an earlier result, shape (m, p); None without one.
    """

    size: int
    leads: Ints
    tails: Ints
    scores: Scores
    changes: Scores | None = None

    @cached_property
    def best(self) -> tuple[Scores, Scores]:
        """Return the highest score of each lead and of each tail."""
        return self.scores.max(axis=1), self.scores.max(axis=0)

    def promising(self, most: Costs, costs: Costs, above: int) -> Block:
        """Return the leads and tails that may make a team worth more than ``above``.

        Args:
            most: value that no lower score exceeds, indexed by score.
            costs: price of a candidate in a slot, shape (5, candidates).
        """
        by_lead, by_tail = self.best
        of_lead = most[by_lead] - costs[LEAD_SLOT[self.size]][self.leads]
        of_tail = most[by_tail]
        if self.size > 1:
            of_tail = of_tail - costs[SUPPORT_SLOT[self.size]][self.tails].sum(axis=1)
        leads = np.flatnonzero((of_lead > above) & (by_lead >= 0))
        tails = np.flatnonzero((of_tail > above) & (by_tail >= 0))
        at = np.ix_(leads, tails)
        changes = None if self.changes is None else self.changes[at]
        return Block(self.size, self.leads[leads], self.tails[tails], self.scores[at], changes)

    def values(self, worth: Costs, costs: Costs, change_cost: int = 0) -> Costs:
        """Return what each team is worth after the prices of its members, shape of ``scores``.

        Args:
            worth: value of a score, indexed by score.
            costs: price of a candidate in a slot, shape (5, candidates).
            change_cost: price of a changed member.
        """
        values: Costs = worth[self.scores]
        values -= costs[LEAD_SLOT[self.size]][self.leads][:, None]
        if self.size > 1:
            values -= costs[SUPPORT_SLOT[self.size]][self.tails].sum(axis=1)
        if self.changes is not None and change_cost:
            values -= self.changes.astype(np.int64) * change_cost
        values[self.scores < 0] = FORBIDDEN_VALUE
        return values


@dataclass(frozen=True, slots=True)
class Unlike:
    """A team of which at least so many members (expert indices) are to be missing."""

    members: tuple[int, ...]
    different: int


@dataclass(frozen=True)
class TeamTable:
    """The teams of one region; ``best`` is the highest score of any, -1 without one.

    ``everyone`` if the blocks hold the teams of some candidates only, the best of all among them;
    ``others`` are teams from which all are different.
    """

    criteria: RegionCriteria
    blocks: tuple[Block, ...]
    everyone: RegionCriteria | None = None
    others: tuple[Unlike, ...] = ()
    best: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "best", max((int(block.scores.max()) for block in self.blocks), default=-1))

    @property
    def index(self) -> int:
        return self.criteria.index

    def team(self, block: Block, flat: int) -> Team:
        """Return the team at a flat position of a block's scores."""
        lead, tail = divmod(flat, block.scores.shape[1])
        at = self.criteria.candidates
        members = (int(at[block.leads[lead]]), *(int(at[support]) for support in block.tails[tail]))
        changes = 0 if block.changes is None else int(block.changes[lead, tail])
        return Team(self.index, int(block.scores[lead, tail]), members, changes)

    def holds(self, block: Block, expert: int) -> Flags:
        """Return which teams of a block have an expert."""
        is_expert = self.criteria.candidates == expert
        return np.asarray(is_expert[block.leads][:, None] | is_expert[block.tails].any(axis=1)[None, :])

    def has(self, team: Team) -> bool:
        """Return whether a team, or having none, is among those of the table."""
        candidates = self.criteria.candidates
        if not np.isin(team.members, candidates).all():
            return False
        at = np.searchsorted(candidates, team.members)
        lead, tail = at[:1], np.sort(at[1:])
        for block in self.blocks:
            if block.size == len(team.members):
                rows = block.leads == lead
                columns = (block.tails == tail).all(axis=1)
                return bool((block.scores[np.ix_(rows, columns)] >= 0).any())
        return not team.members

    def without(self, expert: int) -> TeamTable:
        """Return the teams laid out that do not have an expert."""
        return self._keeping(lambda block: ~self.holds(block, expert))

    def unlike(self, *others: Unlike) -> TeamTable:
        """Return the teams laid out that are as different from others as asked."""
        table = self
        for other in others:
            known = np.isin(self.criteria.candidates, other.members).astype(np.int64)
            table = table._keeping(partial(_is_unlike, known, len(other.members) - other.different))
        return replace(table, others=(*self.others, *others))

    def _keeping(self, keeps: Callable[[Block], Flags]) -> TeamTable:
        blocks = (
            replace(block, scores=np.where(keeps(block), block.scores, np.int16(IMPOSSIBLE)))
            for block in self.blocks
        )
        return replace(self, blocks=tuple(block for block in blocks if (block.scores >= 0).any()))

    def no_team(self) -> Team:
        return Team(self.index, weights.UNSERVED, (), len(self.criteria.previous))

    def best_teams(self, count: int) -> Iterator[Team]:
        """Yield up to ``count`` of the highest-scoring teams of each size."""
        for block in self.blocks:
            flat = block.scores.ravel()
            for position in top_positions(flat, count):
                if flat[position] >= 0:
                    yield self.team(block, int(position))

    def count(self) -> int:
        return sum(int((block.scores >= 0).sum()) for block in self.blocks)


def _is_unlike(known: Ints, most: int, block: Block) -> Flags:
    shared: Ints = known[block.leads][:, None] + known[block.tails].sum(axis=1)[None, :]
    return shared <= most


def top_positions(values: npt.NDArray[np.integer], count: int) -> Ints:
    """Return the positions of the ``count`` highest values, highest first, ties in order of position."""
    count = min(count, values.size)
    top = np.argpartition(-values, count - 1)[:count]
    return np.asarray(top[np.lexsort((top, -values[top]))], dtype=np.int64)


def team_table(criteria: RegionCriteria) -> TeamTable:
    """Return every team of up to ``team_max`` that keeps the hard rules of one region."""
    blocks = (_block(criteria, size) for size in range(1, criteria.region.team_max + 1))
    return TeamTable(criteria, tuple(block for block in blocks if block is not None))


def _block(criteria: RegionCriteria, size: int) -> Block | None:
    leads = np.flatnonzero(criteria.allowed[LEAD_SLOT[size]])
    tails = _tails(criteria, size)
    if not len(leads) or not len(tails):
        return None
    scores = _scores(criteria, leads, tails)
    broken = (_gates(criteria, leads, tails) != criteria.all_gates) | (
        _pins(criteria, leads, tails) != criteria.pin_count
    )
    for column in tails.T:
        broken |= leads[:, None] == column[None, :]
    np.maximum(scores, 0, out=scores)
    scores[broken] = IMPOSSIBLE
    if not (scores >= 0).any():
        return None
    return Block(size, leads, tails, scores, _changes(criteria, leads, tails))


def _tails(criteria: RegionCriteria, size: int) -> Ints:
    if size == 1:
        return np.zeros((1, 0), dtype=np.int64)
    supports = np.flatnonzero(criteria.allowed[SUPPORT_SLOT[size]])
    if size == 2:
        return supports[:, None]
    first, second = np.triu_indices(len(supports), 1)
    return np.stack([supports[first], supports[second]], axis=1)


def _scores(criteria: RegionCriteria, leads: Ints, tails: Ints) -> Scores:
    """Return the score of each lead with each tail: of every criterion, the best member counts."""
    points = criteria.points
    support_cost = criteria.support_cost[tails].sum(axis=1) + weights.FURTHER_MEMBER * tails.shape[1]
    scores: Scores = (
        criteria.lead_points[leads].astype(np.int16)[:, None] - support_cost.astype(np.int16)[None, :]
    )
    for column in points.T:
        of_tail = column[tails].max(axis=1, initial=0)
        scores += np.maximum(column[leads][:, None], of_tail[None, :])
    return scores


def _gates(criteria: RegionCriteria, leads: Ints, tails: Ints) -> Ints:
    of_tails = np.bitwise_or.reduce(criteria.gates[tails], axis=1)
    return np.asarray(criteria.gates[leads][:, None] | of_tails[None, :], dtype=np.int64)


def _pins(criteria: RegionCriteria, leads: Ints, tails: Ints) -> Ints:
    pinned = criteria.pinned.astype(np.int64)
    return np.asarray(pinned[leads][:, None] + pinned[tails].sum(axis=1)[None, :], dtype=np.int64)


def _changes(criteria: RegionCriteria, leads: Ints, tails: Ints) -> Scores | None:
    """Return how many members differ: replaced, added and removed count one each, a new role too."""
    if not criteria.previous:
        return None
    size = 1 + tails.shape[1]
    kept = {role: np.zeros(len(criteria.candidates), dtype=np.int16) for role in ROLES}
    for expert, role in criteria.previous:
        kept[role][criteria.candidates == expert] = 1
    together = kept[LEAD][leads][:, None] + kept[SUPPORT][tails].sum(axis=1, dtype=np.int16)[None, :]
    return np.asarray(max(size, len(criteria.previous)) - together, dtype=np.int16)
