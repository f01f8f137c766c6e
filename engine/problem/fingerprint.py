"""A hash of what decides the answer: the same for the same problem, whatever the order of its lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from engine.problem.problem import Problem

STEERING = ("time_limit_s", "threads")  # they never decide the answer


def fingerprint(problem: Problem) -> str:
    """Return the SHA-256 of the problem as sorted JSON, without time limit and threads; 64 hex digits.

    What is optional and not used leaves no trace: the hash of a problem outlives what the contract gains.
    """
    content = asdict(problem)
    _set_or_drop(content["parameters"], "programme", problem.programme.asked())
    _set_or_drop(content, "wishes", sorted(problem.wishes))
    for expert in content["experts"]:
        _set_or_drop(expert, "written", expert["written"])
    for name in STEERING:
        del content["parameters"][name]
    for region in content["regions"]:
        region["working_languages"] = sorted(region["working_languages"])
        region["needs"] = sorted(region["needs"], key=lambda need: need["area"])
        sides = ({**side, "languages": sorted(side["languages"])} for side in region["sides"])
        region["sides"] = sorted(sides, key=lambda side: (side["country"], side["languages"]))
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=sorted)
    return hashlib.sha256(text.encode()).hexdigest()


def _set_or_drop(content: dict[str, Any], key: str, value: Collection[object]) -> None:
    del content[key]
    if value:
        content[key] = value
