"""Where decisions are on record: each app says which of its append-only rows are decisions of staff.

The log writes nothing of its own: it reads these rows together, as one list (`core.decision_log.listing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    CharField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject

from core.accounts.models import User
from core.checklists import DecisionStage
from core.decision_log.models import StageDecision
from core.phrases import StrOrPromise

NOTHING: Combinable = Value("", TextField())


def nobody_else(_reader: User) -> Q:
    """The condition of a source whose rows everybody with its permission may read."""
    return Q()


def as_it_stands(detail: str) -> str:
    return detail


@dataclass(frozen=True)
class Source:
    """A table whose rows are decisions.

    Args:
        code: of the source, `applications.applicationchange`.
        rows: all rows that are decisions of staff.
        permission: of those who may read them.
        noun: what was decided on, for the words of a decision.
        verbs: what may have been decided, by its code, in words.
        about: the model of what was decided on, `applications.application`.
        key: the column with its key.
        label: what it is called; searched.
        verb: the code of what was decided.
        at, by, reason: columns.
        detail: more to show, as text; searched.
        detail_words: puts the detail into words of the reader's language.
        readable: the condition of the rows that a person may read.
    """

    code: str
    rows: Callable[[], QuerySet[Any]]
    permission: str
    noun: StrOrPromise
    verbs: Callable[[], Mapping[str, StrOrPromise]]
    about: str
    key: str
    label: Combinable
    verb: Combinable = field(default_factory=lambda: F("to_status"))
    at: str = "at"
    by: str = "by"
    reason: str = "reason"
    detail: Combinable = NOTHING
    detail_words: Callable[[str], str] = as_it_stands
    readable: Callable[[User], Q] = nobody_else

    def rows_for(self, reader: User) -> QuerySet[Any]:
        """Return what a person may read of it, in the columns of the log (`listing.COLUMNS`)."""
        about = joined(Value(f"{self.about}:"), self.key) if self.about else F(self.key)
        rows = self.rows().filter(self.readable(reader)).order_by()
        columns: QuerySet[Any] = rows.annotate(
            log_id=joined(Value(f"{self.code}:"), "pk"),
            log_at=F(self.at),
            log_by=F(self.by),
            log_kind=joined(Value(f"{self.code}:"), self.verb),
            log_about=Cast(about, TextField()),
            log_label=_text(self.label),
            log_reason=_text(F(self.reason) if self.reason else NOTHING),
            log_detail=_text(self.detail),
        ).values_list(
            "log_id", "log_at", "log_by", "log_kind", "log_about", "log_label", "log_reason", "log_detail"
        )
        return columns


def _text(expression: Combinable | str) -> Combinable:
    return Coalesce(Cast(expression, TextField()), Value("", TextField()))


def joined(*parts: Combinable | str) -> Combinable:
    """Return columns and values one after the other, as text."""
    return Concat(*(_text(part) for part in parts), output_field=TextField())


def said_at(stage: DecisionStage, about: str, key: str = "target_id") -> Combinable:
    """Return what was unfinished when a stage began, and why it did, for a history of its own.

    Args:
        stage: begun once at most about each row.
        about: the model of the row, `applications.selection`.
        key: the column with its key.
    """
    row = Concat(Value(f"{about}:"), Cast(OuterRef(key), CharField()), output_field=CharField())
    begun = StageDecision.objects.filter(stage=stage.code, about=row).order_by("-pk")
    return Subquery(begun.annotate(said=UNFINISHED_THEN).values("said")[:1])


UNFINISHED_THEN = Cast(JSONObject(unfinished=F("unfinished"), reason=F("reason")), TextField())

SOURCES: dict[str, Source] = {}
# Append-only tables that are no decisions, with the reason.
NO_DECISIONS: dict[str, str] = {}


def register(*sources: Source, no_decisions: Mapping[str, str]) -> None:
    """Let the log read some tables, and say of others why it does not; called while Django starts."""
    SOURCES.update({source.code: source for source in sources})
    NO_DECISIONS.update(no_decisions)


def sources_for(reader: User) -> list[Source]:
    return [source for source in SOURCES.values() if reader.has_perm(source.permission)]


def source_of(kind: str) -> tuple[Source | None, str]:
    """Return the source and the verb of a kind of decision; no source where none has that code."""
    code, _colon, verb = kind.partition(":")
    return SOURCES.get(code), verb
