"""Merges accounts, and subscriptions, of one mailbox, found when addresses got their one spelling."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from core.accounts import merging
from core.accounts.models import User
from newsletter.actions import merging as subscriptions
from newsletter.models import Subscriber

NONE = "Each mailbox has one account and one subscription at most."
TRIED = "Nothing was changed. Run it again with --merge to do this."
LEFT = "{count} left as they are: settle what stands against it, then run this again."


class Command(BaseCommand):
    help = (
        "Merge accounts, and subscriptions, whose addresses are one mailbox. Says what it would do and why, "
        "and changes nothing unless --merge is given. What it cannot merge safely it leaves, and says so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--merge", action="store_true", help="do it, each pair in one transaction")

    def handle(self, *, merge: bool, **options: Any) -> None:
        if merge:
            tried = self._merge_all(is_meant=True)
        else:
            # All in one, so that each says what it does after those before it.
            with transaction.atomic():
                tried = self._merge_all(is_meant=False)
                transaction.set_rollback(True)
        if not tried:
            self.stdout.write(NONE)
        elif not merge:
            self.stdout.write(TRIED)
        if refused := tried.count(False):
            self.stdout.write(LEFT.format(count=refused))

    def _merge_all(self, *, is_meant: bool) -> list[bool]:
        """Merge one pair after the other; returns of each whether it was."""
        accounts = [self._is_merged(self._merge_account, pair, is_meant) for pair in merging.pairs()]
        return accounts + [
            self._is_merged(self._merge_subscription, pair, is_meant) for pair in subscriptions.doubles()
        ]

    def _is_merged(self, merge: Callable[..., None], pair: tuple[Any, Any], is_meant: bool) -> bool:
        try:
            merge(*pair, is_meant)
        except merging.CannotMerge as refusal:
            self.stdout.write(f"  NOT merged. {refusal}")
            return False
        return True

    def _merge_account(self, kept: User, double: User, is_meant: bool) -> None:
        self.stdout.write(f"Account {double.pk} ({double.email}) → {kept.pk} ({kept.email}): one mailbox")
        merged = merging.merge(kept_id=kept.pk, double_id=double.pk)
        rows = ", ".join(f"{name}: {count}" for name, count in sorted(merged.moved.items()))
        self.stdout.write(f"  {_done(is_meant)}, as {merged.kept.email}. Moved: {rows or 'nothing'}")

    def _merge_subscription(self, kept: Subscriber, double: Subscriber, is_meant: bool) -> None:
        self.stdout.write(
            f"Subscription {double.pk} ({double.email}) → {kept.pk} ({kept.email}): one mailbox; "
            f"what was said last counts: {kept.get_status_display()}"
        )
        merged = subscriptions.merge(kept_id=kept.pk, double_id=double.pk)
        self.stdout.write(f"  {_done(is_meant)}, as {merged.email}")


def _done(is_meant: bool) -> str:
    return "merged" if is_meant else "would be merged"
