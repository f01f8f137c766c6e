"""Carries out the rules of retention at once, or says what they would do."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.privacy import registry, retention
from core.privacy.retention import RuleOutcome

EXAMPLES = 5


class Command(BaseCommand):
    help = "Delete what was kept long enough, as the beat does each night; with --dry-run only say what."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count and list, change nothing")
        names = [rule.name for rule in registry.rules()]
        parser.add_argument("--rule", action="append", choices=names, help="only this rule; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            for outcome in retention.preview(names=options["rule"]):
                self._preview(outcome)
            return
        for outcome in retention.run(names=options["rule"]):
            words = f"{outcome.rule.name}: {outcome.done} of {outcome.due} done"
            self.stdout.write(f"{words}. {outcome.error}" if outcome.error else f"{words}.")

    def _preview(self, outcome: RuleOutcome) -> None:
        rule = outcome.rule
        now = min(outcome.due, rule.most) if rule.carry_out else 0
        self.stdout.write(f"{rule.name}: {outcome.due} due, {now} in the next run. {rule.happens}")
        due = rule.due(timezone.now())
        # Keys, not names: this may end up in a log.
        keys = [str(key) for key in due.order_by("pk").values_list("pk", flat=True)[:EXAMPLES]]
        if keys:
            more = " …" if outcome.due > EXAMPLES else ""
            self.stdout.write(f"  {due.model._meta.label}: {', '.join(keys)}{more}")
