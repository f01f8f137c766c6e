"""What the ranking says of criteria and of places: mean scores, and who comes before whom in a call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Avg, OrderBy
from django.http import HttpRequest
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application, Call, Criterion, ReviewScore
from applications.reviewing.querysets import (
    ScoredApplication,
    Scores,
    criterion_mean,
    ranked_totals,
)
from core.accounts.models import User
from core.annotating import ReadWith
from core.export_columns import ExportColumn, nothing
from core.keys import is_key
from core.phrases import labelled

# Under which all columns of criteria are chosen together.
EACH_CRITERION = "each_criterion"


class Rank(NamedTuple):
    """A place in the ranking of a call, counted from 1; several with the same total share it."""

    number: int
    is_shared: bool

    def __str__(self) -> str:
        return _("=%(rank)s") % {"rank": self.number} if self.is_shared else str(self.number)


class Ranked(Scores):
    """With what `load_criteria` and `load_ranks` add.

    Attributes:
        criteria: each criterion with its mean score.
        rank: in the call; None without a total that the reader may see.
    """

    criteria: list[tuple[Criterion, float]]
    rank: Rank | None


RankedRow = ReadWith[Application, Ranked]


def points_in_words(application: ScoredApplication, value: Decimal | float | None) -> str:
    """Return points for a column; hidden from a reviewer who has not finished their own review."""
    if application.is_blind:
        return _("hidden")
    return "–" if value is None else floatformat(value, 1)


def load_criteria(applications: Iterable[RankedRow]) -> None:
    """Give each application `criteria`: pairs of criterion and mean score, in two queries for all.

    Where the totals are hidden, so are these.
    """
    applications = list(applications)
    shown = [application for application in applications if not application.is_blind]
    means = (
        ReviewScore.objects.filter(review__application__in=shown, review__total__isnull=False)
        .order_by()
        .values_list("review__application", "criterion")
        .annotate(Avg("score"))
    )
    criteria = Criterion.objects.in_bulk({criterion for _application, criterion, _mean in means})
    by_application: dict[int, list[tuple[Criterion, float]]] = defaultdict(list)
    for application, criterion, mean in means:
        by_application[application].append((criteria[criterion], float(mean)))
    for application in applications:
        pairs = by_application.get(application.pk, [])
        application.criteria = sorted(pairs, key=lambda pair: (pair[0].position, pair[0].pk))


def load_ranks(applications: Iterable[RankedRow], user: User) -> None:
    """Give each application its `rank` among all of its call, whatever the filters leave; one query for all.

    A total that is hidden from `user` has no part in it.
    """
    applications = list(applications)
    totals: dict[int, list[Decimal]] = defaultdict(list)
    own: dict[int, Decimal] = {}
    for call, key, total in ranked_totals({a.call_id for a in applications}, user):
        totals[call].append(total)
        own[key] = total
    places = {call: _places(all_of_it) for call, all_of_it in totals.items()}
    for application in applications:
        found = own.get(application.pk)
        application.rank = None if found is None else places[application.call_id][found]


def _places(totals: list[Decimal]) -> dict[Decimal, Rank]:
    """Return the rank that goes with each total."""
    places: dict[Decimal, Rank] = {}
    for number, total in enumerate(sorted(totals, reverse=True), start=1):
        places[total] = Rank(places[total].number, is_shared=True) if total in places else Rank(number, False)
    return places


def criterion_columns(request: HttpRequest) -> list[Callable[[RankedRow], str]]:
    """Return a column for each criterion of the call that the list is filtered to, or of all calls."""
    kept = request.__dict__
    if "criterion_columns" not in kept:
        call = request.GET.get("call__id__exact", "")
        criteria = Criterion.objects.select_related("call").order_by("call__number", "position", "pk")
        of_one = is_key(call)
        found = criteria.filter(call=int(call)) if of_one else criteria
        kept["criterion_columns"] = [_column(criterion, of_one) for criterion in found]
    columns: list[Callable[[RankedRow], str]] = kept["criterion_columns"]
    return columns


def _column(criterion: Criterion, is_alone: bool) -> Callable[[RankedRow], str]:
    title = _title(criterion, is_alone)
    mean = mean_of(criterion.pk)

    @admin.display(description=title, ordering=OrderBy(criterion_mean(criterion.pk), nulls_first=True))
    def column(application: RankedRow) -> str:
        return points_in_words(application, mean(application))

    column.__name__ = f"criterion_{criterion.pk}"
    told: Any = column
    told.choice, told.choice_title = EACH_CRITERION, gettext_lazy("A column for each criterion")
    return column


def criteria_of(calls: Iterable[Call], value: Any = lambda _key: nothing) -> list[ExportColumn]:
    """Return a column of an export for each criterion of some calls, in one query.

    Args:
        calls: if there are several, titles name them.
        value: returns what tells the mean score for the criterion with a key.
    """
    criteria = Criterion.objects.filter(call__in=calls).select_related("call")
    criteria = criteria.order_by("call__number", "position", "pk")
    is_alone = len({criterion.call_id for criterion in criteria}) == 1
    return [ExportColumn(_title(c, is_alone), value(c.pk), f"criterion.{c.pk}") for c in criteria]


def _title(criterion: Criterion, is_alone: bool) -> str:
    return str(criterion.title) if is_alone else labelled(criterion.call, criterion.title)


def mean_of(criterion_id: int) -> Callable[[RankedRow], float | None]:
    """Return what tells an application’s mean score for a criterion, once `load_criteria` has read it."""

    def mean(application: RankedRow) -> float | None:
        return next((mean for c, mean in application.criteria if c.pk == criterion_id), None)

    return mean
