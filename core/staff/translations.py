"""Texts in several languages on pages of the administration: to read in all of them, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from unfold.admin import TabularInline

from core.bases import AdminBase
from core.translated.fields import TranslatedField
from core.translated.forms import language_name
from core.translated.gaps import further_languages, gaps, translated_fields


class TranslatedTextsMixin(AdminBase):
    """Shows a text that is only read in each language, and says after a save what is not translated yet."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        for part in (context["adminform"], *context["inline_admin_formsets"]):
            # A table has no room for it: there each text is in the reader's language.
            if not isinstance(getattr(part, "opts", None), TabularInline):
                _draw_all_languages(part, is_read_only=not getattr(part, "has_change_permission", True))
        for made in context["adminform"].prepopulated_fields:
            made["dependencies"] = [
                SimpleNamespace(name=d.name, auto_id=d.id_for_label) for d in made["dependencies"]
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Sequence[Any], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        saved = [
            form.instance,
            *(f.instance for formset in formsets for f in formset.forms if f.has_changed()),
        ]
        if missing := gaps(saved, further_languages()):
            text = _("Not yet translated, so shown in English: %(texts)s.")
            messages.warning(request, text % {"texts": "; ".join(missing)})


def in_all_languages(field: TranslatedField) -> Callable[[models.Model], SafeString]:
    """Return a column for the pages of the administration that shows a text in each language."""

    @admin.display(description=field.verbose_name)
    def column(row: models.Model) -> SafeString:
        texts = [(code, language_name(code), text) for code, text in getattr(row, field.attname)]
        return render_to_string("translated/all_languages.html", {"texts": texts})

    return column


def _draw_all_languages(part: Any, *, is_read_only: bool) -> None:
    """Put such a column in place of each text of a form, or of rows in it, that nobody may change there."""
    model = part.opts.model if hasattr(part, "formset") else part.form._meta.model
    shown = flatten_fieldsets(part.fieldsets)
    read_only = {*shown} if is_read_only else {*part.readonly_fields}
    columns = {f.name: in_all_languages(f) for f in translated_fields(model) if f.name in read_only}
    if columns:
        part.fieldsets = [
            (title, options | {"fields": _replaced(options["fields"], columns)})
            for title, options in part.fieldsets
        ]
        part.readonly_fields = [*part.readonly_fields, *columns.values()]


def _replaced(names: Sequence[Any], columns: dict[str, Any]) -> list[Any]:
    return [
        _replaced(name, columns) if isinstance(name, list | tuple) else columns.get(name, name)
        for name in names
    ]
