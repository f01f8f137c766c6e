"""Regions that differ in nothing but their names: what can be said of all of them at once is asked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from engine.problem.criteria import Instance
from engine.search.calendar import Calendar
from engine.search.pricing import Goal
from engine.search.teams import Block, TeamTable

Firsts = tuple[int, ...]  # the first region that is like each one, itself if none before it is


def alike(instance: Instance, calendar: Calendar, tables: Sequence[TeamTable]) -> Firsts:
    """Return which regions take the same half-days and have the same teams, scores and changes."""
    seen: dict[Any, list[int]] = {}
    for table in tables:
        asked = instance.problem.regions[table.index]
        told = tuple(getattr(asked, each.name) for each in fields(asked) if each.name != "id")
        seen.setdefault((told, table.count()), []).append(table.index)
    firsts = list(range(len(tables)))
    for regions in seen.values():
        for place, region in enumerate(regions):
            same = (other for other in regions[:place] if firsts[other] == other)
            firsts[region] = next(
                (other for other in same if _same(calendar, tables[other], tables[region])), region
            )
    return tuple(firsts)


def alike_under(goal: Goal, firsts: Firsts) -> Firsts:
    """Return the same where a goal asks the same of both; marks tell all regions apart."""
    if goal.marks is not None:
        return tuple(range(len(firsts)))
    asked: dict[Any, int] = {}
    pairs: dict[int, list[tuple[int, bool]]] = {}
    for (region, expert), together in goal.pairs.items():
        pairs.setdefault(region, []).append((expert, together))
    return tuple(
        asked.setdefault(
            (first, goal.floors[region], goal.ceilings.get(region), tuple(sorted(pairs.get(region, ())))),
            region,
        )
        for region, first in enumerate(firsts)
    )


def _same(calendar: Calendar, one: TeamTable, other: TeamTable) -> bool:
    if one.everyone is not None or other.everyone is not None or len(one.blocks) != len(other.blocks):
        return False
    if not np.array_equal(calendar.shares[one.index], calendar.shares[other.index]):
        return False
    at, there = one.criteria.candidates, other.criteria.candidates
    return all(
        np.array_equal(at[mine.leads], there[theirs.leads])
        and np.array_equal(at[mine.tails], there[theirs.tails])
        and np.array_equal(mine.scores, theirs.scores)
        and _same_changes(mine, theirs)
        for mine, theirs in zip(one.blocks, other.blocks, strict=True)
    )


def _same_changes(one: Block, other: Block) -> bool:
    if one.changes is None or other.changes is None:
        return one.changes is other.changes
    return np.array_equal(one.changes, other.changes)
