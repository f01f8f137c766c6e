"""Criteria that have changed since a selection was written or proposed: its scores were others then."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from applications.enums import SelectionStatus
from applications.models import Call, CriteriaVersion, Selection
from applications.reviewing.criteria_versions import alters_scores, changes_of, with_before
from core.templatetags.impact_time import brussels


def notes(selection: Selection) -> dict[int, str]:
    """Say which criteria have changed since the last step of a selection that is not decided, by version."""
    if selection.status not in (SelectionStatus.DRAFT, SelectionStatus.PROPOSED):
        return {}
    since = _last_step(selection)
    changed = (version for version in _changes(selection) if version.made_at > since)
    return {version.pk: _note(selection, version) for version in changed}


def _note(selection: Selection, version: CriteriaVersion) -> str:
    if selection.status == SelectionStatus.PROPOSED:
        words = _(
            "The criteria of “%(call)s” were changed on %(at)s, after this was proposed. "
            "Scores and ranks changed with them: %(changes)s Compare this with the ranking. To "
            "choose again, reject this selection and copy it."
        )
    else:
        words = _(
            "The criteria of “%(call)s” were changed on %(at)s, after this was last saved. "
            "Scores and ranks changed with them: %(changes)s Compare this with the ranking."
        )
    changes = " ".join(change.text for change in changes_of(version))
    return words % {"call": version.call, "at": brussels(version.made_at), "changes": changes}


def _changes(selection: Selection) -> list[CriteriaVersion]:
    """Return the versions, made after scoring began, by which scores became others; the oldest first."""
    if selection.call_id is not None:
        calls = Call.objects.filter(pk=selection.call_id)
    else:
        calls = Call.objects.filter(pk__in=selection.entries.values("application__call"))
    versions = (
        CriteriaVersion.objects.filter(call__in=calls).select_related("call").order_by("call", "number")
    )
    return [
        version
        for version in with_before(versions)
        if version.is_after_scoring and alters_scores(getattr(version, "before", None) or [], version.content)
    ]


def _last_step(selection: Selection) -> datetime:
    if selection.status == SelectionStatus.PROPOSED:
        proposed: datetime = selection.changes.filter(to_status=SelectionStatus.PROPOSED).latest("pk").at
        return proposed
    save = selection.saves.order_by("-number").first()
    return save.at if save else selection.created_at
