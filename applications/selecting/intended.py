"""What a scenario means for each application, and what several rows at once make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from applications.enums import SelectionOutcome
from applications.models import Selection, SelectionEntry
from core.sections.merging import digests


class IntendedOutcome(NamedTuple):
    """What is meant for one application.

    Args:
        application_id: a candidate of the selection.
        outcome: a SelectionOutcome, or "" while undecided.
        rank: place on the reserve list, from 1; None elsewhere.
        reason: kept with the outcome.
    """

    application_id: int
    outcome: str
    rank: int | None = None
    reason: str = ""


Choices = Mapping[int, IntendedOutcome]


def tidied(choice: IntendedOutcome) -> IntendedOutcome:
    """Return a choice as it is kept: only reserves have a rank, and what is undecided needs no reason."""
    rank = choice.rank if choice.outcome == SelectionOutcome.RESERVE else None
    return choice._replace(rank=rank, reason=choice.reason.strip() if choice.outcome else "")


def undecided(application_id: int) -> IntendedOutcome:
    return IntendedOutcome(application_id, "")


def choice_of(entry: SelectionEntry) -> IntendedOutcome:
    return IntendedOutcome(entry.application_id, entry.outcome, entry.rank, entry.reason)


def saved_in(selection: Selection) -> dict[int, IntendedOutcome]:
    """Return what a selection holds, by application; who is undecided is not in it."""
    return {entry.application_id: choice_of(entry) for entry in selection.entries.all()}


def cells_of(choices: Iterable[IntendedOutcome]) -> dict[str, Any]:
    """Return choices as cells, so that two people's are merged as answers of a form are; None: undecided."""
    return {str(c.application_id): list(c[1:]) if c.outcome else None for c in choices}


def base_of(choices: Iterable[IntendedOutcome]) -> dict[str, str]:
    """Return on which choices a board was opened, as it carries them."""
    return digests(cells_of(choices))


def with_outcome(choices: Choices, keys: Iterable[int], outcome: str, *, reason: str = "") -> Choices:
    """Give some applications one outcome; without a reason of its own each keeps the one that it has."""
    changed = {key: choices.get(key, undecided(key)) for key in keys}
    given = {key: c._replace(outcome=outcome, reason=reason or c.reason) for key, c in changed.items()}
    return {**choices, **given}


def undecided_among(choices: Choices, keys: Iterable[int]) -> list[int]:
    """Return those of some applications that have no outcome yet, in their order."""
    return [key for key in keys if not choices.get(key, undecided(key)).outcome]


def reserve_of(choices: Choices, by_score: Sequence[int]) -> list[int]:
    """Return the reserve list in its order; without a number one comes last, the best score first."""
    place = {key: number for number, key in enumerate(by_score)}
    on_it = [c for c in choices.values() if c.outcome == SelectionOutcome.RESERVE]
    last = len(place)
    key_of = [
        (c.rank is None, c.rank or 0, place.get(c.application_id, last), c.application_id) for c in on_it
    ]
    return [key for *_order, key in sorted(key_of)]


def numbered(choices: Choices, order: Iterable[int]) -> Choices:
    """Number the reserve list 1, 2, 3 and so on, in this order."""
    ranks = {key: choices[key]._replace(rank=number) for number, key in enumerate(order, 1)}
    return {**choices, **ranks}


def newcomers_numbered(choices: Choices, by_score: Sequence[int]) -> Choices:
    """Give those on the reserve list who have no number the next ones; all others keep theirs."""
    order = reserve_of(choices, by_score)
    last = max((choices[key].rank or 0 for key in order), default=0)
    new = [key for key in order if choices[key].rank is None]
    ranks = {key: choices[key]._replace(rank=last + number) for number, key in enumerate(new, 1)}
    return {**choices, **ranks}


def moved(order: Sequence[int], key: int, by: int) -> list[int]:
    """Return an order in which one is moved by some places, towards the end or, below 0, the beginning."""
    if key not in order:
        return list(order)
    at, rest = order.index(key), [other for other in order if other != key]
    to = min(max(at + by, 0), len(rest))
    return [*rest[:to], key, *rest[to:]]
