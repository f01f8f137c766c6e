"""Exports of a list as it is filtered, with what the person may see: at once, or by the worker if large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.access_log import actions as access_log
from core.access_log.enums import AccessKind
from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.export_columns import Column, ExportColumn, chosen, named, nothing
from core.files import actions as files
from core.files.making import Made, MakingRefused, maker
from core.files.models import PreparedFile
from core.lists import actions as lists
from core.lists.addresses import list_with
from core.lists.columns import differences
from core.lists.enums import ColumnUse, Separator
from core.lists.forms import ExportForm
from core.lists.looks import columns_for_file, separator_of
from core.lists.rows import ListRequest
from core.spreadsheets import CONTENT_TYPES, Format, bytes_of_table, table_response
from core.staff.buttons import Button
from core.staff.pages import StaffPage

__all__ = ["Column", "ExportColumn", "ExportMixin", "nothing"]

if TYPE_CHECKING:
    from core.staff.admin import ImpactModelAdmin as LeftOf
else:
    LeftOf = object

FILE_KIND = "export"


class ExportingPage(StaffPage):
    """Which columns the file has, and of which kind it is; both are kept for the next time."""

    route, name = "export/", "exporting"
    title = gettext_lazy("Export the list")
    template_name = "admin/lists/export.html"
    model_admin: ExportMixin = None  # type: ignore[assignment]  # as_view() takes what a class has

    def require_permission(self) -> None:
        if not self.model_admin.may_export(self.request):
            raise PermissionDenied

    def get(self, request: HttpRequest) -> HttpResponse:
        columns, separator = self.offered(), separator_of(person_at(request))
        choice = columns_for_file(person_at(request), self.label)
        shown = [name for name, _title in columns if choice.get(name, True)]
        initial = {"columns": shown, "separator": separator, "kind": Format.XLSX}
        return self.show(ExportForm(offered=columns, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        columns = self.offered()
        form = ExportForm(request.POST, offered=columns)
        if not form.is_valid():
            return self.show(form)
        self.keep(form.cleaned_data, [name for name, _title in columns])
        address = self.model_admin.url("export", form.cleaned_data["kind"])
        return HttpResponseRedirect(list_with(address, request.GET.urlencode()))

    def keep(self, answers: dict[str, Any], offered: list[str]) -> None:
        person, columns = person_at(self.request), differences(answers["columns"], offered, [])
        lists.choose_columns(by=person, label=self.label, use=ColumnUse.FILE, columns=columns)
        lists.choose_separator(by=person, label=self.label, separator=answers["separator"])

    @property
    def label(self) -> str:
        label: str = self.model_admin.opts.label_lower
        return label

    def offered(self) -> list[tuple[str, str]]:
        try:
            columns = self.model_admin.export_choices(self.request)
        except IncorrectLookupParameters:
            # As the list answers, once it is asked with these filters.
            columns = []
        return list({column.key: str(column.title) for column in named(columns)}.items())

    def show(self, form: ExportForm) -> HttpResponse:
        back_url = list_with(self.model_admin.list_url(), self.request.GET.urlencode())
        name = capfirst(str(self.model_admin.opts.verbose_name_plural))
        return self.render(form=form, back_url=back_url, list_name=name)


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
            count = self.model_admin.export_rows(request).count()
        except IncorrectLookupParameters:
            # As the list answers.
            return HttpResponseRedirect(f"{self.model_admin.list_url()}?{ERROR_FLAG}=1")
        if count > settings.EXPORT_ROWS_AT_ONCE:
            return self.later(kind, count)
        person = person_at(request)
        choice = columns_for_file(person, self.model_admin.opts.label_lower)
        table = self.model_admin.export_table(request, choice)
        self.model_admin.log_export(request, kind, len(table) - 1)
        return table_response(
            name=self.model_admin.export_file_name(request),
            table=table,
            kind=Format(kind),
            separator=separator_of(person),
        )

    post = get

    def later(self, kind: str, count: int) -> HttpResponse:
        """Ask before a job is started: a link that is only opened, or prefetched, starts none."""
        query = self.request.GET.urlencode()
        if self.request.method != "POST":
            return self.render(count=count, back_url=f"{self.model_admin.list_url()}?{query}")
        opts, person = self.model_admin.opts, person_at(self.request)
        file = files.request(
            by=person,
            kind=FILE_KIND,
            title=f"{capfirst(opts.verbose_name_plural)} ({kind.upper()})",
            parameters={
                "model": opts.label,
                "format": kind,
                "query": query,
                "columns": columns_for_file(person, opts.label_lower),
                "separator": separator_of(person),
            },
            language=get_language() or "en",
        )
        messages.success(
            self.request, _("The file is being prepared. You will get an e-mail when it is ready.")
        )
        return HttpResponseRedirect(file.get_absolute_url())


class ExportMixin(LeftOf):
    """Adds "Export as …" above the list; the rows are those that the filters and the search leave."""

    export_permission = files.PERMISSION
    export_name = ""

    def export_columns(self, request: HttpRequest, rows: list[Any]) -> Sequence[Column]:
        """Return title and value of each column; rows are those that will be written."""
        raise NotImplementedError

    def export_choices(self, request: HttpRequest) -> Sequence[Column]:
        """Return the columns that a file of the list as it is filtered would have, without their values."""
        return self.export_columns(request, [])

    def export_about(self, request: HttpRequest) -> str:
        """Return what the rows are about, as the name of the file says it, such as `call-2`; or nothing."""
        return ""

    def export_file_name(self, request: HttpRequest) -> str:
        """Return the name of a file without its ending: what it holds, and of which day."""
        parts = ["impact", self.export_name, self.export_about(request), f"{timezone.localdate():%Y-%m-%d}"]
        return "-".join(part for part in parts if part)

    def get_pages(self) -> list[type[StaffPage]]:
        return [ExportPage, ExportingPage, *super().get_pages()]

    def get_buttons(self, request: HttpRequest, row: Any = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
        if row is not None or not self.may_export(request):
            return buttons
        address = list_with(self.url("exporting"), request.GET.urlencode())
        return [*buttons, Button(_("Export"), address, icon="download")]

    def may_export(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(self.export_permission)

    def export_rows(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of the list as this request's filters and person see it, without counting them."""
        asked = ListRequest(person_at(request), request.GET.urlencode())
        found: QuerySet[Any] = self.get_changelist_instance(asked).queryset
        return found

    def export_table(self, request: HttpRequest, choice: Mapping[str, bool]) -> list[list[Any]]:
        """Return header and rows, in the columns that are not left out."""
        rows = list(self.export_rows(request))
        columns = chosen(self.export_columns(request, rows), choice)
        values = [column.value for column in columns]
        return [
            [str(column.title) for column in columns],
            *([value(row) for value in values] for row in rows),
        ]

    def log_export(self, request: HttpRequest, kind: str, count: int) -> None:
        access_log.record(
            by=person_at(request),
            kind=AccessKind.EXPORTED,
            label=capfirst(str(self.opts.verbose_name_plural)),
            detail=f"{kind.upper()} · {count} · {request.GET.urlencode()}",
        )


