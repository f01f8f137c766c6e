"""Pages beside the board: the best portfolio under chosen limits, and scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from applications.actions.selecting import candidates_of
from applications.admin.limits import LimitsForm, LimitWords
from applications.candidates import GroupNames, Profile, as_candidates, given_before, profiles
from applications.comparing import Comparison, Portfolios
from applications.models import Selection
from applications.standing import places_left
from engine.portfolio import (
    Clock,
    Limit,
    OutOfTime,
    Places,
    Portfolio,
    Price,
    best,
    contradiction,
    prices,
)
from impact.keys import keys_in

# The page is answered within this; what is not proven by then is said to be so.
SECONDS = 10.0
# So many scenarios are offered, the newest first; so many stand side by side.
OFFERED, COMPARED = 60, 6


@dataclass
class Answer:
    """What the optimiser found, in words; `keys` is None where nothing keeps all limits."""

    keys: tuple[int, ...] | None = None
    points: Decimal = Decimal(0)
    gap: Decimal = Decimal(0)
    is_proven: bool = False
    is_out_of_time: bool = False
    rows: list[Profile] = field(default_factory=list)
    prices: list[dict[str, Any]] = field(default_factory=list)
    unpriced: list[str] = field(default_factory=list)
    contradiction: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class PortfolioPagesMixin:
    """Adds both pages to the admin of selections; neither changes anything."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("compare/", view(self.compare_view), name="applications_selection_compare"),
            path("<int:pk>/optimise/", view(self.optimise_view), name="applications_selection_optimise"),
            *super().get_urls(),
        ]

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Selections of any status next to each other; whoever may see selections may compare them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        keys = keys_in(request.GET.getlist("id"))
        offered = list(self.get_queryset(request).filter(pk__in=keys).prefetch_related("entries"))
        chosen = sorted(offered, key=lambda row: keys.index(row.pk))[:COMPARED]
        comparison = Comparison(chosen, reader=request.user) if chosen else None
        context = {
            "title": _("Compare scenarios"),
            "offered": self.get_queryset(request)[:OFFERED],
            "chosen": {row.pk for row in chosen},
            "most": COMPARED,
            "comparison": comparison,
        }
        return self._page_of(request, "admin/applications/compare.html", context)

    def optimise_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for limits, answer with the best portfolio; nothing is saved."""
        selection = self.get_object(request, str(pk))
        if selection is None:
            raise Http404
        if not request.user.has_perm("applications.propose_selection"):
            raise PermissionDenied
        rows, names = profiles(candidates_of(selection), reader=request.user), GroupNames()
        form = LimitsForm(
            request.GET or None,
            targets=[selection],
            by=request.user,
            rows=rows,
            given=given_before(reader=request.user),
            names=names,
            left=places_left(selection.call),
        )
        context = {
            "title": _("Best portfolio: %(scenario)s") % {"scenario": selection},
            "selection": selection,
            "form": form,
            "back_url": reverse("admin:applications_selection_board", args=[pk]),
            "unscored": sum(row.score is None for row in rows.values()),
            "candidates": len(rows),
        }
        if form.is_bound and form.is_valid():
            context |= _answered(selection, rows, form.limits(), LimitWords(rows, names), request.user)
        return self._page_of(request, "admin/applications/optimise.html", context)


def _answered(
    selection: Selection, rows: Mapping[int, Profile], limits: Sequence[Limit], say: LimitWords, reader: Any
) -> dict[str, Any]:
    answer = _solve(rows, limits, say)
    context: dict[str, Any] = {"answer": answer}
    if answer.keys is not None:
        now = set(selection.entries.selected().values_list("application", flat=True))
        answer.added = _references(rows, [key for key in answer.keys if key not in now])
        answer.removed = _references(rows, [key for key in now if key not in answer.keys])
        portfolios = Portfolios({*answer.keys, *now}, reader=reader)
        context |= {
            "sums": [(_("Proposed"), portfolios.sum_of(answer.keys)), (_("Now"), portfolios.sum_of(now))],
            "balance": portfolios.side_by_side([answer.keys, now]),
            "try_query": urlencode(
                {
                    "try": ",".join(str(key) for key in answer.keys),
                    "note": _("Best portfolio with: %(limits)s.") % {"limits": "; ".join(map(say, limits))},
                }
            ),
        }
    return context


def _solve(rows: Mapping[int, Profile], limits: Sequence[Limit], say: LimitWords) -> Answer:
    candidates, clock = as_candidates(rows), Clock(SECONDS)
    try:
        found = best(candidates, limits, clock)
        if found is None:
            return Answer(contradiction=[say(limit) for limit in contradiction(candidates, limits, clock)])
    except OutOfTime:
        return Answer(is_out_of_time=True)
    priced = prices(candidates, limits, found, clock)
    return _in_words(rows, limits, found, priced, say)


def _in_words(
    rows: Mapping[int, Profile],
    limits: Sequence[Limit],
    found: Portfolio,
    priced: Sequence[Price],
    say: LimitWords,
) -> Answer:
    return Answer(
        keys=found.keys,
        points=_points(found.points),
        gap=_points(found.bound - found.points),
        is_proven=found.is_proven,
        rows=[rows[key] for key in found.keys],
        prices=[
            {
                "limit": say(price.limit),
                "is_places": isinstance(price.limit, Places),
                "points": _points(price.points),
                "added": _references(rows, price.added),
                "removed": _references(rows, price.removed),
                "is_proven": price.is_proven and found.is_proven,
            }
            for price in priced
        ],
        unpriced=[say(limit) for limit in limits if limit not in {price.limit for price in priced}],
    )


def _references(rows: Mapping[int, Profile], keys: Sequence[int]) -> list[str]:
    return [rows[key].reference for key in keys if key in rows]


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100
