"""Files handed to staff: documents that a submitted version lists, and the PDF of a version."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from applications import pdf, snapshots
from applications.models import Application, Document, Submission
from impact.uploads import PDF, as_download


def document(application: Application, public_id: UUID) -> HttpResponse:
    """Hand out a document; one that is only in the working copy does not exist for staff."""
    versions = application.submissions.all()
    listed = {
        file["id"] for version in versions for file in snapshots.value(version.snapshot, "documents") or []
    }
    if str(public_id) not in listed:
        raise Http404
    found = get_object_or_404(Document, application=application, public_id=public_id)
    return as_download(found.file.open(), name=found.name, content_type=found.content_type)


def version_pdf(application: Application, number: int) -> HttpResponse:
    """Hand out the PDF of a version; made now if the worker has not made it yet."""
    version = get_object_or_404(Submission, application=application, number=number)
    made = pdf.ensure(version)
    return as_download(
        made.file.open(), name=f"{application.reference}-v{version.number}.pdf", content_type=PDF
    )
