"""Where apps register which personal data they hold: how these are copied, erased, and how long they stay."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.phrases import StrOrPromise
from core.privacy.durations import kept_in_words

# Rows that one rule changes in one night: the next night goes on with the rest.
MAX_IN_A_RUN = 2000
# Rows in one transaction.
TOGETHER = 200


class Fate(models.TextChoices):
    """What becomes of a column when the person's account is deleted."""

    ERASED = "erased", _("Deleted")
    NAMELESS = "nameless", _("Kept without a name")
    KEPT = "kept", _("Kept")


@dataclass(frozen=True)
class Holding:
    """One column by which a row belongs to a person: a key of a user, an e-mail address, or a text with both.

    Args:
        column: `app.Model.column`.
        shows: what the person's copy shows of each row, columns with blanks between; empty: not by itself.
        fate: what deleting the account does to it.
        why: why it is kept, or is not in the copy; needed for both.
        told_as: under which name it is in the copy if a function of the app writes it.
        lookup: how its rows are found; by the column itself if empty.
    """

    column: str
    shows: str
    fate: Fate
    why: StrOrPromise = ""
    told_as: str = ""
    lookup: str = ""

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.column.rpartition(".")[0])

    @property
    def name(self) -> str:
        return self.column.rpartition(".")[2]

    @property
    def is_by_address(self) -> bool:
        return not self.lookup and not self.model._meta.get_field(self.name).is_relation

    def rows(self, person: User) -> QuerySet[Any]:
        """Return the rows that belong to the person."""
        where = {f"{self.name}__iexact": person.email} if self.is_by_address else {self._relation: person}
        return self.model._base_manager.filter(**where).order_by("pk")

    @property
    def _relation(self) -> str:
        return self.lookup or self.name


class StoredFile(NamedTuple):
    """A file of the person for the copy: its place in the archive, and what opens it."""

    path: str
    open: Callable[[], Any]


@dataclass(frozen=True)
class RetentionRule:
    """How long some rows are kept, and what then happens to them.

    Args:
        name: for the command and the record of runs.
        what: which data, in words.
        kept: how long.
        since: from when that is counted, in words.
        happens: what happens then, in words.
        due: the rows of which it is true at a moment.
        carry_out: does it to some rows; None: staff decide.
        is_default: whether the time is ours and waits for the OECD to confirm it.
        most: how many rows in one run.
        together: how many rows in one transaction.
    """

    name: str
    what: StrOrPromise
    kept: timedelta
    since: StrOrPromise
    happens: StrOrPromise
    due: Callable[[datetime], QuerySet[Any]]
    carry_out: Callable[[Any], object] | None
    is_default: bool = True
    most: int = MAX_IN_A_RUN
    together: int = TOGETHER

    @property
    def kept_in_words(self) -> str:
        return kept_in_words(self.kept)


def _nothing(person: User) -> Iterable[Any]:
    return ()


class Hindered(Exception):
    """Raised by a part that finds, with its rows locked, why the account cannot be deleted.

    Args:
        reasons: each in a sentence.
    """

    def __init__(self, reasons: Iterable[StrOrPromise]) -> None:
        super().__init__()
        self.reasons = [str(words) for words in reasons]


@dataclass(frozen=True)
class HeldPart:
    """What one app registers.

    Args:
        holdings: its columns with personal data.
        tells: what the copy tells beside the columns, by name.
        files: the person's files.
        hindrances: why the account cannot be deleted now, each in a sentence.
        erase: takes the person out of the app's rows; may raise `Hindered`.
        letters: templates of e-mails whose text is a record, so that only the address goes.
        in_use: users whose account the app needs, so that it is not deleted for being idle.
        rules: how long its data are kept.
    """

    holdings: Sequence[Holding] = ()
    tells: Callable[[Any], Iterable[tuple[str, Any]]] = _nothing
    files: Callable[[Any], Iterable[StoredFile]] = _nothing
    hindrances: Callable[[Any], Iterable[StrOrPromise]] = _nothing
    erase: Callable[[Any], Any] = _nothing
    letters: Sequence[str] = ()
    in_use: Q = field(default_factory=Q)
    rules: Sequence[RetentionRule] = ()


_PARTS: list[HeldPart] = []


def register(part: HeldPart) -> None:
    """Add what an app holds; the parts are asked in the order in which they registered."""
    _PARTS.append(part)


def parts() -> Sequence[HeldPart]:
    return tuple(_PARTS)


def holdings() -> Iterator[Holding]:
    for part in _PARTS:
        yield from part.holdings


def rules() -> Iterator[RetentionRule]:
    for part in _PARTS:
        yield from part.rules


def letters() -> list[str]:
    """Return the templates of the e-mails whose text is a record."""
    return [template for part in _PARTS for template in part.letters]


def reasons_to_keep(*, but: Container[StrOrPromise] = ()) -> list[StrOrPromise]:
    """Return, each once, why something stays after an account is deleted.

    Args:
        but: reasons that are not wanted.
    """
    kept = (holding.why for holding in holdings() if holding.fate != Fate.ERASED and holding.why)
    return [why for why in dict.fromkeys(kept) if why not in but]


def hindrances(person: User) -> list[str]:
    """Return why the person's account cannot be deleted now; empty if it can."""
    return [str(words) for part in _PARTS for words in part.hindrances(person)]
