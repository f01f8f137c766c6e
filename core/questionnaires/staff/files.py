"""A form as a file: taken away, circulated, and brought in as the draft."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import INPUT_CLASSES

from core.accounts.logged_in import person_at
from core.history import NotAllowed
from core.questionnaires import word
from core.questionnaires.actions import drafts
from core.questionnaires.actions.importing import take_over
from core.questionnaires.content import Content, content_of
from core.questionnaires.enums import VersionStatus
from core.questionnaires.loading import read_version as read_version
from core.questionnaires.models import Form
from core.questionnaires.staff.draft_pages import DraftPage
from core.questionnaires.staff.previews import drawable
from core.questionnaires.transfer import MAX_BYTES, DoesNotFit, content_as_text, read_content
from core.sections.questions import Questionnaire
from core.staff.pages import RowPage
from core.translated.texts import active_language
from core.uploads import DOCX


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "Choose a JSON file made with “Export”. It will replace all questions in the draft."
        ),
        error_messages={"required": gettext_lazy("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".json", "class": " ".join(INPUT_CLASSES)}),
    )


class ExportFormPage(RowPage[Form]):
    """The published version, or that of a number, as a file."""

    route, name = "<int:pk>/export/<int:number>/", "export"

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        version = self.row.versions.filter(number=number).first()
        if version is None:
            return self.leave(_("This version no longer exists."))
        answer = HttpResponse(content_as_text(content_of(version)), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="form-{pk}-version-{number}.json"'
        return answer


class WordPage(RowPage[Form]):
    """The questions of a version, drafts included, as a Word file for those who are asked about them."""

    route, name = "<int:pk>/word/<int:number>/", "word"

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        version = self.row.versions.filter(number=number).first()
        if version is None:
            return self.leave(_("This version no longer exists."))
        asked = read_version(version)
        content = word.of_questions(
            Questionnaire(tuple(drawable(section, asked) for section in asked)),
            title=str(self.row),
            subtitle=str(version),
            language=active_language(),
        )
        answer = HttpResponse(content, content_type=DOCX)
        answer["Content-Disposition"] = f'attachment; filename="form-{pk}-version-{number}.docx"'
        return answer


class ImportPage(RowPage[Form]):
    """Brings a file in as the draft; one that does not fit changes nothing, and is said why."""

    route, name = "<int:pk>/import/", "import"
    title = gettext_lazy("Import form")
    template_name = "admin/questionnaires/import.html"
    permission = drafts.PERMISSION

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(FileForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                with transaction.atomic():
                    content = _read(form.cleaned_data["file"].read(MAX_BYTES + 1))
                    take_over(form_id=pk, content=content, by=person_at(request))
            except forms.ValidationError as refusal:
                form.add_error("file", refusal)
            except (DoesNotFit, NotAllowed) as refusal:
                form.add_error("file", str(refusal))
            else:
                messages.success(request, _("Form imported into the draft."))
                return HttpResponseRedirect(DraftPage.draft_address(pk))
        return self.show(form, status=400)

    def show(self, form: FileForm, *, status: int = 200) -> HttpResponse:
        draft = self.row.versions.filter(status=VersionStatus.DRAFT).first()
        edits = self.row.edits.filter(version=draft.number).select_related("by") if draft else None
        return self.render(
            form=form,
            status=status,
            row=self.row,
            back_url=self.model_admin.row_url(self.row),
            draft=draft,
            last_edit=edits.first() if edits is not None else None,
        )


def _read(data: bytes) -> Content:
    """Return the content of a file; of one that is no form at all, say so before the technical detail."""
    try:
        return read_content(data)
    except DoesNotFit as refusal:
        if refusal.path != "$":
            raise
        words = _("This file was not made with “Export”. Details: %(detail)s.")
        raise forms.ValidationError(words % {"detail": refusal.text.rstrip(".")}) from None
