"""Whether a run can be replayed: its stored input solved again gives what was stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import engine
from matching import snapshots
from matching.models import MatchRun


@dataclass(frozen=True)
class Replay:
    """What came of solving a run's input again.

    Attributes:
        is_input_whole: the stored input still has the hash that was stored with it.
        is_proven: both results are; only then must they be the same.
        differences: keys of the region, or of the objective, that differ.
    """

    is_input_whole: bool
    is_proven: bool
    differences: list[str]

    @property
    def is_same(self) -> bool:
        return self.is_input_whole and not self.differences


def replay(run: MatchRun, *, progress: Callable[[engine.SearchProgress], None] | None = None) -> Replay:
    """Solve the input of a run that is done once more, and compare the results.

    Raises:
        ProblemError: the stored input breaks the contract of today's engine.
    """
    again = engine.solve(engine.load_problem(run.problem), progress=progress, remedies=False).to_json()
    stored = run.stored_result
    return Replay(
        is_input_whole=snapshots.digest(run.problem) == run.problem_sha256,
        is_proven=stored["status"] == again["status"] == "optimal",
        differences=[*_objective(stored, again), *_teams(stored, again)],
    )


def _objective(stored: dict[str, Any], again: dict[str, Any]) -> list[str]:
    old, new = stored["objective"], again["objective"]
    return [f"objective.{key}: {old[key]} → {new.get(key)}" for key in old if old[key] != new.get(key)]


def _teams(stored: dict[str, Any], again: dict[str, Any]) -> list[str]:
    old, new = ({row["id"]: _team(row) for row in result["regions"]} for result in (stored, again))
    return [
        f"region {key}: {old.get(key)} → {new.get(key)}" for key in old | new if old.get(key) != new.get(key)
    ]


def _team(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["score"], *((m["expert"], m["role"], tuple(m["half_days"])) for m in row["team"])
