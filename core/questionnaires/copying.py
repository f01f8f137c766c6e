"""A form begins as a copy of another one."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from core.history import move
from core.questionnaires.content import content_of, write_content
from core.questionnaires.enums import FormPurpose, VersionStatus
from core.questionnaires.models import Form, FormVersion


@transaction.atomic
def new_form(purpose: FormPurpose, *, like: Form | None = None) -> Form:
    """Return a new form whose first version is published: what another one asks now.

    Args:
        purpose: of the form.
        like: the form that is copied; that for new calls unless given.
    """
    source = like or Form.objects.get(purpose=purpose, is_starting_point=True)
    form = Form.objects.create(purpose=purpose)
    version = FormVersion.objects.create(form=form, number=1)
    write_content(version, content_of(source.published_version))
    version.published_at = timezone.now()
    # Nobody publishes it: the form begins with it.
    move(version, VersionStatus.PUBLISHED, by=None, also=["published_at"])
    return form
