"""Replacing the criteria of a call by those of a table: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Call, Criterion, ReviewScore
from applications.reviewing.criteria import fingerprint
from core.accounts.models import User
from core.history import NotAllowed, require, say_who_writes

PERMISSION = "applications.change_criterion"


def is_scoring_begun(call: Call) -> bool:
    """Whether a reviewer has written on a score sheet of the call: other criteria would not fit it."""
    return ReviewScore.objects.filter(criterion__call=call).exists()


class CriteriaHaveChanged(Exception):
    """Raised when the criteria that would be replaced are no longer those that the person saw."""


@transaction.atomic
def replace_criteria(
    *, call_id: int, by: User, rows: Sequence[Mapping[str, Any]], source: str, seen: str
) -> int:
    """Give a call exactly these criteria, in this order; each change is kept as a version.

    Args:
        call_id: its criteria are matched by their code.
        by: the person, kept with each version.
        rows: values of the fields, as `applications.reviewing.criteria.read` returns them.
        source: the name of the file, kept with each version.
        seen: fingerprint of the criteria that the person saw beside the new ones.

    Returns:
        How many criteria the call has now.

    Raises:
        NotAllowed: the person may not, or scoring has begun.
        CriteriaHaveChanged: somebody has changed, added or removed one since; nothing is written.
    """
    require(by, PERMISSION)
    call = Call.objects.select_for_update().get(pk=call_id)
    if is_scoring_begun(call):
        raise NotAllowed(_("Reviewers have begun to score: the criteria of this call are fixed."))
    if seen != fingerprint(call.criteria.all()):
        raise CriteriaHaveChanged
    present = {criterion.code: criterion for criterion in call.criteria.all()}
    for position, row in enumerate(rows):
        criterion = present.pop(row["code"], None) or Criterion(call=call, code=row["code"])
        _write(criterion, {**row, "position": position, "is_default": False}, by, source)
    for criterion in present.values():
        say_who_writes(criterion, by=by, reason=source)
        criterion.delete()
    return len(rows)


def _write(criterion: Criterion, values: Mapping[str, Any], by: User, source: str) -> None:
    if criterion.pk and all(getattr(criterion, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(criterion, name, value)
    say_who_writes(criterion, by=by, reason=source)
    criterion.save()
