"""How a status changes: one table of allowed moves, one row in an append-only history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from core.accounts.models import User


class IllegalMove(Exception):
    """Raised when the present status does not allow the move; nothing was written."""

    def __init__(self, row: HasStatus, to: str) -> None:
        self.row, self.to = row, to
        super().__init__(f"{row!r} may not move from {row.status} to {to}")


class NotAllowed(Exception):
    """Raised by an action when the person may not do it; nothing was written."""


def require(by: User, permission: str) -> None:
    """Raise NotAllowed unless the person has the permission."""
    if not by.has_perm(permission):
        raise NotAllowed


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Return the triggers by which PostgreSQL itself refuses to change or delete a row.

    Args:
        name: unique among the triggers of the table.
    """
    return [pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)]


def keep_versions(*tracked: type[HasHistory]) -> None:
    """Let PostgreSQL refuse to change or delete the versions that `HistoricalRecords` keeps of models."""
    for model in tracked:
        versions = model.history.model
        pgtrigger.register(*append_only(f"{versions._meta.model_name}_append_only"))(versions)


def say_who_writes(row: Any, *, by: User, reason: str = "") -> None:
    """Let the version that simple-history keeps of the next save name the person and the reason.

    Args:
        row: its model has `HistoricalRecords`, which look for both on the row.
        by: the person.
        reason: at most 100 characters of it are kept.
    """
    row._history_user, row._change_reason = by, reason[:100] or None


class HasHistory(Protocol):
    """A model of which `HistoricalRecords` keeps versions."""

    history: Any


class StatusChange(models.Model):
    """Who moved something from one status to another, when and why; never edited."""

    from_status = models.CharField(_("from"), max_length=20, blank=True)
    to_status = models.CharField(_("to"), max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.in_words(self.from_status)} → {self.in_words(self.to_status)}"

    def in_words(self, status: str) -> str:
        """Return a status as people read it; a code that no longer means anything stays as it is."""
        history: Any = type(self)  # of a subclass, which has a target
        target = history._meta.get_field("target").related_model
        return str(dict(target._meta.get_field("status").flatchoices).get(status, status))


class HasStatus(models.Model):
    """Something with a status, a table of allowed moves and a `changes` history.

    A subclass sets `ALLOWED_MOVES` (status → statuses that may follow), `status`, and a
    `StatusChange` subclass whose foreign key `target` has the related name `changes`.
    """

    ALLOWED_MOVES: Mapping[Any, frozenset[Any]] = {}
    status: models.CharField[Any, Any]
    changes: models.Manager[Any]

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def get_status_display(self) -> str: ...

    def can_move(self, to: str) -> bool:
        return to in self.ALLOWED_MOVES.get(self.status, frozenset())


def move(row: HasStatus, to: str, *, by: User | None, reason: str = "", also: Sequence[str] = ()) -> None:
    """Change the status of a locked row and write its history; both or neither.

    Args:
        row: a `HasStatus` row, locked by the calling action in its transaction.
        to: the new status.
        by: the person, or None for the public and for the clock.
        reason: in the person's words; may be empty.
        also: further fields to save in the same statement, where a constraint ties them to the status.

    Raises:
        IllegalMove: `ALLOWED_MOVES` forbids it; nothing is written.
    """
    if not row.can_move(to):
        raise IllegalMove(row, to)
    before, row.status = row.status, to
    row.save(update_fields=["status", *also])
    row.changes.create(from_status=before, to_status=to, by=by, reason=reason)
