"""Letters: their templates, each recipient's letter beside its status, and the edit of one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from applications.applying import letter_texts
from applications.enums import LetterKind, SelectionStatus
from applications.models import Application, LetterTemplate, Selection, SelectionEntry
from applications.selecting import letters
from applications.selecting.staff.decisions import entries_of
from applications.selecting.staff.letter_edits import LetterPage
from core.known_types import known_as
from core.mail.models import Message
from core.staff.admin import HistoryModelAdmin, Label, MergingForm, RowPage
from core.translated.forms import TranslatedFormField, language_name
from core.translated.texts import TranslatedText

LETTERS_PER_PAGE = 25


class LetterTemplateForm(MergingForm):
    """Refuses a text with a variable that nobody fills."""

    class Meta:
        model = LetterTemplate
        fields = ["subject", "body", "is_default"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who may only read has no fields.
        if "body" in self.fields:
            self.fields["body"].widget.set_rows(20)

    def clean_subject(self) -> TranslatedText:
        return self._without_faults("subject")

    def clean_body(self) -> TranslatedText:
        return self._without_faults("body")

    def _without_faults(self, name: str) -> TranslatedText:
        text: TranslatedText = self.cleaned_data[name]
        kind = self.instance.kind
        known_as(self.fields[name], TranslatedFormField).refuse(
            {code: letter_texts.faults(words, kind) for code, words in text}
        )
        return text


@admin.register(LetterTemplate)
class LetterTemplateAdmin(HistoryModelAdmin):
    form = LetterTemplateForm
    list_display = ["letter", "subject", "to_confirm"]
    list_filter = ["kind"]
    fields = ["subject", "body", "is_default"]
    change_form_before_template = "admin/applications/letter_template.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def row_context(self, request: HttpRequest, row: LetterTemplate) -> dict[str, Any]:
        return {
            "variables": letter_texts.variables_of(row.kind).items(),
            "examples": [_example(row, code) for code, _text in row.body],
        }

    @admin.display(description=_("letter"), ordering="kind")
    def letter(self, template: LetterTemplate) -> str:
        return template.get_kind_display()

    @display(
        description=_("default to confirm"), ordering="is_default", label={True: "warning", False: "success"}
    )
    def to_confirm(self, template: LetterTemplate) -> Label:
        return Label(template.is_default, _("To confirm") if template.is_default else _("Agreed"))


class LettersPage(RowPage[Selection]):
    """Each recipient's letter as written; before the confirmation as it would be."""

    route, name = "<int:pk>/letters/", "letters"
    template_name = "admin/applications/letters.html"

    def get_title(self) -> str:
        return _("Letters: %(selection)s") % {"selection": self.row}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        page = Paginator(entries_of(self.row), LETTERS_PER_PAGE).get_page(request.GET.get("p"))
        return self.render(
            selection=self.row,
            page=page,
            letters=_letters(self.row, list(page)),
            is_preview=self.row.status in (SelectionStatus.DRAFT, SelectionStatus.PROPOSED),
            back_url=self.model_admin.row_url(self.row),
            may_edit=request.user.has_perm("applications.release_letters"),
        )


class OutcomeLetterPage(LetterPage[Selection]):
    """One of the letters of a selection."""

    route, name = "<int:pk>/letters/<int:message>/", "letter"

    def find_letter(self) -> Message | None:
        written = Message.objects.with_keys(letters.outcome_keys(self.row))
        return written.filter(pk=self.kwargs["message"]).first()

    def get_back_url(self) -> str:
        return self.model_admin.url("letters", self.row.pk)


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
    reason = _("(the reason given by staff)") if template.kind == LetterKind.INELIGIBLE else ""
    values = letter_texts.values_for(
        application,
        lead=letter_texts.lead_of(application),
        language=language,
        rank=1,
        reason=str(reason),
    )
    return shown | {"written": letter_texts.fill(template, values, language)}
