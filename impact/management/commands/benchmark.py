"""`manage.py benchmark`: prints tables of measurements; it judges nothing."""

from argparse import ArgumentParser
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.core.management.base import BaseCommand

import impact.benchmarks

NAMES = [module.name for module in iter_modules(impact.benchmarks.__path__)]


class Command(BaseCommand):
    help = "Measures the portal and prints tables; without a name, all that there are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", choices=NAMES)
        parser.add_argument("--size", type=int, help="applicants in the storm")

    def handle(self, *, name: str | None, size: int | None, **options: Any) -> None:
        for chosen in [name] if name else NAMES:
            self.stdout.write(f"\n{chosen}\n")
            sized = {"size": size} if size and chosen == "storm" else {}
            import_module(f"impact.benchmarks.{chosen}").run(self.stdout, **sized)
