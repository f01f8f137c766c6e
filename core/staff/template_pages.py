"""Pages that a template shows whole."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.bases import AdminBase


class TemplatePageMixin(AdminBase):
    """No fields of the model: `change_form_before_template` shows what staff may read."""

    def _page_of(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        """Return a further page of this admin, in its frame."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, template, frame | context)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return []
