"""`manage.py benchmark`: prints tables of measurements; it judges nothing."""

from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

NAMES = ("matching", "places", "staff", "storm", "web")
# These also write their medians to a file.
WITH_FIGURES = ("staff", "web")


class Command(BaseCommand):
    help = "Measures the portal and prints tables; without a name, all that there are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", choices=NAMES)
        parser.add_argument("--size", type=int, help="applicants in the storm")
        parser.add_argument(
            "--json", type=Path, metavar="FILE", help=f"medians of: {', '.join(WITH_FIGURES)}"
        )

    def handle(self, *, name: str | None, size: int | None, json: Path | None = None, **options: Any) -> None:
        if json and name not in WITH_FIGURES:
            raise CommandError(f"--json goes with one of: {', '.join(WITH_FIGURES)}.")
        for chosen in [name] if name else NAMES:
            self.stdout.write(f"\n{chosen}\n")
            said: dict[str, Any] = {"size": size} if size and chosen == "storm" else {}
            said |= {"json": json} if json else {}
            import_module(f"impact.benchmarks.{chosen}").run(self.stdout, **said)
