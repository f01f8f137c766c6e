"""How long data are kept: every rule once a night, some rows of each, and a record of what it did."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from core.privacy import registry
from core.privacy.models import RetentionRun
from core.privacy.registry import RetentionRule

logger = logging.getLogger(__name__)


class RuleOutcome(NamedTuple):
    """How many rows were due by a rule and how many of them it dealt with; the error, if it failed."""

    rule: RetentionRule
    due: int
    done: int
    error: str = ""


def preview(now: datetime | None = None, names: list[str] | None = None) -> Iterator[RuleOutcome]:
    """Yield how many rows are due by each rule; changes nothing."""
    now = now or timezone.now()
    for rule in _chosen(names):
        yield RuleOutcome(rule, rule.due(now).count(), 0)


def run(
    now: datetime | None = None, names: list[str] | None = None, most: int | None = None
) -> list[RuleOutcome]:
    """Carry out every rule, each by itself: one that fails is logged and hinders no other.

    Args:
        now: the moment for which is judged what is due.
        names: of rules; all if empty.
        most: rows by each rule, instead of what the rule says.
    """
    now = now or timezone.now()
    return [_record(_carry_out(rule, now, most or rule.most)) for rule in _chosen(names)]


def _chosen(names: list[str] | None) -> list[RetentionRule]:
    rules = list(registry.rules())
    return [rule for rule in rules if rule.name in names] if names else rules


def _carry_out(rule: RetentionRule, now: datetime, most: int) -> RuleOutcome:
    due = done = 0
    errors: list[str] = []
    try:
        due = rule.due(now).count()
        for keys in _batches(rule, now, most):
            done += _try(rule, now, keys, errors)
    except Exception as error:  # whatever broke, the other rules still hold
        _note(rule, error, errors)
    return RuleOutcome(rule, due, done, "; ".join(errors)[:300])


def _batches(rule: RetentionRule, now: datetime, most: int) -> Iterator[list[Any]]:
    if rule.carry_out is None:
        return
    keys = list(rule.due(now).order_by("pk").values_list("pk", flat=True)[:most])
    for start in range(0, len(keys), rule.together):
        yield keys[start : start + rule.together]


def _try(rule: RetentionRule, now: datetime, keys: list[Any], errors: list[str]) -> int:
    """Carry out a rule for some rows together, or one by one if that fails: one bad row keeps no other."""
    try:
        return _together(rule, now, keys)
    except Exception as error:  # of any app
        if len(keys) == 1:
            _note(rule, error, errors)
            return 0
    return sum(_try(rule, now, [key], errors) for key in keys)


@transaction.atomic
def _together(rule: RetentionRule, now: datetime, keys: list[Any]) -> int:
    due = rule.due(now)
    model = due.model
    # Locked by their keys alone: a rule may join or count, which PostgreSQL cannot lock. Who is at work on a
    # row is not waited for; the next night comes.
    rows = model._base_manager.filter(pk__in=keys).order_by("pk").select_for_update(skip_locked=True)
    free = list(rows.values_list("pk", flat=True))
    # Somebody may have come back to one in the meantime.
    still_due = list(rule.due(now).filter(pk__in=free).values_list("pk", flat=True))
    if still_due and rule.carry_out:
        # With the rule's own verbs, and not of a manager that leaves out what is due, such as tests of forms.
        rule.carry_out(type(due)(model).filter(pk__in=still_due))
    return len(still_due)


def _note(rule: RetentionRule, error: Exception, errors: list[str]) -> None:
    logger.error("Rule %s failed", rule.name, exc_info=error)
    errors.append(f"{type(error).__name__}: {error}")


def _record(outcome: RuleOutcome) -> RuleOutcome:
    RetentionRun.objects.create(
        rule=outcome.rule.name, due=outcome.due, done=outcome.done, error=outcome.error
    )
    return outcome
