"""A page of the administration never overwrites unseen what somebody else has saved since it was opened.

A form carries a digest of each value that it was opened on. A field that the person left as it was takes
the value saved by now; one that both changed is refused once, with the saved value beside what was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core.bases import AdminBase
from core.sections.merging import digest, merge

OPENED = "opened"


class MergingForm(forms.ModelForm):
    """Saves what the person changed; the other fields stay as they are saved by now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_saved = bool(self.instance.pk) and not self.instance._state.adding
        self.opened = {name: digest(self._saved(name)) for name in self.fields} if is_saved else {}
        self.left: set[str] = set()

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in self.left]

    def full_clean(self) -> None:
        both = self._compare() if self.is_bound else []
        # A disabled field is cleaned from its saved value.
        for name in self.left:
            self.fields[name].disabled = True
        super().full_clean()
        for name in self.left:
            self.fields[name].disabled = False
            vars(self.fields[name])["bound_data"] = _saved_one
        for name in both:
            self.add_error(name, _refusal(self[name]))

    def _compare(self) -> list[str]:
        """Find what others have saved since; return the fields that this person changed as well."""
        saved_now = self.opened
        self.opened = saved_now | self._opened_before(saved_now)
        typed = dict(self._typed([name for name in saved_now if self.opened[name] != saved_now[name]]))
        saved = {name: self._saved(name) for name in typed}
        merged = merge(base=self.opened, mine=typed, saved=saved, choices={})
        both = [conflict.cell for conflict in merged.conflicts]
        self.left = typed.keys() - both
        # What is wrong in itself was not compared: it still counts as opened on the older value.
        self.opened |= {name: saved_now[name] for name in typed}
        return both

    def _opened_before(self, known: Mapping[str, str]) -> dict[str, str]:
        pairs = (pair.partition("=") for pair in self.data.get(OPENED, "").split())
        sent = {name: value for name, _equals, value in pairs}
        return {name: sent[self.add_prefix(name)] for name in known if self.add_prefix(name) in sent}

    def _typed(self, names: list[str]) -> Iterator[tuple[str, Any]]:
        for name in names:
            field = self.fields[name]
            try:
                yield name, _plain(field.prepare_value(field.clean(self[name].data)))
            except ValidationError:
                continue

    def _saved(self, name: str) -> Any:
        field = self.fields[name]
        return _plain(field.prepare_value(self.get_initial_for_field(field, name)))


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
                self._wait_for_others(request, object_id)
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

    def _wait_for_others(self, request: HttpRequest, object_id: str) -> None:
        row = self.get_object(request, unquote(object_id))
        if row is not None:
            rows = type(row)._base_manager.filter(pk=row.pk)
            rows.select_for_update(no_key=True).values_list("pk").first()


def _plain(value: Any) -> Any:
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


def _saved_one(data: Any, initial: Any) -> Any:
    return initial


def _refusal(bound: forms.BoundField) -> str:
    saved = _in_words(bound.field, bound.initial) or gettext("(empty)")
    text = gettext(
        "Somebody else has changed this since you opened the page. Saved now: “%(saved)s”. "
        "Save again to replace it with what you entered."
    )
    return mark_safe(text % {"saved": linebreaksbr(saved)})


def _in_words(field: forms.Field, value: Any) -> str:
    """Return a saved value as staff read it."""
    if isinstance(field, forms.BooleanField):
        return gettext("Yes") if value else gettext("No")
    if isinstance(field, forms.ModelChoiceField):
        keys = field.prepare_value(value)
        chosen = {key for key in (keys if isinstance(keys, list) else [keys]) if key is not None}
        offered = cast(models.QuerySet, field.queryset)
        rows = offered.filter(**{f"{field.to_field_name or 'pk'}__in": chosen})
        return ", ".join(field.label_from_instance(row) for row in rows)
    if isinstance(field, forms.ChoiceField):
        chosen = {str(item) for item in (value if isinstance(value, list | tuple) else [value])}
        return ", ".join(str(label) for key, label in _flat(field.choices) if str(key) in chosen)
    if isinstance(value, datetime):
        value = localtime(value)
    return "" if value is None else str(localize(value))


def _flat(choices: Any) -> Iterator[tuple[Any, str | Promise]]:
    for key, label in choices:
        yield from label if isinstance(label, list | tuple) else [(key, label)]
