"""How far the applications of each call have come: stages, each a number with the list behind it.

What hangs on a call above this app, such as teams, registers stages of its own, which then follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import DECIDED_STATUSES, ApplicationStatus, CallState
from applications.models import Application, Call, Review
from applications.querysets.application import held_letter_about
from core.accounts.models import User
from core.charts import Chart, chart
from core.counts import CountedRows
from core.phrases import StrOrPromise, labelled

# Shown on the home page: the latest of those that have opened.
CALLS_SHOWN = 3
DRAFTS = "drafts"

Numbers = QuerySet[Any, dict[str, Any]]


@dataclass(frozen=True)
class Stages:
    """Stages that one query counts.

    Args:
        labels: by code, in the order of the way.
        permission: what it takes to see the numbers, and the lists behind them.
        count: returns rows with the key of a `call`, of those given, and the number of each code.
        address: the list with as many rows, of a call's key and a code; empty where there is none.
    """

    labels: Mapping[str, StrOrPromise]
    permission: str
    count: Callable[[Collection[int]], Numbers]
    address: Callable[[int, str], str]


def conditions() -> dict[str, Q]:
    """Return which applications have come how far, by stage; those withdrawn are nowhere."""
    is_past_review = Q(status__in=[ApplicationStatus.ELIGIBLE, *DECIDED_STATUSES])
    is_decided = Q(status__in=DECIDED_STATUSES)
    return {
        "submitted": ~Q(status__in=[ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN]),
        "screened": is_past_review | Q(status=ApplicationStatus.INELIGIBLE),
        "reviewed": is_past_review & Q(_has_all_reviews()),
        "decided": is_decided,
        "told": is_decided & ~Q(held_letter_about("pk")),
    }


LABELS: dict[str, StrOrPromise] = {
    "submitted": _("Submitted"),
    "screened": _("Screened"),
    "reviewed": _("Reviewed"),
    "decided": _("Decided"),
    "told": _("Told of the outcome"),
}


def _has_all_reviews() -> GreaterThanOrEqual:
    final = Review.objects.final().filter(application=OuterRef("pk")).order_by().values("application")
    done = Subquery(final.annotate(done=Count("pk")).values("done"), output_field=IntegerField())
    return GreaterThanOrEqual(Coalesce(done, 0), F("call__reviews_wanted"))


def _count(calls: Collection[int]) -> Numbers:
    counted = {code: Count("pk", filter=condition) for code, condition in conditions().items()}
    counted[DRAFTS] = Count("pk", filter=Q(status=ApplicationStatus.DRAFT))
    return Application.objects.filter(call__in=calls).order_by().values("call").annotate(**counted)


def _address(call: int, code: str) -> str:
    # Nobody but its members sees a draft.
    if code == DRAFTS:
        return ""
    return f"{reverse('admin:applications_application_changelist')}?call__id__exact={call}&stage={code}"


_ALL = [
    Stages({DRAFTS: _("Drafts"), **LABELS}, "applications.view_application", _count, _address),
]


def register(stages: Stages) -> None:
    """Let stages follow those of the applications; called while Django starts."""
    _ALL.append(stages)


class Way:
    """The stages of some calls, as far as a person may see the numbers.

    Attributes:
        counts: what `charts` needs, to be counted together with others; empty without the right.
    """

    def __init__(self, calls: Collection[Call], user: User) -> None:
        self._calls = calls
        keys = [call.pk for call in calls]
        self._found = [(stages, CountedRows(stages.count(keys))) for stages in _seen_by(user)] if keys else []
        self.counts = [table for _stages, table in self._found]

    @classmethod
    def of_latest(cls, calls: Collection[Call], user: User) -> Way:
        """Return that of the last calls that have opened."""
        opened = [call for call in calls if call.state != CallState.COMING]
        return cls(sorted(opened, key=lambda call: -call.number)[:CALLS_SHOWN], user)

    def charts(self) -> list[Chart]:
        """Return a chart of each call; none without the right."""
        return [self._chart(call) for call in self._calls] if self._found else []

    def _chart(self, call: Call) -> Chart:
        bars = [
            (label, _number(table, call, code), stages.address(call.pk, code))
            for stages, table in self._found
            for code, label in stages.labels.items()
        ]
        return chart(
            f"stages-{call.pk}",
            labelled(call, CallState(call.state).label),
            _("Stage"),
            bars,
            unit=_("Applications"),
            note=_("Drafts are visible to their applicants only. Withdrawn applications are left out."),
        )


def _number(table: CountedRows, call: Call, code: str) -> int:
    return next((row[code] for row in table.rows if row["call"] == call.pk), 0)


def _seen_by(user: User) -> list[Stages]:
    # Whoever sees no applications sees no way of theirs either.
    return [row for row in _ALL if user.has_perm(_ALL[0].permission) and user.has_perm(row.permission)]
