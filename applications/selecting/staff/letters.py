"""Letters: their templates, each recipient's letter beside its status, and the edit of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from applications.applying import letter_texts
from applications.enums import LetterKind, SelectionStatus
from applications.models import Application, LetterTemplate, Selection, SelectionEntry
from applications.selecting import letters
from applications.selecting.staff.letter_edits import LetterEditMixin
from applications.selecting.staff.selection_decisions import entries_of
from core.mail.models import Message
from core.staff.admin import HistoryModelAdmin, Label
from core.translated.forms import language_name
from core.translated.texts import TranslatedText

LETTERS_PER_PAGE = 25


class LetterTemplateForm(forms.ModelForm):
    """Refuses a text with a variable that nobody fills, and a save on top of another."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = LetterTemplate
        fields = ["subject", "body", "is_default"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who may only read has no fields.
        if "body" in self.fields:
            self.fields["body"].widget.set_rows(20)
            self.fields["seen"].initial = self.instance.revision

    def clean_subject(self) -> TranslatedText:
        return self._without_faults("subject")

    def clean_body(self) -> TranslatedText:
        return self._without_faults("body")

    def clean(self) -> dict[str, Any]:
        seen = self.cleaned_data.get("seen")
        if seen is not None and seen != LetterTemplate.objects.get(pk=self.instance.pk).revision:
            raise ValidationError(
                _("Somebody has saved this text since you opened it. Copy yours, then load it.")
            )
        return self.cleaned_data

    def _without_faults(self, name: str) -> TranslatedText:
        text = self.cleaned_data[name]
        kind = self.instance.kind
        self.fields[name].refuse({code: letter_texts.faults(words, kind) for code, words in text})
        return text


@admin.register(LetterTemplate)
class LetterTemplateAdmin(HistoryModelAdmin):
    form = LetterTemplateForm
    list_display = ["letter", "subject", "to_confirm"]
    list_filter = ["kind"]
    fields = ["subject", "body", "is_default", "seen"]
    change_form_before_template = "admin/applications/letter_template.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = ["subject", "body", "is_default"]
        return [*fields, "seen"] if self.has_change_permission(request, obj) else fields

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        template = self.get_object(request, object_id)
        if template is not None and self.has_view_permission(request, template):
            extra_context = (extra_context or {}) | {
                "variables": letter_texts.variables_of(template.kind).items(),
                "examples": [_example(template, code) for code, _text in template.body],
            }
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: LetterTemplate, form: Any, change: bool) -> None:
        obj.revision += 1
        super().save_model(request, obj, form, change)

    @admin.display(description=_("letter"), ordering="kind")
    def letter(self, template: LetterTemplate) -> str:
        return template.get_kind_display()

    @display(description=_("default to confirm"), label={True: "warning", False: "success"})
    def to_confirm(self, template: LetterTemplate) -> Label:
        return Label(template.is_default, _("To confirm") if template.is_default else _("Agreed"))


class LetterPagesMixin(LetterEditMixin):
    """Adds to the admin of selections the page of its letters, and the page on which one is edited."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/letters/", view(self.letters_view), name="applications_selection_letters"),
            path(
                "<int:pk>/letters/<int:message>/",
                view(self.letter_view),
                name="applications_selection_letter",
            ),
            *super().get_urls(),
        ]

    def letters_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Each recipient's letter as written; before the confirmation as it would be."""
        selection = self._seen(request, pk)
        page = Paginator(entries_of(selection), LETTERS_PER_PAGE).get_page(request.GET.get("p"))
        context = {
            "title": _("Letters: %(selection)s") % {"selection": selection},
            "selection": selection,
            "page": page,
            "letters": _letters(selection, page.object_list),
            "is_preview": selection.status in (SelectionStatus.DRAFT, SelectionStatus.PROPOSED),
            "back_url": self._row_url(selection),
            "may_edit": request.user.has_perm("applications.release_letters"),
        }
        return self._page_of(request, "admin/applications/letters.html", context)

    def letter_view(self, request: HttpRequest, pk: int, message: int) -> HttpResponse:
        """Edit one held letter."""
        selection = self._seen(request, pk)
        letter = Message.objects.with_keys(letters.outcome_keys(selection)).filter(pk=message).first()
        back_url = reverse("admin:applications_selection_letters", args=[pk])
        return self._letter_page(request, letter, back_url=back_url)

    def _seen(self, request: HttpRequest, pk: int) -> Selection:
        selection = self.get_object(request, str(pk))
        if not self.has_view_permission(request, selection):
            raise PermissionDenied
        if selection is None:
            raise Http404
        return selection


def _letters(selection: Selection, entries: list[SelectionEntry]) -> list[dict[str, Any]]:
    keys = {letters.outcome_key(selection, entry.application_id): entry for entry in entries}
    messages_by_key = {m.dedupe_key: m for m in Message.objects.with_keys(keys)}
    prefetch_related_objects(entries, "application__members__user")
    kinds = {t.kind: t for t in LetterTemplate.objects.all()}
    rows = []
    for key, entry in keys.items():
        message = messages_by_key.get(key)
        written = message or letter_texts.write(
            entry.outcome, entry.application, rank=entry.rank, templates=kinds
        )
        rows.append({"entry": entry, "message": message, "subject": written.subject, "body": written.body})
    return rows


def _example(template: LetterTemplate, language: str) -> dict[str, Any]:
    """Return the text with the values of a real application, the newest in that language if there is one."""
    shown = {"language": language, "name": language_name(language), "written": None}
    submitted = Application.objects.submitted().select_related("call").order_by("-pk")
    application = submitted.filter(language__startswith=language).first() or submitted.first()
    if application is None:
        return shown
    reason = _("(the reason that staff give)") if template.kind == LetterKind.INELIGIBLE else ""
    values = letter_texts.values_for(
        application,
        lead=letter_texts.lead_of(application),
        language=language,
        rank=1,
        reason=str(reason),
    )
    return shown | {"written": letter_texts.fill(template, values, language)}
