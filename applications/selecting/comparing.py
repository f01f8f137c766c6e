"""Scenarios side by side: how many places, how many points, and how balanced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from applications.enums import PILOT_PLACES, SelectionOutcome
from applications.models import Application, PilotRegion, Selection, SelectionEntry
from applications.reviewing.querysets import with_scores
from applications.selecting.candidates import FAMILIES, GroupNames, Profile, count_groups, profiles
from core.accounts.models import User
from engine.portfolio.problem import Group


@dataclass(frozen=True)
class PortfolioSum:
    """What a choice of applications comes to; points and lowest are None while a score is hidden."""

    count: int
    taken: int
    points: Decimal | None
    lowest: Decimal | None
    unscored: int

    places: int = PILOT_PLACES

    @property
    def in_all(self) -> int:
        """Places used of all, with those that were given before."""
        return self.count + self.taken


@dataclass(frozen=True)
class Share:
    """How many count for a group: of the choice, and with those that have a place already."""

    name: str
    chosen: int
    in_all: int


class Portfolios:
    """Everything that pages say about choices, read once; the choices come as keys of applications."""

    def __init__(self, keys: Iterable[int], *, reader: User) -> None:
        self._taken = set(PilotRegion.objects.active().values_list("application", flat=True))
        asked = Application.objects.filter(pk__in={*keys, *self._taken})
        self._profiles = profiles(asked, reader=reader)
        self._hidden = set(with_scores(asked, reader).filter(is_blind=True).values_list("pk", flat=True))
        self._names = GroupNames()

    def profile(self, key: int) -> Profile | None:
        return self._profiles.get(key)

    def sum_of(self, keys: Iterable[int]) -> PortfolioSum:
        chosen = {key for key in keys if key in self._profiles}
        scores = [self._profiles[key].score for key in chosen]
        known = [score for score in scores if score is not None]
        is_hidden = bool(chosen & self._hidden)
        return PortfolioSum(
            count=len(chosen),
            taken=len(self._taken - chosen),
            points=None if is_hidden else _points(sum(known)),
            lowest=None if is_hidden or not known else _points(min(known)),
            unscored=len(scores) - len(known),
        )

    def balance(self, keys: Iterable[int]) -> list[tuple[Any, list[Share]]]:
        """Return, for each family, the shares of its groups, the largest first."""
        return [
            (title, [Share(name, counts[0], in_all) for name, in_all, counts in rows])
            for title, rows in self.side_by_side([keys])
        ]

    def side_by_side(self, choices: Sequence[Iterable[int]]) -> list[tuple[Any, list[tuple]]]:
        """Return, for each family, rows of name, count with those that have a place, count in each choice."""
        chosen = [[self._profiles[key] for key in keys if key in self._profiles] for keys in choices]
        everybody = self._taken.union(*choices)
        whole = [self._profiles[key] for key in everybody if key in self._profiles]
        return [(title, self._rows(family, chosen, whole)) for family, title in FAMILIES.items()]

    def _rows(self, family: str, chosen: list[list[Profile]], whole: list[Profile]) -> list[tuple]:
        counts = [count_groups(rows, family) for rows in chosen]
        in_all = count_groups(whole, family)
        groups: list[Group] = [group for group in in_all if any(count[group] for count in counts)]
        rows = [(self._names[group], in_all[group], [count[group] for count in counts]) for group in groups]
        return sorted(rows, key=lambda row: (-max(row[2]), row[0]))


@dataclass(frozen=True)
class ComparedSelection:
    selection: Selection
    sum: PortfolioSum
    reserve: int


class SelectionComparison:
    """Selections of any status next to each other."""

    def __init__(self, selections: Sequence[Selection], *, reader: User) -> None:
        entries = [{entry.application_id: entry for entry in row.entries.all()} for row in selections]
        chosen = [_selected(row) for row in entries]
        listed = {key for row in entries for key, entry in row.items() if _is_listed(entry)}
        self._portfolios = Portfolios(listed, reader=reader)
        self.columns = [
            ComparedSelection(
                selection,
                self._portfolios.sum_of(keys),
                sum(entry.outcome == SelectionOutcome.RESERVE for entry in row.values()),
            )
            for selection, keys, row in zip(selections, chosen, entries, strict=True)
        ]
        self.balance = self._portfolios.side_by_side(chosen)
        self.rows = self._rows(listed, entries)
        self.places = PILOT_PLACES

    def _rows(
        self, listed: set[int], entries: Sequence[Mapping[int, SelectionEntry]]
    ) -> list[dict[str, Any]]:
        rows = []
        for key in listed:
            if profile := self._portfolios.profile(key):
                cells = [row.get(key) for row in entries]
                is_same = len({(c.outcome, c.rank) if c else None for c in cells}) == 1
                score = None if profile.score is None else _points(profile.score)
                rows.append({"key": key, "profile": profile, "score": score, "cells": cells, "same": is_same})
        return sorted(
            rows, key=lambda row: (row["same"], -(row["profile"].score or 0), row["profile"].reference)
        )


def _selected(entries: Mapping[int, SelectionEntry]) -> set[int]:
    return {key for key, entry in entries.items() if entry.outcome == SelectionOutcome.SELECTED}


def _is_listed(entry: SelectionEntry) -> bool:
    return entry.outcome in (SelectionOutcome.SELECTED, SelectionOutcome.RESERVE)


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100
