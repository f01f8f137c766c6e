"""How long data are kept: every rule once a night, some rows of each, and a record of what it did."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from impact.privacy import registry
from impact.privacy.models import RetentionRun
from impact.privacy.registry import Rule

logger = logging.getLogger(__name__)
# One rule must not keep the others waiting for a lock of somebody at work.
LOCKED_MOST = 200


class Outcome(NamedTuple):
    """How many rows were due by a rule and how many of them it dealt with; the error, if it failed."""

    rule: Rule
    due: int
    done: int
    error: str = ""


def preview(now: datetime | None = None, names: list[str] | None = None) -> Iterator[Outcome]:
    """Yield how many rows are due by each rule; changes nothing."""
    now = now or timezone.now()
    for rule in _chosen(names):
        yield Outcome(rule, rule.due(now).count(), 0)


def run(
    now: datetime | None = None, names: list[str] | None = None, most: int | None = None
) -> list[Outcome]:
    """Carry out every rule, each by itself: one that fails is logged and hinders no other.

    Args:
        now: the moment for which is judged what is due.
        names: of rules; all if empty.
        most: rows by each rule, instead of what the rule says.
    """
    now = now or timezone.now()
    return [_record(_carry_out(rule, now, most or rule.most)) for rule in _chosen(names)]


def _chosen(names: list[str] | None) -> list[Rule]:
    rules = list(registry.rules())
    return [rule for rule in rules if rule.name in names] if names else rules


def _carry_out(rule: Rule, now: datetime, most: int) -> Outcome:
    due = done = 0
    try:
        due = rule.due(now).count()
        if rule.carry_out is not None:
            for size in _batches(min(due, most)):
                done += _batch(rule, now, size)
    except Exception as error:  # whatever broke, the other rules still hold
        logger.exception("Rule %s failed", rule.name)
        return Outcome(rule, due, done, f"{type(error).__name__}: {error}"[:300])
    return Outcome(rule, due, done)


def _batches(most: int) -> Iterator[int]:
    for start in range(0, most, LOCKED_MOST):
        yield min(LOCKED_MOST, most - start)


@transaction.atomic
def _batch(rule: Rule, now: datetime, size: int) -> int:
    model = rule.due(now).model
    keys = list(rule.due(now).order_by("pk").values_list("pk", flat=True)[:size])
    # Locked by their keys alone: a rule may join or count, which PostgreSQL cannot lock.
    rows = model._base_manager.filter(pk__in=keys).order_by("pk").select_for_update(skip_locked=True)
    free = [row.pk for row in rows]
    if free:
        rule.carry_out(model._default_manager.filter(pk__in=free))
    return len(free)


def _record(outcome: Outcome) -> Outcome:
    RetentionRun.objects.create(
        rule=outcome.rule.name, due=outcome.due, done=outcome.done, error=outcome.error
    )
    return outcome
