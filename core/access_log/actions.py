"""Putting on record who saw what, in the request that shows it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model

from core.access_log.enums import AccessKind
from core.access_log.models import Access
from core.access_log.querysets import key_of
from core.accounts.models import User


def record(
    *, by: User, kind: AccessKind, target: Model | None = None, label: str = "", detail: str = ""
) -> None:
    """Put one opening, download or export on record; one insert.

    Args:
        by: the person at the screen.
        kind: what was done.
        target: the row that was seen; None for a list.
        label: what it is called, if the target's own name does not say it.
        detail: which version, which file, which filters.
    """
    _entry(by, kind, target, label, detail).save(force_insert=True)


def record_many(*, by: User, kind: AccessKind, targets: Iterable[Model], detail: str = "") -> None:
    """Put the same on record for many rows; one insert."""
    Access.objects.bulk_create(_entry(by, kind, target, "", detail) for target in targets)


def _entry(by: User, kind: AccessKind, target: Model | None, label: str, detail: str) -> Access:
    return Access(
        by=by,
        kind=kind,
        about=key_of(target) if target is not None else "",
        label=(label or str(target))[:200],
        detail=detail[:500],
    )
