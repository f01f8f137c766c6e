"""Pages beside the board: the best portfolio under chosen limits, and scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Selection
from applications.selecting.actions.drafting import candidates_of
from applications.selecting.candidates import GroupNames, Profile, candidates_from, given_before, profiles
from applications.selecting.comparing import Portfolios, SelectionComparison
from applications.selecting.optimising import ask_for_best
from applications.selecting.rules import places_left
from applications.selecting.staff.limits import LimitsForm, LimitWords
from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.keys import keys_in
from core.known_types import known_as
from core.staff.pages import RowPage, StaffPage
from engine.portfolio import Limit, Places

# So many scenarios are offered, the newest first; so many stand side by side.
OFFERED, COMPARED = 60, 6


@dataclass
class BestPortfolio:
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


class ComparePage(StaffPage):
    """Selections of any status next to each other; whoever may see selections may compare them."""

    route, name = "compare/", "compare"
    title = gettext_lazy("Compare scenarios")
    template_name = "admin/applications/compare.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        keys = keys_in(request.GET.getlist("id"))
        selections = self.model_admin.get_queryset(request)
        offered = list(selections.filter(pk__in=keys).prefetch_related("entries"))
        chosen = sorted(offered, key=lambda row: keys.index(row.pk))[:COMPARED]
        return self.render(
            offered=selections[:OFFERED],
            chosen={row.pk for row in chosen},
            most=COMPARED,
            comparison=SelectionComparison(chosen, reader=person_at(request)) if chosen else None,
        )


class OptimisePage(RowPage[Selection]):
    """Asks for limits, answers with the best portfolio; nothing is saved."""

    route, name = "<int:pk>/optimise/", "optimise"
    template_name = "admin/applications/optimise.html"
    permission = "applications.propose_selection"

    def get_title(self) -> str:
        return _("Best portfolio: %(scenario)s") % {"scenario": self.row}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        selection, reader = self.row, person_at(request)
        rows, names = profiles(candidates_of(selection), reader=reader), GroupNames()
        form = LimitsForm(
            request.GET or None,
            targets=[selection],
            by=reader,
            rows=rows,
            given=given_before(reader=reader),
            names=names,
            left=places_left(selection.call),
        )
        is_asked = form.is_bound and form.is_valid()
        say = LimitWords(rows, names)
        return self.render(
            form=form,
            selection=selection,
            back_url=self.model_admin.url("board", selection.pk),
            unscored=sum(row.score is None for row in rows.values()),
            candidates=len(rows),
            **(_answered(selection, rows, form.limits(), say, reader) if is_asked else {}),
        )


def _answered(
    selection: Selection, rows: Mapping[int, Profile], limits: Sequence[Limit], say: LimitWords, reader: User
) -> dict[str, Any]:
    calculation = ask_for_best(candidates_from(rows), limits)
    if not calculation.is_done:
        return {"calculation": calculation}
    answer = _in_words(rows, limits, known_as(calculation.answer, dict), say)
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


def _in_words(
    rows: Mapping[int, Profile], limits: Sequence[Limit], found: Mapping[str, Any], say: LimitWords
) -> BestPortfolio:
    if found["keys"] is None:
        contradiction = [say(limits[place]) for place in found["contradiction"]]
        return BestPortfolio(contradiction=contradiction, is_out_of_time=found["is_out_of_time"])
    priced = [limits[price["limit"]] for price in found["prices"]]
    return BestPortfolio(
        keys=tuple(found["keys"]),
        points=_points(found["points"]),
        gap=_points(found["bound"] - found["points"]),
        is_proven=found["points"] == found["bound"],
        rows=[rows[key] for key in found["keys"]],
        prices=[
            {
                "limit": say(limits[price["limit"]]),
                "is_places": isinstance(limits[price["limit"]], Places),
                "points": _points(price["points"]),
                "added": _references(rows, price["added"]),
                "removed": _references(rows, price["removed"]),
                "is_proven": price["is_proven"],
            }
            for price in found["prices"]
        ],
        unpriced=[say(limit) for limit in limits if limit not in priced],
    )


def _references(rows: Mapping[int, Profile], keys: Sequence[int]) -> list[str]:
    return [rows[key].reference for key in keys if key in rows]


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100