def _may_have(file: PreparedFile, person: User) -> bool:
    """Whether a person may still export the list of a file."""
    request = ListRequest(person, "")
    exported: Any = admin.site.get_model_admin(apps.get_model(file.parameters["model"]))
    return bool(admin.site.has_permission(request) and exported.may_export(request))


@maker(FILE_KIND, may_have=_may_have)
def make_export(file: PreparedFile, person: User) -> Made:
    """Make the export that a person asked for, with the rights that the person has now."""
    wanted = file.parameters
    model_admin: Any = admin.site.get_model_admin(apps.get_model(wanted["model"]))
    request = ListRequest(person, wanted["query"])
    if not _may_have(file, person):
        raise MakingRefused(_("You no longer have permission to export this list."))
    try:
        table = model_admin.export_table(request, wanted.get("columns", {}))
    except (IncorrectLookupParameters, DisallowedModelAdminLookup) as error:
        raise MakingRefused(
            _("The list no longer has these filters. Filter the list again, then export it.")
        ) from error
    model_admin.log_export(request, wanted["format"], len(table) - 1)
    kind = Format(wanted["format"])
    content = bytes_of_table(table, kind, Separator(wanted.get("separator", Separator.COMMA)))
    return Made(f"{model_admin.export_file_name(request)}.{kind}", CONTENT_TYPES[kind], content)
