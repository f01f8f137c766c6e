"""Exports of a list as it is filtered, with what the person may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from unfold.enums import ActionVariant

from impact.spreadsheets import Format, as_response

Column = tuple[str | Promise, Callable[[Any], Any]]


def button_to(title: str | Promise, address: str, *, icon: str) -> dict[str, Any]:
    """Return a button above a list or a page, as Unfold draws it."""
    return {
        "title": title,
        "path": address,
        "icon": icon,
        "variant": ActionVariant.DEFAULT,
        "attrs": {},
        "dialog": None,
    }


class ExportMixin:
    """Adds "Export as …" above the list; the rows are those that the filters and the search leave."""

    export_permission = ""
    export_name = ""

    def export_columns(self, request: HttpRequest, rows: list[Any]) -> Sequence[Column]:
        """Return title and value of each column; rows are those that will be written."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/<str:kind>/", view, name=self._export_url_name()), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None and request.user.has_perm(self.export_permission):
            context["actions_list"] = [*context.get("actions_list", []), *self._export_buttons(request)]
        return response

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        if kind not in list(Format):
            raise Http404
        if not self.has_view_permission(request) or not request.user.has_perm(self.export_permission):
            raise PermissionDenied
        rows = list(self.get_changelist_instance(request).get_queryset(request))
        self._log_export(request, kind, len(rows))
        columns = self.export_columns(request, rows)
        return as_response(
            name=self.export_name,
            header=[str(title) for title, _value in columns],
            rows=([value(row) for _title, value in columns] for row in rows),
            kind=Format(kind),
        )

    def _export_buttons(self, request: HttpRequest) -> list[dict[str, Any]]:
        query = request.GET.urlencode()
        return [
            button_to(
                _("Export as %(kind)s") % {"kind": kind.upper()},
                reverse(f"admin:{self._export_url_name()}", args=[kind]) + (f"?{query}" if query else ""),
                icon="download",
            )
            for kind in Format
        ]

    def _log_export(self, request: HttpRequest, kind: str, count: int) -> None:
        LogEntry.objects.create(
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(self.model, for_concrete_model=False),
            object_repr=str(self.opts.verbose_name_plural),
            action_flag=CHANGE,
            change_message=f"Exported {count} rows as {kind}: {request.GET.urlencode()}"[:2000],
        )

    def _export_url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_export"
