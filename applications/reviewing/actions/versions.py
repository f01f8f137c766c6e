"""Keeping what the criteria of a call are as a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from applications.models import Call, CriteriaVersion
from applications.reviewing.criteria_versions import CriterionValues, criteria_values, newest
from core.accounts.models import User


def keep_version(call: Call, *, by: User | None) -> None:
    """Keep what the criteria of a locked call are, unless the newest version says just that.

    Args:
        call: whose scoring has not begun.
        by: who changed them; None where the portal finds them so.
    """
    rows, last = criteria_values(call), newest(call)
    if rows != (last.content if last else []):
        add_version(call, rows, by=by)


def add_version(
    call: Call,
    rows: Sequence[CriterionValues],
    *,
    by: User | None,
    reason: str = "",
    is_after_scoring: bool = False,
    totals: Mapping[str, Sequence[str]] | None = None,
) -> CriteriaVersion:
    """Add a version of the criteria of a locked call; after scoring has begun, before any row is written."""
    last = newest(call)
    return CriteriaVersion.objects.create(
        call=call,
        number=last.number + 1 if last else 1,
        made_by=by,
        reason=reason,
        is_after_scoring=is_after_scoring,
        content=list(rows),
        totals=dict(totals or {}),
    )
