"""Exports of a list as it is filtered, with what the person may see: at once, or by the worker if large."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.access_log import actions as access_log
from core.access_log.enums import AccessKind
from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.files import actions as files
from core.files.making import Made, MakingRefused, maker
from core.files.models import PreparedFile
from core.phrases import StrOrPromise
from core.spreadsheets import CONTENT_TYPES, Format, bytes_of_table, table_response
from core.staff.buttons import Button
from core.staff.pages import StaffPage

if TYPE_CHECKING:
    from core.staff.admin import ImpactModelAdmin as LeftOf
else:
    LeftOf = object

Column = tuple[StrOrPromise, Callable[[Any], Any]]
FILE_KIND = "export"


class ExportPage(StaffPage):
    """The list as a file: at once, or if it is long by the worker, once somebody has pressed for it."""

    route, name = "export/<str:kind>/", "export"
    template_name = "admin/export.html"
    needs_proof = True
    model_admin: ExportMixin = None  # type: ignore[assignment]  # as_view() takes what a class has

    def require_permission(self) -> None:
        if not self.model_admin.may_export(self.request):
            raise PermissionDenied

    def get_title(self) -> str:
        return _("Export as %(kind)s") % {"kind": self.kwargs["kind"].upper()}

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        if kind not in list(Format):
            raise Http404
        try:
            count = self.model_admin.get_changelist_instance(request).get_queryset(request).count()
        except IncorrectLookupParameters:
            # As the list answers.
            return HttpResponseRedirect(f"{self.model_admin.list_url()}?{ERROR_FLAG}=1")
        if count > settings.EXPORT_ROWS_AT_ONCE:
            return self.later(kind, count)
        table = self.model_admin.export_table(request)
        self.model_admin.log_export(request, kind, len(table) - 1)
        return table_response(name=self.model_admin.export_name, table=table, kind=Format(kind))

    post = get

    def later(self, kind: str, count: int) -> HttpResponse:
        """Ask before a job is started: a link that is only opened, or prefetched, starts none."""
        query = self.request.GET.urlencode()
        if self.request.method != "POST":
            return self.render(count=count, back_url=f"{self.model_admin.list_url()}?{query}")
        opts = self.model_admin.opts
        file = files.request(
            by=person_at(self.request),
            kind=FILE_KIND,
            title=f"{capfirst(opts.verbose_name_plural)} ({kind.upper()})",
            parameters={"model": opts.label, "format": kind, "query": query},
            language=get_language() or "en",
        )
        messages.success(self.request, _("The file is being made. You get an e-mail when it is ready."))
        return HttpResponseRedirect(file.get_absolute_url())


class ExportMixin(LeftOf):
    """Adds "Export as …" above the list; the rows are those that the filters and the search leave."""

    export_permission = files.PERMISSION
    export_name = ""

    def export_columns(self, request: HttpRequest, rows: list[Any]) -> Sequence[Column]:
        """Return title and value of each column; rows are those that will be written."""
        raise NotImplementedError

    def get_pages(self) -> list[type[StaffPage]]:
        return [ExportPage, *super().get_pages()]

    def get_buttons(self, request: HttpRequest, row: Any = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
        if row is not None or not self.may_export(request):
            return buttons
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return buttons + [
            Button(
                _("Export as %(kind)s") % {"kind": kind.upper()},
                self.url("export", kind) + query,
                icon="download",
            )
            for kind in Format
        ]

    def may_export(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(self.export_permission)

    def export_table(self, request: HttpRequest) -> list[list[Any]]:
        """Return header and rows of the list as this request's filters and person see it."""
        rows = list(self.get_changelist_instance(request).get_queryset(request))
        columns = self.export_columns(request, rows)
        values = [value for _title, value in columns]
        return [
            [str(title) for title, _value in columns],
            *([value(row) for value in values] for row in rows),
        ]

    def log_export(self, request: HttpRequest, kind: str, count: int) -> None:
        access_log.record(
            by=person_at(request),
            kind=AccessKind.EXPORTED,
            label=capfirst(str(self.opts.verbose_name_plural)),
            detail=f"{kind.upper()} · {count} · {request.GET.urlencode()}",
        )


@maker(FILE_KIND)
def make_export(file: PreparedFile, person: User) -> Made:
    """Make the export that a person asked for, with the rights that the person has now."""
    wanted = file.parameters
    model_admin: Any = admin.site.get_model_admin(apps.get_model(wanted["model"]))
    request = _request_of(person, wanted["query"])
    if not admin.site.has_permission(request) or not model_admin.may_export(request):
        raise MakingRefused(_("You may not export this list any more."))
    try:
        table = model_admin.export_table(request)
    except (IncorrectLookupParameters, DisallowedModelAdminLookup) as error:
        raise MakingRefused(
            _("The list no longer has these filters. Filter it again and export it.")
        ) from error
    model_admin.log_export(request, wanted["format"], len(table) - 1)
    kind = Format(wanted["format"])
    return Made(f"{model_admin.export_name}.{kind}", CONTENT_TYPES[kind], bytes_of_table(table, kind))


def _request_of(person: User, query: str) -> HttpRequest:
    """Return what the list's filters, search and permissions read of a request; there is no other."""
    request = HttpRequest()
    request.method, request.user, request.GET = "GET", person, QueryDict(query)
    return request
