"""Documents: stored when chosen, handed out only to those who may read them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from applications.applying.actions import documents
from applications.applying.forms.documents import DocumentForm
from applications.applying.views.base import ApplicationPage
from applications.applying.views.staff import record_download
from applications.exceptions import NotEditable
from applications.form.sections import DOCUMENTS, SECTIONS
from applications.models import Document
from core.uploads import stored_as_download


class DocumentsView(ApplicationPage):
    template_name = "applications/documents.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = DocumentForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                document = self.store(form)
            except (ValidationError, NotEditable) as refusal:
                form.add_error("file", refusal if isinstance(refusal, ValidationError) else str(refusal))
            else:
                messages.success(request, _("Stored: %(name)s.") % {"name": document.name})
                return redirect(DOCUMENTS.url(self.application.public_id) + self.carried)
        return self.render_to_response(self.get_context_data(form=form))

    def store(self, form: DocumentForm) -> Document:
        return documents.add(
            application_id=self.application.pk,
            by=self.request.user,
            kind=form.cleaned_data["kind"],
            file=form.cleaned_data["file"],
            opened_at=self.opened_at,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.setdefault("form", DocumentForm(initial={"opened": self.opened}))
        return (
            context
            | self.way_on(DOCUMENTS)
            | {
                "section": DOCUMENTS,
                "number": SECTIONS.index(DOCUMENTS) + 1,
                "count": len(SECTIONS),
                "documents": self.application.documents.present(),
                "refusal": self.why_not(DOCUMENTS),
            }
        )


class DocumentRemoveView(ApplicationPage):
    """Asks first: a page, since a link or a button pressed by mistake must not remove anything."""

    template_name = "applications/document_remove.html"

    @property
    def document(self) -> Document:
        present = self.application.documents.present()
        return get_object_or_404(present, public_id=self.kwargs["document_id"])

    def post(self, request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
        try:
            documents.remove(
                application_id=self.application.pk,
                by=request.user,
                public_id=document_id,
                opened_at=self.opened_at,
            )
        except Document.DoesNotExist:
            raise Http404 from None
        except NotEditable as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The document is removed."))
        return redirect(DOCUMENTS.url(public_id) + self.carried)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "document": self.document,
            "opened": self.opened,
            "kept_days": settings.REMOVED_DOCUMENTS_KEPT_DAYS,
        }


class DocumentDownloadView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, public_id: UUID, document_id: UUID) -> FileResponse:
        readable = Document.objects.readable_by(request.user).on_disk().select_related("application")
        document = get_object_or_404(readable, application__public_id=public_id, public_id=document_id)
        record_download(request, document.application, document.name)
        return stored_as_download(document.file, name=document.name, content_type=document.content_type)
