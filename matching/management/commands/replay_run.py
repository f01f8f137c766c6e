"""Solve the stored input of a match run again and say whether the result is the same."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from engine import ProblemError
from matching.enums import RunStatus
from matching.models import MatchRun
from matching.replaying import replay


class Command(BaseCommand):
    help = "Solves the stored input of a match run again; ends with an error unless the result is the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, help="number of the run, as the administration shows it")

    def handle(self, *args: Any, run: int, **options: Any) -> None:
        row = MatchRun.objects.filter(pk=run, status=RunStatus.DONE).first()
        if row is None:
            raise CommandError(f"Match run {run} is not there, or has no result.")
        try:
            outcome = replay(row)
        except ProblemError as error:
            raise CommandError(f"Match run {run}: its input is no longer understood: {error}") from error
        if not outcome.is_input_whole:
            raise CommandError(f"Match run {run}: the stored input is not the one whose hash was stored.")
        if outcome.differences:
            proof = "" if outcome.is_proven else " (without proof, the time limit decides)"
            raise CommandError(f"Match run {run}{proof}: " + "; ".join(outcome.differences))
        self.stdout.write(f"Match run {run}: the same result, team by team.")
