"""What other criteria would do to a call that is being scored, and what forbids them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.enums import OPEN_REVIEWS, ApplicationStatus, ReviewStatus, SelectionStatus
from applications.models import Application, Call, Review, ReviewScore, Selection
from applications.reviewing.criteria_versions import (
    CriteriaChange,
    CriterionValues,
    criteria_values,
    differences,
    title_of,
    words_on_orphans,
)
from applications.reviewing.ranking import Mark, weighted_total
from core.accounts.models import User

# More lines than that nobody reads; how many there are is said.
MOVES_SHOWN = 100


class Sheet(NamedTuple):
    """A final review, with its scores by the code of the criterion."""

    review_id: int
    application_id: int
    total: Decimal
    scores: dict[str, int]


class Standing(NamedTuple):
    """Where an application stands: its mean total, its rank from 1, whether a mean is below a threshold."""

    mean: Fraction
    rank: int
    is_low: bool

    @property
    def points(self) -> float:
        return float(self.mean)


class Move(NamedTuple):
    """An application that would stand elsewhere."""

    reference: str
    before: Standing
    after: Standing


@dataclass(frozen=True)
class Consequences:
    """What a change would do, for whoever is about to make it.

    Args:
        changes: what differs.
        refusals: why it cannot be made; then nothing is said of the ranking.
        notes: what else is to be known.
        moves: applications whose points, rank or flag would change, by their new rank; at most so many.
        moved, ranked: how many would, of how many.
        hidden: how many are left out, whose points the reader must not see yet.
    """

    changes: list[CriteriaChange]
    refusals: list[str]
    notes: list[str]
    moves: list[Move] = field(default_factory=list)
    moved: int = 0
    ranked: int = 0
    hidden: int = 0

    @property
    def left_out(self) -> int:
        return self.moved - len(self.moves)


def final_sheets(call: Call) -> list[Sheet]:
    """Return all final reviews of a call, in one query."""
    rows = (
        ReviewScore.objects.filter(
            review__status=ReviewStatus.SUBMITTED, review__application__call=call, score__isnull=False
        )
        .order_by("review")
        .values_list("review", "review__application", "review__total", "criterion__code", "score")
    )
    found: dict[int, Sheet] = {}
    for review, application, total, code, score in rows:
        # A final review has a total.
        assert total is not None
        assert score is not None
        found.setdefault(review, Sheet(review, application, total, {})).scores[code] = score
    return list(found.values())


def total_under(sheet: Sheet, rows: Sequence[CriterionValues]) -> Decimal:
    """Return what a final review comes to, in points of 100, under criteria that are all scored in it."""
    return weighted_total(Mark(sheet.scores[row["code"]], row["max_score"], row["weight"]) for row in rows)


def consequences(call: Call, rows: Sequence[CriterionValues], *, reader: User) -> Consequences:
    """Return what it would do to give a call these criteria in place of those that it has.

    Args:
        call: that is being scored.
        rows: all criteria, in their order.
        reader: sees no points of an application of which they have a review to finish.
    """
    now = criteria_values(call)
    changes, forbidden = list(differences(now, rows)), refusals(call, rows)
    notes = list(_notes(call, rows))
    if forbidden or not changes:
        return Consequences(changes, forbidden, notes)
    return _ranked(call, now, rows, reader, Consequences(changes, forbidden, notes))


def refusals(call: Call, rows: Sequence[CriterionValues]) -> list[str]:
    """Return why a call that is being scored cannot be given these criteria."""
    if call.results_published_at:
        return [_("The results of this call have been published. Its criteria can no longer be changed.")]
    if not rows:
        return [_("A call that is being scored needs at least one criterion.")]
    now = {row["code"]: row for row in criteria_values(call)}
    new = {row["code"]: row for row in rows}
    return [
        *_below_scores(call, new),
        *(text for code, row in now.items() if code not in new for text in _not_removed(call, row)),
        *(text for code, row in new.items() if code not in now for text in _not_added(call, row)),
    ]


def _below_scores(call: Call, rows: Mapping[str, CriterionValues]) -> Iterator[str]:
    given = ReviewScore.objects.filter(criterion__call=call, score__isnull=False).order_by()
    for code, highest in given.values_list("criterion__code").annotate(Max("score")):
        if code in rows and highest > rows[code]["max_score"]:
            words = _(
                "“%(title)s”: a reviewer has given %(score)s. Enter a highest score that "
                "is not lower than this."
            )
            yield words % {"title": title_of(rows[code]), "score": highest}


def _not_removed(call: Call, row: CriterionValues) -> Iterator[str]:
    of_it = ReviewScore.objects.filter(criterion__call=call, criterion__code=row["code"])
    written = of_it.filter(Q(score__isnull=False) | ~Q(comment="")).count()
    if written:
        words = ngettext(
            "“%(title)s” cannot be removed: %(count)s review has a score or a comment on it. Give it a lower "
            "weight instead.",
            "“%(title)s” cannot be removed: %(count)s reviews have a score or a comment on it. Give it a "
            "lower weight instead.",
            written,
        )
        yield words % {"title": title_of(row), "count": written}


def _not_added(call: Call, row: CriterionValues) -> Iterator[str]:
    final = Review.objects.final().filter(application__call=call).count()
    if final:
        words = ngettext(
            "“%(title)s” cannot be added: %(count)s review is final and has no score for it. "
            "Reopen it first, so that its reviewer can give one.",
            "“%(title)s” cannot be added: %(count)s reviews are final and have no score for it. "
            "Reopen them first, so that their reviewers can give one.",
            final,
        )
        yield words % {"title": title_of(row), "count": final}


def _notes(call: Call, rows: Sequence[CriterionValues]) -> Iterator[str]:
    yield _reviews_in_words(call)
    if orphans := words_on_orphans(call, rows):
        yield orphans
    open_selections = Selection.objects.filter(
        status__in=[SelectionStatus.DRAFT, SelectionStatus.PROPOSED], entries__application__call=call
    )
    if titles := list(open_selections.distinct().order_by("title").values_list("title", flat=True)):
        words = _("Not yet confirmed, and will be marked as based on earlier criteria: %(titles)s.")
        yield words % {"titles": ", ".join(titles)}
    decided = [ApplicationStatus.SELECTED, ApplicationStatus.RESERVE, ApplicationStatus.NOT_SELECTED]
    if count := Application.objects.filter(call=call, status__in=decided).count():
        words = ngettext(
            "%(count)s application already has an outcome. Its outcome and letters do not change.",
            "%(count)s applications already have an outcome. Their outcomes and letters do not change.",
            count,
        )
        yield words % {"count": count}


def _reviews_in_words(call: Call) -> str:
    reviews = Review.objects.filter(application__call=call)
    final, unfinished = reviews.final().count(), reviews.filter(status__in=OPEN_REVIEWS).count()
    return _("Reviews in this call: %(final)s final, %(open)s unfinished.") % {
        "final": final,
        "open": unfinished,
    }


def _ranked(
    call: Call,
    now: Sequence[CriterionValues],
    rows: Sequence[CriterionValues],
    reader: User,
    told: Consequences,
) -> Consequences:
    sheets = final_sheets(call)
    blind = set(Review.objects.open_for(reader).values_list("application", flat=True))
    shown = [sheet for sheet in sheets if sheet.application_id not in blind]
    before = standings(shown, now, {sheet.review_id: sheet.total for sheet in shown})
    after = standings(shown, rows, {sheet.review_id: total_under(sheet, rows) for sheet in shown})
    moved = sorted((key for key in after if after[key] != before[key]), key=lambda key: after[key].rank)
    names = dict(Application.objects.filter(pk__in=moved[:MOVES_SHOWN]).values_list("pk", "reference"))
    return Consequences(
        told.changes,
        told.refusals,
        told.notes,
        moves=[Move(names[key], before[key], after[key]) for key in moved[:MOVES_SHOWN]],
        moved=len(moved),
        ranked=len(after),
        hidden=len({sheet.application_id for sheet in sheets} & blind),
    )


def standings(
    sheets: Sequence[Sheet], rows: Sequence[CriterionValues], totals: Mapping[int, Decimal]
) -> dict[int, Standing]:
    """Return where each application stands under criteria; those with equal means share a rank."""
    panels: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        panels[sheet.application_id].append(sheet)
    means = {
        key: sum((Fraction(totals[sheet.review_id]) for sheet in panel), Fraction()) / len(panel)
        for key, panel in panels.items()
    }
    ranks: dict[Fraction, int] = {}
    for rank, mean in enumerate(sorted(means.values(), reverse=True), start=1):
        ranks.setdefault(mean, rank)
    return {key: Standing(mean, ranks[mean], _is_low(panels[key], rows)) for key, mean in means.items()}


def _is_low(panel: Sequence[Sheet], rows: Sequence[CriterionValues]) -> bool:
    return any(
        sum(sheet.scores[row["code"]] for sheet in panel) < row["threshold"] * len(panel) for row in rows
    )
