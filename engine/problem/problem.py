"""What is to be matched: regions, experts, and what staff have already decided, as plain immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.problem.programme import Programme

LEAD, SUPPORT = "lead", "support"
ROLES = (LEAD, SUPPORT)

# Common European Framework of Reference, with native above C2.
CEFR = {"A1": 1, "A2": 2, "B1": 3, "B2": 4, "C1": 5, "C2": 6, "N": 7}
CEFR_NAMES = {step: name for name, step in CEFR.items()}
B2 = CEFR["B2"]

ELSEWHERE = "ZZ"  # stands for any country outside the border; ISO 3166 gives it to none
TEAM_LIMIT = 3  # one lead and at most two supports: the shares of a month are defined up to here


class ProblemError(ValueError):
    """The problem breaks the contract.

    Attributes:
        path: the place, as a JSON path such as ``$.regions[2].sides``.
        expected: what should stand there.
    """

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path}: {expected}")
        self.path = path
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Side:
    country: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    area: str
    weight: int
    level: int
    must: bool


@dataclass(frozen=True, slots=True)
class Region:
    id: str
    sides: tuple[Side, ...]
    working_languages: tuple[str, ...]
    needs: tuple[Need, ...]
    half_days: tuple[int, ...]
    team_max: int = TEAM_LIMIT
    organisations: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Expert:
    """One approved expert; ``languages`` and ``written`` have CEFR steps 1 to 7, ``areas`` levels from 0."""

    id: str
    country: str
    languages: Mapping[str, int]
    areas: Mapping[str, int]
    half_days: tuple[int, ...]
    max_regions: int
    roles: frozenset[str]
    organisations: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    written: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pin:
    region: str
    expert: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """Work already promised; it takes half-days and one of the expert's regions, and stands as it is."""

    region: str
    expert: str
    role: str
    half_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PreviousMember:
    region: str
    expert: str
    role: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """``change_cost`` in points per changed member; the last two steer the search, not the answer."""

    side_language_level: int = B2
    lead_language_level: int = CEFR["C1"]
    lead_areas: tuple[tuple[str, int], ...] = ()
    change_cost: int = 0
    programme: Programme = field(default_factory=Programme)
    salt: str = "impact"
    time_limit_s: float = 60.0
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows are sorted by id, so that nothing further on can depend on the order in which they came."""

    months: tuple[str, ...]
    regions: tuple[Region, ...]
    experts: tuple[Expert, ...]
    pinned: tuple[Pin, ...] = ()
    forbidden: frozenset[tuple[str, str]] = frozenset()
    locked: tuple[Locked, ...] = ()
    previous: tuple[PreviousMember, ...] = ()
    wishes: frozenset[tuple[str, str]] = frozenset()
    parameters: Parameters = field(default_factory=Parameters)

    @property
    def programme(self) -> Programme:
        return self.parameters.programme

    def without_rule(self, rule: str) -> Problem:
        """Return the same without one of the rules of the programme."""
        parameters = replace(self.parameters, programme=self.programme.without(rule))
        return replace(self, parameters=parameters)

    def region_index(self) -> dict[str, int]:
        return {region.id: index for index, region in enumerate(self.regions)}

    def expert_index(self) -> dict[str, int]:
        return {expert.id: index for index, expert in enumerate(self.experts)}
