"""What the people of an application do about a form that changed while they were writing."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from applications.applying.actions.drafts import lock_application
from applications.applying.rules import require_editable
from applications.exceptions import NotEditable
from applications.form import answers
from core.accounts.models import User


@transaction.atomic
def note_seen(*, public_id: UUID, by: User, version_id: int) -> None:
    """Say no more what a change of the form brought.

    Args:
        public_id: of the application.
        by: a member who may edit.
        version_id: of the form, as the page said it; news of a later one stay.

    Raises:
        Application.DoesNotExist: the person is no member.
        NotEditable: the person may not edit.
    """
    application = lock_application(by, public_id=public_id)
    require_editable(application, None, role=application.role, at=timezone.now())
    if application.form_version_id == version_id and application.carried_from_id is not None:
        application.carried_from = None
        application.save(update_fields=["carried_from"])


@transaction.atomic
def remove_unasked(*, public_id: UUID, by: User, name: str) -> None:
    """Remove an answer to a question that is no longer asked; one that is asked stays.

    Raises:
        Application.DoesNotExist: the person is no member.
        NotEditable: the person may not edit, or the question is asked, or was never answered.
    """
    application = lock_application(by, public_id=public_id)
    require_editable(application, None, role=application.role, at=timezone.now())
    left = answers.no_longer_asked(application)
    if name not in left:
        raise NotEditable
    answers.forget(application, left[name], by=by)
