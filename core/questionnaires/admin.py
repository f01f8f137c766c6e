"""Forms for staff: their versions, who changed what, and the editor of the draft."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from core.questionnaires.actions import drafts, importing, publishing
from core.questionnaires.enums import FormPurpose, VersionStatus
from core.questionnaires.models import Form, FormEdit, FormVersion
from core.questionnaires.staff import sides
from core.questionnaires.staff.asking import RemoveOptionPage, RemoveQuestionPage, RemoveSectionPage
from core.questionnaires.staff.conditions import ConditionPage
from core.questionnaires.staff.editor import EditorPage
from core.questionnaires.staff.edits import EditWords
from core.questionnaires.staff.files import ExportFormPage, ImportPage, WordPage
from core.questionnaires.staff.options import OptionsPage
from core.questionnaires.staff.placing import PlacePage
from core.questionnaires.staff.previews import PreviewPage
from core.questionnaires.staff.publishing import CopyForm, FormerForm, PublishPage, TryOutPage
from core.questionnaires.staff.questions import AddQuestionPage, QuestionPage
from core.questionnaires.staff.sections import AddSectionPage, ChangeSectionPage
from core.staff.admin import (
    Button,
    Decision,
    DecisionPageMixin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    TemplatePageMixin,
)


class FormEditInline(ReadOnlyInline):
    model = FormEdit
    fields = readonly_fields = ["at", "by", "version", "verb", "key", "change"]
    ordering = ["-at", "-pk"]
    per_page = 50
    _words: EditWords | None = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("by", "form")

    @admin.display(description=_("change"))
    def change(self, edit: FormEdit) -> SafeString:
        # Of one form, as the inline is made for each page.
        self._words = self._words or EditWords(edit.form)
        return self._words.tell(edit)


def _has_no_draft(form: Form) -> bool:
    return not form.versions.filter(status=VersionStatus.DRAFT).exists()


def _has_draft(form: Form) -> bool:
    return not _has_no_draft(form)


def _has_former(form: Form) -> bool:
    return publishing.former_version(form) is not None


def _what_undoing_does(form: Form) -> str:
    """Return which version comes back: to undo twice publishes what was undone."""
    former, now = publishing.former_version(form), form.published_version
    numbers = {"former": former.number if former else "–", "now": now.number}
    return str(sides.words_of(form).former) % numbers


def _has_another(form: Form) -> bool:
    return Form.objects.filter(purpose=form.purpose).exclude(pk=form.pk).exists()


def _editor_of(version: FormVersion) -> str:
    return EditorPage.address(version.form_id)


def number_of(status: VersionStatus) -> Subquery:
    """Return the number of the version of a form with a status, to order by."""
    versions = FormVersion.objects.filter(form=OuterRef("pk"), status=status).order_by("-number")
    return Subquery(versions.values("number")[:1])


@admin.register(Form)
class FormAdmin(TemplatePageMixin, DecisionPageMixin, ReadOnlyAdmin):
    list_display = ["name", "purpose", "for_new_calls", "published", "draft"]
    fields = readonly_fields = ["purpose", "for_new_calls"]
    list_display_links = ["name"]
    ordering = ["pk"]
    inlines = [FormEditInline]
    change_form_before_template = "admin/questionnaires/form.html"
    # In the order in which Django looks for an address.
    pages = [
        EditorPage,
        AddSectionPage,
        ChangeSectionPage,
        RemoveSectionPage,
        AddQuestionPage,
        QuestionPage,
        PlacePage,
        RemoveQuestionPage,
        ConditionPage,
        OptionsPage,
        RemoveOptionPage,
        PreviewPage,
        PublishPage,
        TryOutPage,
        ExportFormPage,
        WordPage,
        ImportPage,
    ]
    decisions = [
        Decision(
            name="draft",
            label=_("Start draft"),
            action=drafts.begin,
            permission=drafts.PERMISSION,
            target="form_id",
            is_possible=_has_no_draft,
            explain=lambda forms: sides.words_of(forms[0]).begin,
            done=_("Draft started."),
            go_to=_editor_of,
            icon="edit_note",
        ),
        Decision(
            name="former",
            label=_("Undo last publication"),
            action=publishing.publish_former,
            permission=publishing.PERMISSION,
            target="form_id",
            form=FormerForm,
            is_possible=_has_former,
            explain=lambda forms: _what_undoing_does(forms[0]),
            done=_("The previous version has been published again."),
            icon="undo",
            variant=ActionVariant.DEFAULT,
        ),
        Decision(
            name="copy",
            label=_("Copy another form"),
            action=importing.copy_from,
            permission=drafts.PERMISSION,
            target="form_id",
            form=CopyForm,
            is_possible=_has_another,
            explain=_(
                "The questions of the other form will replace those in the draft. If there is "
                "no draft, a new one will be started."
            ),
            done=_("Form copied into the draft."),
            go_to=_editor_of,
            icon="content_copy",
            variant=ActionVariant.DEFAULT,
        ),
        Decision(
            name="discard",
            label=_("Discard draft"),
            action=drafts.discard,
            permission=drafts.PERMISSION,
            target="form_id",
            is_possible=_has_draft,
            explain=_("The draft will be deleted. The published form and the list of edits do not change."),
            done=_("Draft discarded."),
            icon="delete",
            variant=ActionVariant.DANGER,
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        versions = Prefetch("versions", FormVersion.objects.order_by("-number"))
        return super().get_queryset(request).select_related(*sides.related()).prefetch_related(versions)

    def get_buttons(self, request: HttpRequest, row: Form | None = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
        if row is None or _draft_of(row) is None:
            return buttons
        may_publish = request.user.has_perm(publishing.PERMISSION)
        publish = [Button(_("Publish draft"), PublishPage.address(row.pk), icon="publish")]
        title = _("Edit draft") if request.user.has_perm(drafts.PERMISSION) else _("View draft")
        edit = Button(title, EditorPage.address(row.pk), icon="edit_note")
        return [edit, *(publish if may_publish else []), *buttons]

    def row_context(self, request: HttpRequest, row: Form) -> dict[str, Any]:
        return {
            "form_name": str(row),
            "words": sides.words_of(row),
            "owner_url": sides.side_of(row).url_of(row),
            "versions": row.versions.select_related("published_by", "made_from").order_by("-number"),
        }

    @admin.display(description=_("form"))
    def name(self, form: Form) -> str:
        return str(form)

    @admin.display(description=_("for new calls"), ordering="is_starting_point", boolean=True)
    def for_new_calls(self, form: Form) -> bool:
        return form.is_starting_point and form.purpose == FormPurpose.APPLICATION

    @admin.display(description=_("published version"), ordering=number_of(VersionStatus.PUBLISHED))
    def published(self, form: Form) -> str:
        versions = (v for v in form.versions.all() if v.status == VersionStatus.PUBLISHED)
        return next((str(version.number) for version in versions), "–")

    @admin.display(description=_("draft"), ordering=number_of(VersionStatus.DRAFT))
    def draft(self, form: Form) -> str:
        draft = _draft_of(form)
        return str(draft.number) if draft else "–"


def _draft_of(form: Form) -> FormVersion | None:
    return next((version for version in form.versions.all() if version.is_draft), None)
