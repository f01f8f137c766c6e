"""A page of the administration never overwrites unseen what somebody else has saved since it was opened.

A form carries a digest of each value that it was opened on, and of a text in several languages one of each.
A field that the person left as it was takes the value saved by now; one that both changed is refused once,
with the saved value beside what was typed. Where a field has become read-only meanwhile, what was typed is
given back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.defaultfilters import linebreaksbr
from django.utils.formats import localize
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core import given_back
from core.bases import AdminBase
from core.known_types import known_as
from core.phrases import StrOrPromise
from core.sections.merging import digest, merge
from core.translated.forms import TranslatedFormField, language_name
from core.translated.texts import TranslatedText

OPENED = "opened"
# Between the name of a field and the language of a text: two may write different languages of it at once.
LANGUAGE_MARK = "."
# The number of a row in the name of its field.
_ROW = re.compile(r"-\d+-")


class MergingForm(forms.ModelForm):
    """Saves what the person changed; the other fields stay as they are saved by now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_saved = bool(self.instance.pk) and not self.instance._state.adding
        self.opened = {cell: digest(value) for cell, value in self._saved().items()} if is_saved else {}
        self.left: set[str] = set()

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in self.left]

    def full_clean(self) -> None:
        both = self._compare() if self.is_bound else {}
        # A disabled field is cleaned from its saved value.
        for name in self.left:
            self.fields[name].disabled = True
        super().full_clean()
        for name in self.left:
            self.fields[name].disabled = False
            vars(self.fields[name])["bound_data"] = _saved_one
        for name, codes in both.items():
            self.add_error(name, _refusal(self[name], codes))

    def _compare(self) -> dict[str, list[str]]:
        """Find what others have saved since; return the fields that this person changed as well.

        Each comes with the languages in which both did; none where a field is no text in several.
        """
        saved_now = self.opened
        self.opened = saved_now | self._opened_before(saved_now)
        changed = {cell for cell, value in saved_now.items() if self.opened[cell] != value}
        typed = {cell: value for cell, value in self._typed(changed) if cell in changed}
        saved = {cell: value for cell, value in self._saved().items() if cell in typed}
        merged = merge(base=self.opened, mine=typed, saved=saved, choices={})
        both = [conflict.cell for conflict in merged.conflicts]
        self._leave({cell: value for cell, value in saved.items() if cell not in both})
        # What is wrong in itself was not compared: it still counts as opened on the older value.
        self.opened |= {cell: saved_now[cell] for cell in typed}
        found: dict[str, list[str]] = {}
        for name, _mark, code in (cell.partition(LANGUAGE_MARK) for cell in both):
            found.setdefault(name, []).extend([code] if code else [])
        return found

    def _leave(self, saved: Mapping[str, Any]) -> None:
        """Leave cells as they are saved by now."""
        for cell, value in saved.items():
            name, is_text, code = cell.partition(LANGUAGE_MARK)
            if is_text:
                data = known_as(self.data, QueryDict).copy()
                data[f"{self.add_prefix(name)}_{code}"] = value
                self.data = data
            else:
                self.left.add(name)

    def _opened_before(self, known: Mapping[str, str]) -> dict[str, str]:
        pairs = (pair.partition("=") for pair in self.data.get(OPENED, "").split())
        sent = {name: value for name, _equals, value in pairs}
        return {cell: sent[self.add_prefix(cell)] for cell in known if self.add_prefix(cell) in sent}

    def _typed(self, cells: Iterable[str]) -> Iterator[tuple[str, Any]]:
        for name in {cell.partition(LANGUAGE_MARK)[0] for cell in cells}:
            field, data = self.fields[name], self[name].data
            if isinstance(field, TranslatedFormField):
                for code, part, text in zip(field.codes, field.fields, data, strict=True):
                    with suppress(ValidationError):
                        yield f"{name}{LANGUAGE_MARK}{code}", _plain(part.clean(text))
            else:
                with suppress(ValidationError):
                    yield name, _plain(field.prepare_value(field.clean(data)))

    def _saved(self) -> dict[str, Any]:
        """Return the saved value of each cell: of a field, or of a text in one language."""
        cells: dict[str, Any] = {}
        for name, field in self.fields.items():
            value = self.get_initial_for_field(field, name)
            if isinstance(field, TranslatedFormField):
                text = TranslatedText(value or {})
                cells |= {f"{name}{LANGUAGE_MARK}{code}": _plain(text.get(code)) for code in field.codes}
            else:
                cells[name] = _plain(field.prepare_value(value))
        return cells


