"""Criteria that have changed since a selection was written or proposed: its scores were others then."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from applications.enums import SelectionStatus
from applications.models import Call, CriteriaVersion, Selection
from applications.reviewing.criteria_versions import alters_scores, changes_of, with_before
from core.templatetags.impact_time import brussels


def last_change(selection: Selection) -> int:
    """Return the key of the last change of criteria that a selection rests on; 0 without one.

    A page carries it, so that whoever decides has read of the change.
    """
    found = _changes(selection).aggregate(last=Max("pk"))
    return found["last"] or 0


def check_seen(selection: Selection, seen: int | None) -> None:
    """Refuse a decision of somebody who has not read of the last change of criteria.

    Args:
        selection: of calls that are locked.
        seen: `last_change` as the person's page had it; None if it does not matter.

    Raises:
        ValidationError: the criteria have changed since.
    """
    if seen is not None and seen != last_change(selection):
        words = _("The criteria, and so the scores, have changed since you opened this page. Read it again.")
        raise ValidationError(words)


def notes(selection: Selection) -> list[str]:
    """Say, of a selection that is not decided, which criteria have changed since its last step."""
    if selection.status not in (SelectionStatus.DRAFT, SelectionStatus.PROPOSED):
        return []
    since = _last_step(selection)
    calls = Call.objects.filter(pk__in=_changes(selection).filter(made_at__gt=since).values("call"))
    return [_note(selection, version) for call in calls for version in _since(call, since)]


def _note(selection: Selection, version: CriteriaVersion) -> str:
    if selection.status == SelectionStatus.PROPOSED:
        words = _(
            "The criteria of “%(call)s” were changed on %(at)s, after this was proposed, and with them "
            "scores and ranks: %(changes)s Compare with the ranking. To choose again, reject and copy this."
        )
    else:
        words = _(
            "The criteria of “%(call)s” were changed on %(at)s, after this was last saved, and with "
            "them scores and ranks: %(changes)s Compare with the ranking."
        )
    changes = " ".join(change.text for change in changes_of(version))
    return words % {"call": version.call, "at": brussels(version.made_at), "changes": changes}


def _since(call: Call, since: datetime) -> list[CriteriaVersion]:
    versions = with_before(call.criteria_versions.select_related("call").order_by("number"))
    return [
        version
        for version in versions
        if version.is_after_scoring
        and version.made_at > since
        and alters_scores(getattr(version, "before", None) or [], version.content)
    ]


def _changes(selection: Selection) -> QuerySet[CriteriaVersion]:
    versions = CriteriaVersion.objects.filter(is_after_scoring=True)
    if selection.call_id is not None:
        return versions.filter(call=selection.call_id)
    return versions.filter(call__in=selection.entries.values("application__call"))


def _last_step(selection: Selection) -> datetime:
    if selection.status == SelectionStatus.PROPOSED:
        proposed: datetime = selection.changes.filter(to_status=SelectionStatus.PROPOSED).latest("pk").at
        return proposed
    save = selection.saves.order_by("-number").first()
    return save.at if save else selection.created_at
