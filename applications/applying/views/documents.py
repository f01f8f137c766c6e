"""Files: stored when chosen, handed out only to those who may read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from applications.applying import snapshots
from applications.applying.actions import documents
from applications.applying.forms.documents import DocumentForm
from applications.applying.views.base import ApplicationPage
from applications.applying.views.staff import record_download
from applications.exceptions import NotEditable
from applications.form import answers
from applications.form.core_questions import DOCUMENTS
from applications.models import Document
from core.accounts.logged_in import person_at
from core.forms import uploading
from core.sections.kinds.files import Files, on_page
from core.sections.questions import Question
from core.translated.texts import active_language
from core.uploads import stored_as_download


class FilesView(ApplicationPage):
    """The files of a question: those that are there, and a way to add one; documents without saying which."""

    template_name = "applications/documents.html"

    @property
    def name(self) -> str:
        """The name of the question."""
        return str(self.kwargs.get("question", DOCUMENTS))

    @cached_property
    def question(self) -> Question | None:
        """The question, asked now or not; None if the form has none such."""
        found = self.asked.question(self.name)
        return found if found and isinstance(found.kind, Files) else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.question is None:
            raise Http404
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.question is None:
            return self.refuse(str(documents.NO_SUCH_QUESTION))
        form = DocumentForm(request.POST, request.FILES, question=self.question)
        if form.is_valid():
            try:
                document = self.store(form)
            except (ValidationError, NotEditable) as refusal:
                form.add_error("file", refusal if isinstance(refusal, ValidationError) else str(refusal))
            else:
                return self.tell_stored(document)
        if uploading.is_by_script(request):
            return uploading.refused(why for errors in form.errors.values() for why in errors)
        return self.render_to_response(self.get_context_data(form=form))

    def store(self, form: DocumentForm) -> Document:
        return documents.add(
            application_id=self.application.pk,
            by=person_at(self.request),
            question=self.name,
            kind=form.cleaned_data.get("kind", ""),
            file=form.cleaned_data["file"],
            opened_at=self.opened_at,
        )

    def refuse(self, why: str) -> HttpResponse:
        """Say that there is no such question any more: there is no page to show again."""
        if uploading.is_by_script(self.request):
            return uploading.refused([why])
        messages.error(self.request, why)
        return redirect(self.application.get_absolute_url() + self.carried)

    def tell_stored(self, document: Document) -> HttpResponse:
        words = _("Uploaded: %(name)s.") % {"name": document.name}
        if uploading.is_by_script(self.request):
            assert self.question
            return uploading.stored(words, on_page(self.question, self.files, self.file_pages()))
        messages.success(self.request, words)
        return redirect(self.files_url(self.name))

    @property
    def files(self) -> list[dict[str, Any]]:
        assert self.question
        return answers.files(self.application, self.question)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assert self.question
        section = self.asked.section_of(self.name)
        assert section
        context = super().get_context_data(**kwargs)
        context.setdefault("form", DocumentForm(initial={"opened": self.opened}, question=self.question))
        about, answer = (self.application, self.name), self.next_version.answer
        refusal = self.why_not(section) or documents.why_not_changed(*about, answer)
        return (
            context
            | self.way_on(section)
            | {
                "question": self.question,
                "has_section": self.name == DOCUMENTS,
                "back_url": self.place_url(self.question),
                "files": [self.shown(file, can_remove=not refusal) for file in self.files],
                "refusal": refusal or documents.why_not_asked(*about, answer),
            }
        )

    def shown(self, file: Mapping[str, Any], *, can_remove: bool) -> dict[str, Any]:
        pages, kind = self.file_pages(), file.get("kind", {})
        size = filesizeformat(file["size"])
        note = " · ".join(filter(None, [kind.get(active_language()), size, f"SHA-256 {file['sha256']}"]))
        remove_url = pages.remove(file["id"]) if can_remove else ""
        return {
            "name": file["name"],
            "note": note,
            "url": pages.download(file["id"]),
            "remove_url": remove_url,
        }


class DocumentRemoveView(ApplicationPage):
    """Asks first: a page, since a link or a button pressed by mistake must not remove anything."""

    template_name = "applications/document_remove.html"

    @cached_property
    def document(self) -> Document:
        return get_object_or_404(self.application.documents, public_id=self.kwargs["document_id"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.document.removed_at:
            raise Http404
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
        back_url = self.back_url
        try:
            documents.remove(
                application_id=self.application.pk,
                by=person_at(request),
                public_id=document_id,
                opened_at=self.opened_at,
            )
        except NotEditable as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Removed: %(name)s.") % {"name": self.document.name})
        return redirect(back_url)

    @property
    def back_url(self) -> str:
        """Where the file is listed: with its question; on the overview, if that is no longer asked."""
        question = self.asked.question(self.document.question)
        return self.place_url(question) if question else self.application.get_absolute_url() + self.carried

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = self.asked.question(self.document.question)
        return super().get_context_data(**kwargs) | {
            "document": self.document,
            "opened": self.opened,
            "back_url": self.back_url,
            "back_title": question.heading if question else self.application.reference,
            "kept_days": settings.REMOVED_DOCUMENTS_KEPT_DAYS,
        }


class DocumentDownloadView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, public_id: UUID, document_id: UUID) -> FileResponse:
        readable = Document.objects.readable_by(person_at(request)).on_disk().select_related("application")
        document = get_object_or_404(readable, application__public_id=public_id, public_id=document_id)
        application = document.application
        is_member = application.members.filter(user=person_at(request)).exists()
        if not is_member and not snapshots.is_in_version(application, document.public_id):
            raise Http404
        record_download(request, document.application, document.name)
        return stored_as_download(document.file, name=document.name, content_type=document.content_type)
