"""Whether a selection can stand: its candidates, its reserve list, the places that are left."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.enums import SelectionOutcome
from applications.models import Call, PilotRegion, Selection, SelectionEntry
from core.phrases import labelled


def check(selection: Selection) -> None:
    """Raise ValidationError, with every reason, where a selection cannot stand as it is."""
    entries = list(selection.entries.select_related("application"))
    errors = [*_wrong_candidates(entries), *_wrong_reserve(entries), *_too_many(selection, entries)]
    if not entries:
        errors.append(_("No application has an outcome yet."))
    if errors:
        raise ValidationError(errors)


def places_left(call: Call | None = None) -> int:
    """Return how many of the 30 places are free; with a call, not more than the call may still give."""
    left = PilotRegion.objects.places_left()
    if call is None or call.places is None:
        return left
    return min(left, call.places - PilotRegion.objects.active().filter(application__call=call).count())


def _wrong_candidates(entries: list[SelectionEntry]) -> list[Any]:
    return [
        _("%(reference)s is now “%(status)s” and cannot be given an outcome.")
        % {"reference": entry.application.reference, "status": entry.application.get_status_display()}
        for entry in entries
        if entry.application.status != entry.outcome and not entry.application.can_move(entry.outcome)
    ]


def _wrong_reserve(entries: list[SelectionEntry]) -> list[Any]:
    ranks = Counter(entry.rank for entry in entries if entry.outcome == SelectionOutcome.RESERVE)
    if sorted(ranks.elements(), key=lambda rank: rank or 0) == list(range(1, ranks.total() + 1)):
        return []
    return [_("Number the reserve list 1, 2, 3 and so on, using each number once.")]


def _too_many(selection: Selection, entries: list[SelectionEntry]) -> list[Any]:
    """Over all calls together, and in each call that has places of its own."""
    selected = [entry.application for entry in entries if entry.outcome == SelectionOutcome.SELECTED]
    errors = _over(len(selected), PilotRegion.objects.places_left())
    wanted = Counter(application.call_id for application in selected)
    for call in Call.objects.filter(pk__in=wanted, places__isnull=False):
        errors += [
            labelled(call, error) if selection.call_id is None else error
            for error in _over(wanted[call.pk], places_left(call))
        ]
    return errors


def _over(wanted: int, left: int) -> list[Any]:
    if wanted <= left:
        return []
    text = ngettext(
        "%(wanted)s applications are selected, but only %(left)s place is left.",
        "%(wanted)s applications are selected, but only %(left)s places are left.",
        left,
    )
    return [text % {"wanted": wanted, "left": left}]