class MergingMixin(AdminBase):
    """Has the forms of a page carry what they were opened on, and two who save at once wait in turn."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        with transaction.atomic():
            if request.method == "POST" and object_id is not None:
                row = self._wait_for_others(request, object_id)
                if row is not None and self._is_closed_since(request, row):
                    why = gettext(
                        "Part of this page can no longer be changed. It was locked after you opened the page."
                    )
                    return given_back.refuse(request, why, back_url=request.get_full_path())
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        filled = [context["adminform"].form]
        for inline in context.get("inline_admin_formsets", []):
            filled += inline.formset.initial_forms
        context[OPENED] = " ".join(
            f"{form.add_prefix(name)}={was}"
            for form in filled
            if isinstance(form, MergingForm)
            for name, was in form.opened.items()
        )
        return super().render_change_form(request, context, *args, **kwargs)

    def _is_closed_since(self, request: HttpRequest, row: models.Model) -> bool:
        """Whether a field is read-only now that could be filled in when the page was opened.

        Django would pass over in silence what was typed in it.
        """
        if not self.has_change_permission(request, row):
            # Django refuses the whole page, and the error gives back what was typed.
            return False
        names = set(self.get_form(request, row, change=True).base_fields)
        for formset, _inline in self.get_formsets_with_inlines(request, row):
            prefix = formset.get_default_prefix()
            names |= {f"{prefix}-{name}" for name in formset.form.base_fields}
        cells = (pair.partition("=")[0] for pair in request.POST.get(OPENED, "").split())
        opened = {_ROW.sub("-", cell.partition(LANGUAGE_MARK)[0]) for cell in cells}
        return not opened <= names

    def _wait_for_others(self, request: HttpRequest, object_id: str) -> models.Model | None:
        row = self.get_object(request, unquote(object_id))
        if row is not None:
            rows = type(row)._base_manager.filter(pk=row.pk)
            rows.select_for_update(no_key=True).values_list("pk").first()
        return row


def _plain(value: object) -> Any:
    """Return a value as it is compared: alike whether it comes from the database or from a form."""
    if value is None:
        return ""
    if isinstance(value, list | tuple | set | models.QuerySet):
        return sorted(str(_plain(item)) for item in value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "\n".join(str(value).splitlines()).strip()


def _saved_one(data: Any, initial: object) -> Any:
    return initial


def _refusal(bound: forms.BoundField, codes: Sequence[str]) -> str:
    if codes:
        text = TranslatedText(bound.initial or {})
        saved = "\n".join(_in_language(code, text.get(code)) for code in codes)
    else:
        saved = _in_words(bound.field, bound.initial) or gettext("(empty)")
    refusal = gettext(
        "Somebody else has changed this since you opened the page. The saved version is "
        "“%(saved)s”. Save again to replace it with yours."
    )
    return mark_safe(refusal % {"saved": linebreaksbr(saved)})


def _in_language(code: str, text: str) -> str:
    words = {"language": language_name(code), "text": text or gettext("(empty)")}
    return gettext("%(language)s: %(text)s") % words


def _in_words(field: forms.Field, value: object) -> str:
    """Return a saved value as staff read it."""
    if isinstance(field, forms.BooleanField):
        return gettext("Yes") if value else gettext("No")
    if isinstance(field, forms.ModelChoiceField):
        keys = field.prepare_value(value)
        chosen = {key for key in (keys if isinstance(keys, list) else [keys]) if key is not None}
        offered = known_as(field.queryset, models.QuerySet)
        rows = offered.filter(**{f"{field.to_field_name or 'pk'}__in": chosen})
        return ", ".join(field.label_from_instance(row) for row in rows)
    if isinstance(field, forms.ChoiceField):
        chosen = {str(item) for item in (value if isinstance(value, list | tuple) else [value])}
        return ", ".join(str(label) for key, label in _flat(field.choices) if str(key) in chosen)
    if isinstance(value, datetime):
        value = localtime(value)
    return "" if value is None else str(localize(value))


def _flat(choices: Any) -> Iterator[tuple[Any, StrOrPromise]]:
    for key, label in choices:
        yield from label if isinstance(label, list | tuple) else [(key, label)]
