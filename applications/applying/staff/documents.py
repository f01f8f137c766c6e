"""Files handed to staff: documents that a submitted version lists, and the PDF of a version."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from applications.applying import pdf, snapshots
from applications.models import Application, Document, Submission
from core.access_log import actions as access_log
from core.access_log.enums import AccessKind
from core.accounts.models import User
from core.uploads import PDF, stored_as_download


def document(application: Application, public_id: UUID, *, by: User) -> FileResponse:
    """Hand out a document, on record; one that is only in the working copy does not exist for staff."""
    if not snapshots.is_in_version(application, public_id):
        raise Http404
    found = get_object_or_404(Document, application=application, public_id=public_id)
    access_log.record(
        by=by, kind=AccessKind.DOWNLOADED, target=application, label=application.reference, detail=found.name
    )
    return stored_as_download(found.file, name=found.name, content_type=found.content_type)


def version_pdf(application: Application, number: int, *, by: User) -> FileResponse:
    """Hand out the PDF of a version, on record; made now if the worker has not made it yet."""
    version = get_object_or_404(Submission, application=application, number=number)
    made = pdf.ensure(version, even_if_it_failed=True)
    name = f"{application.reference}-v{version.number}.pdf"
    access_log.record(
        by=by, kind=AccessKind.DOWNLOADED, target=application, label=application.reference, detail=name
    )
    return stored_as_download(made.file, name=name, content_type=PDF)
