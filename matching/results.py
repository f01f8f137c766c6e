"""The engine's result as a run has stored it."""

from __future__ import annotations

from typing import Any

from engine.problem.result import ExpertResult, RegionResult, Result, TeamMember, Unserved


def read_result(stored: dict[str, Any]) -> Result:
    """Return the engine's result as it was before it was stored."""
    return Result(
        status=stored["status"],
        input_sha256=stored["input_sha256"],
        engine=stored["engine"],
        seconds=stored["seconds"],
        objective=stored["objective"],
        bound=stored["bound"],
        proven=tuple(stored["proven"]),
        regions=tuple(_region(row) for row in stored["regions"]),
        experts=tuple(ExpertResult(e["id"], e["regions"], tuple(e["half_days"])) for e in stored["experts"]),
        rules=tuple(stored.get("rules", ())),
    )


def _region(row: dict[str, Any]) -> RegionResult:
    team = tuple(
        TeamMember(m["expert"], m["role"], tuple(m["half_days"]), tuple(m["contributes"]))
        for m in row["team"]
    )
    lacks = row["unserved"]
    unserved = lacks and Unserved(
        tuple(lacks["missing"]), tuple(lacks["remedies"]), lacks.get("complete", True)
    )
    return RegionResult(row["id"], row["score"], team, unserved)
