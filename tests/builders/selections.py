"""Selections at every stage, and the pilot regions that a confirmed one opens."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from applications.enums import SelectionOutcome
from applications.models import Application, Call, Selection
from applications.selecting.actions import confirming, lettering, selecting
from applications.selecting.intended import IntendedOutcome
from core.accounts.enums import Role
from core.accounts.models import User
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person, the_manager, the_second_manager


def drafted(call: Call, outcomes: Mapping[Application, str], *, by: User | None = None) -> Selection:
    """The draft of a selection; reserves are ranked in the order given."""
    by = by or person(Role.MANAGER)
    selection = selecting.start(call_id=call.pk, by=by, title="Selection")
    ranks = itertools.count(1)
    selecting.save_choices(
        selection_id=selection.pk,
        by=by,
        choices=[
            IntendedOutcome(
                application.pk, outcome, next(ranks) if outcome == SelectionOutcome.RESERVE else None
            )
            for application, outcome in outcomes.items()
        ],
    )
    return selection


def proposed(call: Call, outcomes: Mapping[Application, str], *, by: User | None = None) -> Selection:
    by = by or person(Role.MANAGER)
    selection = drafted(call, outcomes, by=by)
    selecting.propose(accepting=ALL_THE_SAME, selection_id=selection.pk, by=by, note="The best.")
    selection.refresh_from_db()
    return selection


def decided(outcomes: Mapping[Application, str]) -> Selection:
    """A selection of one call that a second person has confirmed; its letters are held."""
    call = next(iter(outcomes)).call
    selection = proposed(call, outcomes, by=the_manager())
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=the_second_manager())
    selection.refresh_from_db()
    return selection


def told(outcomes: Mapping[Application, str]) -> Selection:
    """A confirmed selection whose letters have been released."""
    selection = decided(outcomes)
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=the_manager())
    return selection


def fill_places(count: int) -> None:
    """Take the first places with regions of another call."""
    call = closed_call()
    told({eligible(call, title="Taken"): SelectionOutcome.SELECTED for _number in range(count)})


def undone_by_two(selection: Selection, *, reason: str = "Mistake.", by: User | None = None) -> Selection:
    """Undo a confirmed selection, which takes two persons."""
    confirming.ask_to_undo(selection_id=selection.pk, by=person(Role.MANAGER), reason=reason)
    confirming.undo(selection_id=selection.pk, by=by or person(Role.MANAGER), reason=reason)
    selection.refresh_from_db()
    return selection
