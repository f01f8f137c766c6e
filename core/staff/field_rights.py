"""Rights by field: what the table in `core.accounts.editable` does not open is read-only."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django import forms
from django.db import models
from django.http import HttpRequest

from core.accounts.editable import fields_for
from core.accounts.logged_in import person_at
from core.bases import AdminBase
from core.staff.inputs import form_arguments
from core.staff.stale_forms import MergingForm
from core.typed import read_as_typed

_Row = TypeVar("_Row", bound=models.Model)


class FieldRightsMixin(Generic[_Row], AdminBase):
    """Lets a person change of a row what their permissions open, on its page and in whatever is posted.

    Django leaves a field that is read-only out of the form, so that a forged value changes nothing.
    Use it left of the class of Django or the theme, for pages and for the rows in them.
    """

    form = MergingForm

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if getattr(cls, "list_editable", ()) or getattr(cls, "ordering_field", None):
            raise TypeError(f"{cls.__name__}: lists know no rights by field, so nothing is edited in them")
        if not issubclass(cls.form, MergingForm):
            raise TypeError(f"{cls.__name__}: its form would overwrite what others save meanwhile")

    def has_add_permission(self, request: HttpRequest, *obj: Any) -> bool:
        return super().has_add_permission(request, *obj) and bool(self._opened(request, is_new=True))

    def has_change_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        return bool(self._opened(request, is_new=False))

    def get_readonly_fields(self, request: HttpRequest, obj: _Row | None = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *self._closed(request, obj)]

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        form_field = super().formfield_for_dbfield(db_field, request, **form_arguments(db_field), **kwargs)
        return read_as_typed(form_field) if form_field is not None else None

    def _closed(self, request: HttpRequest, obj: _Row | None) -> list[str]:
        opened = self._opened_on_page(request, obj)
        # Where nothing is open, Django shows the page to be read only, and takes nothing.
        return [name for name in self._form_fields() if name not in opened] if opened else []

    def _opened_on_page(self, request: HttpRequest, obj: _Row | None) -> frozenset[str]:
        if not hasattr(self, "parent_model"):
            return self._opened(request, is_new=obj is None)
        # One form serves new rows and old ones: only what is open in both.
        added, changed = self._opened(request, is_new=True), self._opened(request, is_new=False)
        return added & changed if added and changed else added | changed

    def _opened(self, request: HttpRequest, *, is_new: bool) -> frozenset[str]:
        return fields_for(person_at(request), self.opts.label_lower, is_new=is_new)

    def _form_fields(self) -> list[str]:
        """Whatever a form could ask for: fields of the model, and those that the form adds."""
        parent = getattr(self, "parent_model", None)
        fields = [*self.opts.fields, *self.opts.many_to_many]
        names = [f.name for f in fields if f.editable and (parent is None or f.related_model is not parent)]
        return [*names, *(name for name in self.form.declared_fields if name not in names)]
