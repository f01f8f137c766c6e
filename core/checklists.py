"""What is unfinished before a stage begins: shown on the page of the decision, enforced by its action.

A line either blocks, where to continue would be wrong in any case, or lets whoever decides continue with a
reason. The page carries what it showed; an action that finds anything else refuses, and it is shown again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.phrases import StrOrPromise, labelled

_CHECKS: dict[str, ReadinessCheck] = {}
_STAGES: dict[str, DecisionStage] = {}


@dataclass(frozen=True)
class ReadinessCheck:
    """Something that a stage may find unfinished.

    Args:
        code: kept with the decision; never changes its meaning.
        words: an `ngettext_lazy` of `count`.
        is_blocking: whether nobody may continue.
    """

    code: str
    words: Promise
    is_blocking: bool = False

    def __post_init__(self) -> None:
        _CHECKS[self.code] = self

    def of(
        self, keys: Iterable[Any], *, address: str = "", details: Sequence[str] = ()
    ) -> list[UnfinishedLine]:
        """Return the line about some rows, by their keys; none without rows."""
        found = frozenset(str(key) for key in keys)
        return [UnfinishedLine(self, found, address, tuple(details))] if found else []


@dataclass(frozen=True)
class DecisionStage:
    """A stage that staff begin.

    Args:
        code: kept with the decision.
        words: what was done, for the log of decisions.
        permission: of those who may read that it was.
        has_history: whether a history of its own keeps it as well, which the log then reads instead.
    """

    code: str
    words: StrOrPromise
    permission: str
    has_history: bool = False

    def __post_init__(self) -> None:
        _STAGES[self.code] = self


@dataclass(frozen=True)
class UnfinishedLine:
    """A line of the list.

    Args:
        check: what it is.
        keys: of the rows, so that one that is unfinished since is told from those that were shown.
        address: of the list that shows them; "" without one.
        details: what there is to say of each.
    """

    check: ReadinessCheck
    keys: frozenset[str]
    address: str = ""
    details: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def is_blocking(self) -> bool:
        return self.check.is_blocking

    def __str__(self) -> str:
        return words_of(self.check.code, self.count)


@dataclass(frozen=True)
class Acceptance:
    """A person's word that a stage begins although something is unfinished.

    Args:
        reason: kept with the decision.
        seen: what the person's page showed (`shown`); None: whatever there is.
    """

    reason: str
    seen: str | None = None

    def covers(self, line: UnfinishedLine) -> bool:
        return self.seen is None or not is_new(line, self.seen)


class NotFinished(Exception):
    """Raised by an action when something is unfinished that blocks, or that nobody accepted."""

    def __init__(self, lines: Sequence[UnfinishedLine], opening: str) -> None:
        self.lines = list(lines)
        super().__init__(" ".join([opening, *(str(line) for line in lines)]))


def require_finished(lines: Sequence[UnfinishedLine], accepting: Acceptance | None) -> None:
    """Refuse to begin a stage, inside its action, unless all that is unfinished was accepted.

    Raises:
        NotFinished: something blocks, was not accepted, or was not yet to be seen.
    """
    if blocking := [line for line in lines if line.is_blocking]:
        raise NotFinished(blocking, _("This has to be finished first:"))
    if not lines:
        return
    if accepting is None or not accepting.reason.strip():
        raise NotFinished(lines, _("To continue, say why although this is unfinished:"))
    if new := [line for line in lines if not accepting.covers(line)]:
        raise NotFinished(new, _("Nothing was done. This is unfinished since you opened the page:"))


def shown(lines: Iterable[UnfinishedLine]) -> str:
    """Return what a page carries of the lines that it shows."""
    return json.dumps({line.check.code: sorted(line.keys) for line in lines}, separators=(",", ":"))


def is_new(line: UnfinishedLine, seen: str) -> bool:
    """Whether a line says something that a page, by what it carries, did not show."""
    return not line.keys <= _keys_seen(seen, line.check.code)


def _keys_seen(seen: str, code: str) -> frozenset[str]:
    try:
        keys = json.loads(seen)[code]
    except (ValueError, KeyError, TypeError, RecursionError):
        return frozenset()
    return frozenset(str(key) for key in keys) if isinstance(keys, list) else frozenset()


def words_of(code: str, count: int) -> str:
    """Return a line in words of the reader's language; a check that no longer exists by its code."""
    check = _CHECKS.get(code)
    return str(check.words % {"count": count}) if check else labelled(code, count)


def stages() -> Mapping[str, DecisionStage]:
    """Return all stages by their codes."""
    return _STAGES
