"""Solve a matching problem from a file: the engine alone, on its JSON contract."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from engine import (
    Insights,
    Problem,
    ProblemError,
    Result,
    SearchProgress,
    load_problem,
    solve,
    solve_assignment,
    why_not,
)

SOLVED, OUT_OF_TIME, BAD_INPUT = 0, 1, 2
MOST_BYTES = 256 * 2**20
MOST_SHOWN = 500  # characters of a refusal: a name in it may be very long


class Command(BaseCommand):
    help = "Solve PROBLEM.json and write RESULT.json. Exit 0 solved, 1 ended before the proof, 2 bad input."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("problem", metavar="PROBLEM.json")
        parser.add_argument("result", metavar="RESULT.json")
        parser.add_argument(
            "--why-not",
            nargs=2,
            metavar=("REGION", "EXPERT"),
            help="also print, as JSON, why this expert is not in this region's team and what it would cost",
        )
        parser.add_argument(
            "--insights",
            action="store_true",
            help="also print, as JSON, what each member is worth, other teams, whom to look for, and so on",
        )
        parser.add_argument(
            "--progress", action="store_true", help="tell on standard error how far the search is"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = self._solve(options)
        except ProblemError as error:
            self._refuse(str(error))
        sys.exit(code)

    def _solve(self, options: Mapping[str, Any]) -> int:
        obj = self._read(options["problem"])
        if isinstance(obj, Mapping) and "scores" in obj:
            answer = solve_assignment(obj)
            self._write(options["result"], answer)
            return SOLVED if answer["status"] == "optimal" else OUT_OF_TIME
        problem = load_problem(obj)
        result = solve(problem, progress=self._tell if options["progress"] else None)
        explanation = None
        if options["why_not"]:
            region, expert = options["why_not"]
            explanation = why_not(problem, region, expert, result)
        self._write(options["result"], result.to_json())
        if explanation is not None:
            self.stdout.write(json.dumps(explanation.to_json(), ensure_ascii=False, indent=1))
        if options["insights"]:
            self.stdout.write(json.dumps(insights(problem, result), ensure_ascii=False, indent=1))
        return SOLVED if result.is_optimal else OUT_OF_TIME

    def _read(self, name: str) -> Any:
        try:
            if Path(name).stat().st_size > MOST_BYTES:
                self._refuse(f"{name}: expected at most {MOST_BYTES // 2**20} MB")
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(f"{name}: expected a readable text file, {error}")
        try:
            return json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant)
        except ValueError as error:
            self._refuse(f"$: expected JSON, {error}")
        except RecursionError:
            self._refuse("$: expected JSON that is nested less deeply")

    def _write(self, name: str, content: Mapping[str, object]) -> None:
        try:
            Path(name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            self._refuse(f"{name}: expected a file that can be written, {error}")

    def _tell(self, news: SearchProgress) -> None:
        share = "" if news.share is None else f" {news.share:.0%}"
        self.stderr.write(f"{news.phase}{share}: best {news.best}, bound {news.bound}")

    def _refuse(self, line: str) -> NoReturn:
        readable = " ".join(line.split()).encode("utf-8", "backslashreplace").decode()
        self.stderr.write(readable if len(readable) <= MOST_SHOWN else f"{readable[:MOST_SHOWN]}…")
        sys.exit(BAD_INPUT)


def insights(problem: Problem, result: Result) -> dict[str, object]:
    """Return what the engine tells beside an answer; for each expert and region it is answered anew."""
    told = Insights(problem, result)
    members = sorted({member.expert for region in result.regions for member in region.team})
    served = [region.id for region in result.regions if region.team]
    return {
        "irreplaceable": [told.without(expert) for expert in members],
        "alternatives": {key: [team.to_json() for team in told.alternatives(key)] for key in served},
        "recruiting_plan": told.recruiting_plan(),
        "price_of_fairness": told.price_of_fairness(),
        "price_of_rules": told.price_of_rules(),
    }


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON readers keep the last of two equal keys in silence; a person who wrote both should know."""
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(
            f"the key {next(key for key in keys if keys.count(key) > 1)!r} comes twice in an object"
        )
    return content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
