"""A draft of a form is published by one person who saw what changes; what is being filled in moves to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.history import move, require
from core.questionnaires.actions.drafts import lock_form, lock_version
from core.questionnaires.changes import Change, ChangeKind, changes
from core.questionnaires.content import SCHEMA, Content, content_of
from core.questionnaires.enums import VersionStatus
from core.questionnaires.faults import blocking
from core.questionnaires.models import Form, FormVersion
from core.questionnaires.purposes import Usage, purpose_of

PERMISSION = "questionnaires.publish_form"


@dataclass(frozen=True)
class Summary:
    """What publishing a draft would do.

    Args:
        changes: question by question.
        usage: how many drafts and submissions hold answers.
        seen: names this state of both versions; publishing asks for it.
    """

    changes: list[Change]
    usage: Usage
    seen: str
    touched: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def summary_of(version: FormVersion) -> Summary:
    """Return what publishing a draft would do, in a number of queries that does not grow with the form."""
    before, after = _before(version.form), content_of(version)
    usage = purpose_of(version.form.purpose).usage(version.form)
    found = changes(before, after)
    return Summary(found, usage, _fingerprint(before, after), {c.key: _touched(c, usage) for c in found})


@transaction.atomic
def publish(*, version_id: int, by: User, seen: str, tells: bool = False) -> FormVersion:
    """Publish a draft in place of what was asked before, and move to it whatever is being filled in.

    Args:
        version_id: of the draft.
        by: who may publish forms.
        seen: of the summary that the person saw.
        tells: write to each person whose unfinished form changes.

    Raises:
        NotAllowed: the person may not publish forms.
        ValidationError: it is no draft any more, it was changed since the person saw it, or it cannot be
            published as it is.
    """
    require(by, PERMISSION)
    version = lock_version(version_id)
    if not version.is_draft:
        raise ValidationError(_("This version has already been published."), code="published")
    if seen != summary_of(version).seen:
        raise ValidationError(
            _("The form has changed since you opened this summary. Check it and try again."), code="changed"
        )
    publish_draft(version, by=by, tells=tells)
    return version


def publish_draft(version: FormVersion, *, by: User | None, tells: bool = False) -> None:
    """Publish a locked draft, whoever decided it.

    Args:
        version: a draft, with its form locked.
        by: the person; None from the command line.
        tells: write to each person whose unfinished form changes.

    Raises:
        ValidationError: it cannot be published as it is.
    """
    if faults := blocking(version):
        raise ValidationError([fault.text for fault in faults], code="faults")
    version.summary = [
        {"key": change.key, "change": change.kind, "words": change.in_words()}
        for change in summary_of(version).changes
    ]
    _replace(version.form, version, by=by, tells=tells)


@transaction.atomic
def publish_former(*, form_id: int, by: User, seen: int) -> FormVersion:
    """Publish anew what was asked before the present version.

    Args:
        form_id: of the form.
        by: who may publish forms.
        seen: the number of the version that the person saw as the published one.

    Raises:
        NotAllowed: the person may not publish forms.
        ValidationError: another version is published by now, or there was none before it.
    """
    require(by, PERMISSION)
    form = lock_form(form_id)
    former = former_version(form)
    if former is None or form.published_version.number != seen:
        raise ValidationError(
            _("The form has changed since you opened this page. Check it and try again."), code="changed"
        )
    _replace(form, former, by=by, tells=False)
    return former


def former_version(form: Form) -> FormVersion | None:
    """Return what was asked before the present version, if anything was."""
    replaced = form.versions.filter(status=VersionStatus.REPLACED)
    return replaced.order_by("-published_at", "-number").first()


def _replace(form: Form, version: FormVersion, *, by: User | None, tells: bool) -> None:
    before = form.versions.filter(status=VersionStatus.PUBLISHED).first()
    if before is not None:
        move(before, VersionStatus.REPLACED, by=by)
    version.published_at, version.published_by = timezone.now(), by
    move(version, VersionStatus.PUBLISHED, by=by, also=["published_at", "published_by", "summary"])
    purpose_of(form.purpose).carry(version, tells=tells)


def _before(form: Form) -> Content:
    before = form.versions.filter(status=VersionStatus.PUBLISHED).first()
    return content_of(before) if before else {"schema": SCHEMA, "sections": []}


def _fingerprint(*contents: Content) -> str:
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


def _touched(change: Change, usage: Usage) -> tuple[int, int]:
    """Return how many drafts and submissions with an answer a change touches; a new one all drafts."""
    if change.kind == ChangeKind.ADDED:
        return usage.drafts, 0
    return usage.in_drafts.get(change.key, 0), usage.in_submissions.get(change.key, 0)
