"""Import of the criteria of a call: a template, a file, a preview, and then all of it or nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import INPUT_CLASSES

from applications.models import Call, Criterion
from applications.reviewing import criteria
from applications.reviewing.actions.criteria import (
    PERMISSION,
    CriteriaHaveChanged,
    is_scoring_begun,
    replace_criteria,
)
from core.decisions import in_words
from core.history import NotAllowed
from core.spreadsheets import Format, table_response
from core.staff.admin import Button, ImpactModelAdmin, ReadOnlyInline, RowPage

# A preview is pressed on soon, or read again.
PREVIEW_LASTS_SECONDS = 60 * 60
SALT = "applications.criteria.preview"


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, with the titles of the template in the first line."),
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "class": " ".join(INPUT_CLASSES)}),
    )


class CriteriaTemplatePage(RowPage[Call]):
    """The template of a table, filled with the criteria that the call has."""

    route, name = "<int:pk>/criteria/template/<str:kind>/", "criteria_template"
    permission = PERMISSION

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        if kind not in list(Format):
            raise Http404
        table = criteria.template_table(self.row.criteria.all())
        return table_response(name=f"criteria-{self.row.slug}", table=table, kind=Format(kind))


class CriteriaPage(RowPage[Call]):
    """Takes a file and shows what it would do; the second press, on the preview, does it."""

    route, name = "<int:pk>/criteria/", "criteria"
    title = _("Import criteria")
    template_name = "admin/applications/criteria.html"
    permission = PERMISSION

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(FileForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if "preview" in request.POST:
            return self.replace()
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form)
        file = form.cleaned_data["file"]
        try:
            table = criteria.read(file, by=request.user)
        except ValidationError as error:
            form.add_error("file", error)
            return self.show(form)
        return self.show(form, table=table, source=file.name)

    def replace(self) -> HttpResponse:
        try:
            preview = signing.loads(self.request.POST["preview"], salt=SALT, max_age=PREVIEW_LASTS_SECONDS)
            if preview["call"] != self.row.pk:
                raise signing.BadSignature
            count = self.import_rows(preview)
        except signing.BadSignature:
            messages.error(self.request, _("The preview is too old. Choose the file again."))
            return self.show(FileForm())
        except NotAllowed as refusal:
            messages.error(self.request, " ".join(in_words(refusal)))
            return self.show(FileForm(), status=HTTPStatus.CONFLICT)
        except CriteriaHaveChanged:
            text = _("The criteria of the call have changed since you saw this. Look at it again below.")
            messages.error(self.request, text)
            table = criteria.Table(preview["rows"])
            return self.show(FileForm(), table=table, source=preview["source"], status=HTTPStatus.CONFLICT)
        text = ngettext(
            "The call has %(count)s criterion now.", "The call has %(count)s criteria now.", count
        )
        messages.success(self.request, text % {"count": count})
        return HttpResponseRedirect(self.model_admin.row_url(self.row))

    def import_rows(self, preview: dict[str, Any]) -> int:
        return replace_criteria(
            call_id=self.row.pk,
            by=self.request.user,
            rows=preview["rows"],
            source=preview["source"],
            seen=preview["seen"],
        )

    def sign_preview(self, rows: list[dict[str, Any]], source: str) -> str:
        seen = criteria.fingerprint(self.row.criteria.all())
        preview = {"call": self.row.pk, "rows": rows, "source": source, "seen": seen}
        return signing.dumps(preview, salt=SALT, compress=True)

    def show(
        self,
        form: FileForm,
        *,
        table: criteria.Table | None = None,
        source: str = "",
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        call, url = self.row, self.model_admin.url
        return self.render(
            form=form,
            status=status,
            call=call,
            is_fixed=is_scoring_begun(call),
            columns=list(criteria.COLUMNS.values()),
            errors=table.errors if table else [],
            lines=_lines(call, table.rows) if table else [],
            removed=_removed(call, table.rows) if table and table.rows else [],
            preview=self.sign_preview(table.rows, source) if table and table.rows else "",
            templates=[(kind.upper(), url(CriteriaTemplatePage.name, call.pk, kind)) for kind in Format],
            back_url=self.model_admin.row_url(call),
        )


def buttons(model_admin: ImpactModelAdmin, request: HttpRequest, call: Call) -> list[Button]:
    """Return the way to the import on the page of a call."""
    if not request.user.has_perm(PERMISSION):
        return []
    address = model_admin.url(CriteriaPage.name, call.pk)
    return [Button(CriteriaPage.title, address, icon="upload_file", is_decision=True)]


class VersionFormSet(BaseInlineFormSet):
    """Versions have no name on the side of the call, from which Django would take the prefix."""

    @classmethod
    def get_default_prefix(cls) -> str:
        return "criterion_versions"


class CriterionVersionInline(ReadOnlyInline):
    """Before and after of every edit of a criterion: one row for each version."""

    model = Criterion.history.model
    formset = VersionFormSet
    fk_name = "call"
    fields = readonly_fields = [
        "history_date",
        "history_user",
        "history_type",
        "code",
        "title_en",
        "weight",
        "max_score",
        "threshold",
        "history_change_reason",
    ]
    ordering = ["-history_date", "-history_id"]
    verbose_name_plural = _("versions of the criteria")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("history_user")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("applications.view_criterion")


def _lines(call: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    present = {criterion.code: criterion for criterion in call.criteria.all()}
    return [
        {"state": _state(present.get(row["code"]), row), "cells": [row[name] for name in criteria.COLUMNS]}
        for row in rows
    ]


def _state(criterion: Criterion | None, row: dict[str, Any]) -> Any:
    if criterion is None:
        return _("New")
    is_same = all(getattr(criterion, name) == row[name] for name in criteria.COLUMNS)
    return _("Unchanged") if is_same else _("Changed")


def _removed(call: Call, rows: list[dict[str, Any]]) -> list[Criterion]:
    codes = {row["code"] for row in rows}
    return [criterion for criterion in call.criteria.all() if criterion.code not in codes]
