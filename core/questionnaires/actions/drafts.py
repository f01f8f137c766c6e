"""The draft of a form: begun as a copy of what is asked now, written, and published or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.models import User
from core.history import require
from core.locking import lock_row
from core.questionnaires.content import content_of, write_content
from core.questionnaires.enums import EditVerb, VersionStatus
from core.questionnaires.models import Form, FormEdit, FormVersion
from core.questionnaires.purposes import purpose_of

GONE = gettext_lazy("This draft was published or discarded in the meantime.")
PERMISSION = "questionnaires.edit_form"


@transaction.atomic
def begin(*, form_id: int, by: User) -> FormVersion:
    """Return the draft of a form: a copy of what is asked now, or the one that somebody has begun already.

    Raises:
        NotAllowed: the person may not write forms.
    """
    require(by, PERMISSION)
    form = lock_form(form_id)
    draft = form.versions.filter(status=VersionStatus.DRAFT).first()
    if draft is not None:
        return draft
    draft = blank(form)
    write_content(draft, content_of(form.published_version))
    put_on_record(draft, EditVerb.BEGUN, by=by)
    return draft


def blank(form: Form) -> FormVersion:
    """Return a draft of a locked form that has none; it asks nothing yet."""
    number = (form.versions.aggregate(most=Max("number"))["most"] or 0) + 1
    published = form.versions.filter(status=VersionStatus.PUBLISHED).first()
    return FormVersion.objects.create(form=form, number=number, made_from=published)


@transaction.atomic
def discard(*, form_id: int, by: User) -> None:
    """Delete the draft of a form with all that was written in it; what was edited stays on record.

    Raises:
        NotAllowed: the person may not write forms.
        ValidationError: there is no draft.
    """
    require(by, PERMISSION)
    form = lock_form(form_id)
    draft = form.versions.filter(status=VersionStatus.DRAFT).select_related("form").first()
    if draft is None:
        raise ValidationError(_("This form no longer has a draft."), code="no draft")
    # A test of a form that is gone would be one of nothing.
    purpose_of(form.purpose).try_out.delete(draft, by=by)
    put_on_record(draft, EditVerb.DISCARDED, by=by, before=content_of(draft))
    draft.delete()


def lock_form(form_id: int) -> Form:
    """Return a form, locked: whoever else begins, writes, publishes or discards its draft waits.

    It is the first lock that they take: so no two of them can wait for each other for ever.
    """
    return lock_row(Form.objects.all(), no_key=True, pk=form_id)


def lock_draft(version_id: int, *, by: User) -> FormVersion:
    """Return a draft, locked with its form: whoever else changes it waits.

    Raises:
        NotAllowed: the person may not write forms.
        ValidationError: it was published or discarded meanwhile.
    """
    require(by, PERMISSION)
    version = lock_version(version_id)
    if not version.is_draft:
        raise ValidationError(GONE, code="no draft")
    return version


def lock_version(version_id: int) -> FormVersion:
    """Return a version as it is now, with its form locked.

    Raises:
        ValidationError: it was discarded meanwhile.
    """
    known = FormVersion.objects.filter(pk=version_id)
    form_id = known.values_list("form_id", flat=True).first()
    if form_id is not None:
        lock_form(form_id)
    version = known.select_related("form").first()
    if version is None:
        raise ValidationError(GONE, code="no draft")
    return version


def put_on_record(
    version: FormVersion,
    verb: EditVerb,
    *,
    by: User | None,
    key: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Keep who did what to a draft; of two states only what differs."""
    was, now = dict(before or {}), dict(after or {})
    if before is not None and after is not None:
        changed = [name for name in {**was, **now} if was.get(name) != now.get(name)]
        was, now = ({name: state.get(name) for name in changed} for state in (was, now))
    FormEdit.objects.create(
        form=version.form, version=version.number, verb=verb, by=by, key=key, before=was, after=now
    )
