"""What mixins are mixed into: its type for mypy, and nothing at run time.

A mixin for a page calls what the page has from Django. With one of these as its base, mypy knows that too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.forms import Form
    from django.forms.formsets import BaseFormSet
    from django.views.generic import View
    from django.views.generic.base import ContextMixin
    from django.views.generic.edit import FormView

    class AdminBase(ModelAdmin[Any]):
        # A list of texts is none of the longer lists that the stubs have.
        fields: ClassVar[Any]
        readonly_fields: ClassVar[Any]
        form: Any
        list_display: Any
        list_filter: ClassVar[Any]

    ContextBase = ContextMixin
    FormBase = Form
    FormSetBase = BaseFormSet[Any]
    FormViewBase = FormView[Any]
    ViewBase = View
else:
    AdminBase = ContextBase = FormBase = FormSetBase = FormViewBase = ViewBase = object
