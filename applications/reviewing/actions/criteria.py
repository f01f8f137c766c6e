"""Changing the criteria of a call: all of them together, or nothing; each change is kept as a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from applications.enums import ReviewStatus
from applications.models import Call, CriteriaVersion, Criterion, Review, ReviewScore
from applications.models.criteria import MAX_REASON
from applications.reviewing.actions.reviewing import add_missing_scores
from applications.reviewing.actions.totals import write_totals
from applications.reviewing.actions.versions import add_version, keep_version
from applications.reviewing.consequences import final_sheets, refusals, total_under
from applications.reviewing.criteria import fingerprint
from applications.reviewing.criteria_versions import (
    TEXTS,
    CriterionValues,
    criteria_values,
    differences,
    is_scoring_begun,
)
from core.accounts.models import User
from core.history import NotAllowed, require, say_who_writes
from core.locking import lock_row
from core.translated.texts import TranslatedText, language_codes

PERMISSION = "applications.change_criterion"


class CriteriaHaveChanged(Exception):
    """Raised when the criteria that would be replaced are no longer those that the person saw."""


@transaction.atomic
def replace_criteria(
    *, call_id: int, by: User, rows: Sequence[Mapping[str, Any]], source: str, seen: str
) -> int:
    """Give a call that nobody scores yet exactly these criteria, in this order.

    Args:
        call_id: its criteria are matched by their code.
        by: the person, kept with the version.
        rows: values of the fields, as `applications.reviewing.criteria.read` returns them.
        source: the name of the file, kept with the version.
        seen: fingerprint of the criteria that the person saw beside the new ones.

    Returns:
        How many criteria the call has now.

    Raises:
        NotAllowed: the person may not, or scoring has begun.
        CriteriaHaveChanged: somebody has changed, added or removed one since; nothing is written.
    """
    call = _locked(call_id, by, seen)
    if is_scoring_begun(call):
        raise NotAllowed(_("Reviewers have started scoring. Change the criteria on the call’s page."))
    rows = _with_further_languages(call, rows)
    if rows != criteria_values(call):
        add_version(call, rows, by=by, reason=source[:MAX_REASON])
    _write(call, rows, by, source)
    return len(rows)


@transaction.atomic
def change_criteria(
    *, call_id: int, by: User, rows: Sequence[Mapping[str, Any]], reason: str, seen: str
) -> CriteriaVersion:
    """Give a call that is being scored exactly these criteria, and every final review its total under them.

    What was decided stays: outcomes, letters that left, and, in the version, the totals of before.

    Args:
        call_id: its criteria are matched by their code.
        by: the person.
        rows: values of the fields, in the new order.
        reason: for staff, kept with the version.
        seen: fingerprint of the criteria that the person saw beside them.

    Raises:
        NotAllowed: the person may not, or scoring has not begun.
        CriteriaHaveChanged: somebody has changed the criteria since; nothing is written.
        ValidationError: there is no reason, nothing would change, or it cannot be made; says each why.
    """
    call = _locked(call_id, by, seen)
    rows = _with_further_languages(call, rows)
    _check(call, rows, reason)
    sheets = final_sheets(call)
    totals = {sheet.review_id: total_under(sheet, rows) for sheet in sheets}
    changed = {
        str(sheet.review_id): [str(sheet.total), str(totals[sheet.review_id])]
        for sheet in sheets
        if sheet.total != totals[sheet.review_id]
    }
    version = add_version(call, rows, by=by, reason=reason, is_after_scoring=True, totals=changed)
    _write(call, rows, by, reason)
    _fit_open_sheets(call)
    write_totals(call.pk, totals)
    return version


@transaction.atomic
def keep_edits(*, call_id: int, by: User) -> None:
    """Keep as a version what somebody has just written on the page of a call, in the same transaction.

    Raises:
        NotAllowed: the person may not.
    """
    require(by, PERMISSION)
    keep_version(lock_row(Call.objects.all(), no_key=True, pk=call_id), by=by)


def _locked(call_id: int, by: User, seen: str) -> Call:
    """Return the call, when nobody else changes its criteria, scores, or makes a review of it final."""
    require(by, PERMISSION)
    call = lock_row(Call.objects.all(), no_key=True, pk=call_id)
    reviews = Review.objects.filter(application__call=call).order_by("pk")
    list(reviews.select_for_update(of=["self"], no_key=True).values_list("pk"))
    if seen != fingerprint(call.criteria.all()):
        raise CriteriaHaveChanged
    return call


def _check(call: Call, rows: Sequence[CriterionValues], reason: str) -> None:
    if not is_scoring_begun(call):
        raise NotAllowed(_("No reviewer has started scoring. Change the criteria on the call’s page."))
    errors = refusals(call, rows)
    if not reason.strip():
        errors.append(_("Enter a reason for the change."))
    if len(reason) > MAX_REASON:
        errors.append(_("The reason must be %(most)s characters or fewer.") % {"most": MAX_REASON})
    if not list(differences(criteria_values(call), rows)):
        errors.append(_("Nothing would change."))
    if errors:
        raise ValidationError(errors)


def _with_further_languages(call: Call, rows: Sequence[CriterionValues]) -> list[dict[str, Any]]:
    """Return the rows with the texts of before in languages that the portal does not ask for now."""
    present = {criterion.code: criterion for criterion in call.criteria.all()}
    asked = dict.fromkeys(language_codes(), "")

    def text(row: CriterionValues, name: str) -> dict[str, str]:
        before = getattr(present.get(row["code"]), name, None) or TranslatedText({})
        return before.updated(asked | dict(row[name])).by_language

    return [{**row, **{name: text(row, name) for name in TEXTS}} for row in rows]


def _write(call: Call, rows: Sequence[CriterionValues], by: User, reason: str) -> None:
    present = {criterion.code: criterion for criterion in call.criteria.all()}
    for position, row in enumerate(rows):
        criterion = present.pop(row["code"], None) or Criterion(call=call, code=row["code"])
        _write_one(criterion, {**row, "position": position, "is_default": False}, by, reason)
    for criterion in present.values():
        # Sheets on which nothing is written of it.
        for score in ReviewScore.objects.filter(criterion=criterion):
            say_who_writes(score, by=by, reason=reason)
            score.delete()
        say_who_writes(criterion, by=by, reason=reason)
        criterion.delete()


def _write_one(criterion: Criterion, values: Mapping[str, Any], by: User, reason: str) -> None:
    if criterion.pk and all(getattr(criterion, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(criterion, name, value)
    say_who_writes(criterion, by=by, reason=reason)
    criterion.save()


def _fit_open_sheets(call: Call) -> None:
    for review in Review.objects.filter(application__call=call, status=ReviewStatus.SCORING):
        add_missing_scores(review)
