"""A draft takes over what a file asks; a file that does not fit changes nothing."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from core.accounts.models import User
from core.history import require
from core.questionnaires.actions import drafts
from core.questionnaires.actions.publishing import publish_draft
from core.questionnaires.content import Content, content_of, write_content
from core.questionnaires.enums import EditVerb, VersionStatus
from core.questionnaires.faults import blocking
from core.questionnaires.models import Form, FormVersion
from core.questionnaires.transfer import DoesNotFit, path_of


@transaction.atomic
def take_over(*, form_id: int, content: Content, by: User | None, publishes: bool = False) -> FormVersion:
    """Let the draft of a form ask what a file asks, in place of what it asked; without a draft, begin one.

    Args:
        form_id: of the form.
        content: as `transfer.read` returns it.
        by: the person; None from the command line.
        publishes: publish it as well.

    Raises:
        NotAllowed: the person may not write forms.
        DoesNotFit: the portal cannot ask this, or, to be published, a text lacks a language.
    """
    form = drafts.lock_form(form_id)
    if by is not None:
        require(by, drafts.PERMISSION)
    draft = form.versions.filter(status=VersionStatus.DRAFT).first() or drafts.blank(form)
    before = content_of(draft)
    draft.sections.all().delete()
    write_content(draft, content)
    drafts.put_on_record(draft, EditVerb.IMPORTED, by=by, before=before, after=content_of(draft))
    for fault in blocking(draft):
        if fault.can_wait and not publishes:
            continue
        raise DoesNotFit(path_of(content, fault.key), fault.text)
    if publishes:
        publish_draft(draft, by=by)
    return draft


@transaction.atomic
def copy_from(*, form_id: int, source_id: int, by: User) -> FormVersion:
    """Let the draft of a form ask what another form asks now.

    Args:
        form_id: of the form whose draft it is.
        source_id: of a form of the same purpose.
        by: who may write forms.

    Raises:
        NotAllowed: the person may not write forms.
        ValidationError: what the other form asks does not fit the questions that this one has asked before.
    """
    source = Form.objects.get(pk=source_id)
    try:
        return take_over(form_id=form_id, content=content_of(source.published_version), by=by)
    except DoesNotFit as refusal:
        raise ValidationError(refusal.text) from None
