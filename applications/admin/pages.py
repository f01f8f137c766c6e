"""Pages that a template shows whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class TemplatePageMixin:
    """No fields of the model: `change_form_before_template` shows what staff may read."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return []
