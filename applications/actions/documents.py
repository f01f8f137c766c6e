"""Documents of an application: stored when chosen, removed only on request, kept for old versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import F, Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.actions.drafts import lock
from applications.editing import require_editable
from applications.models import Application, Document
from applications.sections import DOCUMENTS
from impact.uploads import DOCX, JPEG, ODT, PDF, PNG, XLSX, CheckedUpload, check_upload

ALLOWED = frozenset({PDF, DOCX, ODT, XLSX, PNG, JPEG})


def add(
    *, application_id: int, by: Any, kind: str, file: File, opened_at: datetime | None = None
) -> Document:
    """Store a file with the application at once.

    Args:
        application_id: the application.
        by: a member who may edit.
        kind: a `DocumentKind`.
        file: an upload.
        opened_at: when the form was opened, from a value that we signed.

    Raises:
        Application.DoesNotExist: the person is no member.
        NotEditable: the person may not edit, or not now.
        ValidationError: the file is refused, in words for the person who chose it.
    """
    # Parsed before the transaction: nobody waits for a lock while a large file is read.
    checked = check_upload(file, allowed=ALLOWED)
    with transaction.atomic():
        application = lock(by, pk=application_id)
        _require_editable(application, opened_at)
        _check_room(application, checked)
        document = Document(application=application, kind=kind, uploaded_by=by, **checked._asdict())
        document.file.save(checked.name, file, save=False)
        document.save()
        _raise_revision(application, by)
    return document


@transaction.atomic
def remove(*, application_id: int, by: Any, public_id: UUID, opened_at: datetime | None = None) -> None:
    """Take a document out of the working copy; versions that list it keep it.

    Raises:
        Application.DoesNotExist: the person is no member.
        Document.DoesNotExist: the application has no such document.
        NotEditable: the person may not edit, or not now.
    """
    application = lock(by, pk=application_id)
    _require_editable(application, opened_at)
    document = application.documents.get(public_id=public_id)
    if document.removed_at is None:
        document.removed_at = timezone.now()
        document.save(update_fields=["removed_at"])
        _raise_revision(application, by)


def _require_editable(application: Application, opened_at: datetime | None) -> None:
    require_editable(application, DOCUMENTS, role=application.role, at=timezone.now(), opened_at=opened_at)


def _check_room(application: Application, checked: CheckedUpload) -> None:
    present = Document.objects.present().filter(application=application)
    if present.filter(sha256=checked.sha256).exists():
        raise ValidationError(_("This very file is stored already."), code="twice")
    used = present.aggregate(used=Sum("size"))["used"] or 0
    most = settings.UPLOAD_TOTAL_MAX_BYTES
    if used + checked.size > most:
        raise ValidationError(
            _("All documents together may have %(most)s; %(used)s are stored already."),
            code="too_much",
            params={"most": filesizeformat(most), "used": filesizeformat(used)},
        )


def _raise_revision(application: Application, by: Any) -> None:
    Application.objects.filter(pk=application.pk).update(
        revision=F("revision") + 1, changed_at=timezone.now(), changed_by=by
    )
