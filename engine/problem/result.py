"""The answer in the words of the JSON contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VERSION = 1
OPTIMAL, FEASIBLE = "optimal", "feasible"

Fact = dict[str, object]  # one fact for people, as a kind with its fields; told in docs/matching.md


@dataclass(frozen=True, slots=True)
class TeamMember:
    expert: str
    role: str
    half_days: tuple[int, ...]
    contributes: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Unserved:
    """Why a region has no team, and the smallest changes each of which would give it one.

    ``complete`` if all changes that come into question were tried in the time given.
    """

    missing: tuple[Fact, ...]
    remedies: tuple[Fact, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class RegionResult:
    """A region's team, lead first; score -1 without one."""

    id: str
    score: int
    team: tuple[TeamMember, ...]
    unserved: Unserved | None = None

    @property
    def cast(self) -> tuple[tuple[str, str], ...]:
        """Return the team as (expert id, role), lead first."""
        return tuple((member.expert, member.role) for member in self.team)


@dataclass(frozen=True, slots=True)
class ExpertResult:
    """What this result asks of an expert, locked assignments left out."""

    id: str
    regions: int
    half_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A matching with its proof.

    Attributes:
        objective: served, fairness (bands, worst first), sum, changes, imbalance.
        bound: served and sum: what no answer can exceed (the sum: no answer of this fairness that changes
            as little).
        proven: names of the objectives for which nothing better exists.
        seconds: wall time.
        rules: the rules of the programme that are on, each with its price; told in docs/matching.md.
    """

    status: str
    input_sha256: str
    engine: str
    seconds: float
    objective: Mapping[str, object]
    bound: Mapping[str, int]
    proven: tuple[str, ...]
    regions: tuple[RegionResult, ...]
    experts: tuple[ExpertResult, ...]
    rules: tuple[Fact, ...] = ()

    @property
    def is_optimal(self) -> bool:
        return self.status == OPTIMAL

    @property
    def bands(self) -> list[int]:
        """Return the lowest score of each region's band, worst first; -1 without a team."""
        bands = self.objective["fairness"]
        assert isinstance(bands, list)
        return bands

    @property
    def sum(self) -> int:
        total = self.objective["sum"]
        assert isinstance(total, int)
        return total

    def team(self, region_id: str) -> tuple[TeamMember, ...]:
        """Return the team of a region.

        Raises:
            KeyError: the region is not in this result.
        """
        for region in self.regions:
            if region.id == region_id:
                return region.team
        raise KeyError(region_id)

    def to_json(self) -> dict[str, object]:
        """Return the result object of the contract, version 1."""
        return {
            "version": VERSION,
            "status": self.status,
            "input_sha256": self.input_sha256,
            "engine": self.engine,
            "seconds": self.seconds,
            "objective": dict(self.objective),
            "bound": dict(self.bound),
            "proven": list(self.proven),
            "regions": [_region(region) for region in self.regions],
            "experts": [
                {"id": expert.id, "regions": expert.regions, "half_days": list(expert.half_days)}
                for expert in self.experts
            ],
            **({"rules": _facts(self.rules)} if self.rules else {}),
        }


def _region(region: RegionResult) -> dict[str, object]:
    unserved = region.unserved
    return {
        "id": region.id,
        "score": region.score,
        "team": [
            {
                "expert": member.expert,
                "role": member.role,
                "half_days": list(member.half_days),
                "contributes": _facts(member.contributes),
            }
            for member in region.team
        ],
        "unserved": unserved
        and {
            "missing": _facts(unserved.missing),
            "remedies": _facts(unserved.remedies),
            "complete": unserved.complete,
        },
    }


def _facts(facts: Sequence[Fact]) -> list[Fact]:
    return [dict(fact) for fact in facts]
