"""Exports of a list as it is filtered, with what the person may see: at once, or by the worker if large."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from unfold.enums import ActionVariant

from core.access import actions as access
from core.access.enums import AccessKind
from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.accounts.proofs import staff_prove_again
from core.bases import AdminBase
from core.files import actions as files
from core.files.making import Made, Refused, maker
from core.files.models import PreparedFile
from core.spreadsheets import CONTENT_TYPES, Format, as_response, content_of

Column = tuple[str | Promise, Callable[[Any], Any]]
FILE_KIND = "export"


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


class ExportMixin(AdminBase):
    """Adds "Export as …" above the list; the rows are those that the filters and the search leave."""

    export_permission = files.PERMISSION
    export_name = ""

    def export_columns(self, request: HttpRequest, rows: list[Any]) -> Sequence[Column]:
        """Return title and value of each column; rows are those that will be written."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(staff_prove_again(self.export_view))
        return [path("export/<str:kind>/", view, name=self._export_url_name()), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None and self.may_export(request):
            context["actions_list"] = [*context.get("actions_list", []), *self._export_buttons(request)]
        return response

    def may_export(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(self.export_permission)

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        if kind not in list(Format):
            raise Http404
        if not self.may_export(request):
            raise PermissionDenied
        try:
            count = self.get_changelist_instance(request).get_queryset(request).count()
        except IncorrectLookupParameters:
            # As the list answers.
            return HttpResponseRedirect(f"{self._export_list_url()}?{ERROR_FLAG}=1")
        if count > settings.EXPORT_ROWS_AT_ONCE:
            return self._export_later(request, kind, count)
        table = self.export_table(request)
        self._log_export(request, kind, len(table) - 1)
        return as_response(name=self.export_name, table=table, kind=Format(kind))

    def export_table(self, request: HttpRequest) -> list[list[Any]]:
        """Return header and rows of the list as this request's filters and person see it."""
        rows = list(self.get_changelist_instance(request).get_queryset(request))
        columns = self.export_columns(request, rows)
        values = [value for _title, value in columns]
        return [
            [str(title) for title, _value in columns],
            *([value(row) for value in values] for row in rows),
        ]

    def _export_later(self, request: HttpRequest, kind: str, count: int) -> HttpResponse:
        """Ask before a job is started: a link that is only opened, or prefetched, starts none."""
        if request.method == "POST":
            file = files.request(
                by=person_at(request),
                kind=FILE_KIND,
                title=f"{capfirst(self.opts.verbose_name_plural)} ({kind.upper()})",
                parameters={"model": self.opts.label, "format": kind, "query": request.GET.urlencode()},
                language=get_language() or "en",
            )
            messages.success(request, _("The file is being made. You get an e-mail when it is ready."))
            return HttpResponseRedirect(file.get_absolute_url())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Export as %(kind)s") % {"kind": kind.upper()},
            "count": count,
            "back_url": f"{self._export_list_url()}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "admin/export.html", context)

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
        access.record(
            by=person_at(request),
            kind=AccessKind.EXPORTED,
            label=capfirst(str(self.opts.verbose_name_plural)),
            detail=f"{kind.upper()} · {count} · {request.GET.urlencode()}",
        )

    def _export_url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_export"

    def _export_list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


@maker(FILE_KIND)
def make_export(file: PreparedFile, person: User) -> Made:
    """Make the export that a person asked for, with the rights that the person has now."""
    wanted = file.parameters
    model_admin: Any = admin.site.get_model_admin(apps.get_model(wanted["model"]))
    request = _request_of(person, wanted["query"])
    if not admin.site.has_permission(request) or not model_admin.may_export(request):
        raise Refused(_("You may not export this list any more."))
    try:
        table = model_admin.export_table(request)
    except (IncorrectLookupParameters, DisallowedModelAdminLookup) as error:
        raise Refused(_("The list no longer has these filters. Filter it again and export it.")) from error
    model_admin._log_export(request, wanted["format"], len(table) - 1)
    kind = Format(wanted["format"])
    return Made(f"{model_admin.export_name}.{kind}", CONTENT_TYPES[kind], content_of(table, kind))


def _request_of(person: User, query: str) -> HttpRequest:
    """Return what the list's filters, search and permissions read of a request; there is no other."""
    request = HttpRequest()
    request.method, request.user, request.GET = "GET", person, QueryDict(query)
    return request
