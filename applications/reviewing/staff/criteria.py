"""Import of the criteria of a call: a template, a file, a preview, and then all of it or nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import INPUT_CLASSES

from applications.models import Call, Criterion
from applications.reviewing import criteria
from applications.reviewing.actions.criteria import (
    PERMISSION,
    CriteriaHaveChanged,
    replace_criteria,
)
from applications.reviewing.criteria_versions import is_scoring_begun, words_on_orphans
from applications.reviewing.staff import previews
from applications.reviewing.staff.criteria_change import ChangeCriteriaPage
from core.accounts.logged_in import person_at
from core.decisions import refusal_in_words
from core.history import NotAllowed
from core.phrases import StrOrPromise
from core.spreadsheets import Format, table_response
from core.staff.admin import Button, ImpactModelAdmin, RowPage


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, with the template’s column headings in the first row."),
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
            table = criteria.read(file, by=person_at(request))
        except ValidationError as error:
            form.add_error("file", error)
            return self.show(form)
        return self.show(form, table=table, source=file.name)

    def replace(self) -> HttpResponse:
        try:
            preview = previews.read(self.name, self.request.POST["preview"], self.row)
            count = self.import_rows(preview)
        except BadSignature:
            messages.error(self.request, _("The preview has expired. Choose the file again."))
            return self.show(FileForm())
        except NotAllowed as refusal:
            messages.error(self.request, " ".join(refusal_in_words(refusal)))
            return self.show(FileForm(), status=HTTPStatus.CONFLICT)
        except CriteriaHaveChanged:
            text = _("The call’s criteria have changed since you opened this preview. Check it again below.")
            messages.error(self.request, text)
            table = criteria.CriteriaTable(preview["rows"])
            return self.show(FileForm(), table=table, source=preview["source"], status=HTTPStatus.CONFLICT)
        done = ngettext(
            "The call now has %(count)s criterion.", "The call now has %(count)s criteria.", count
        )
        messages.success(self.request, done % {"count": count})
        return HttpResponseRedirect(self.model_admin.row_url(self.row))

    def import_rows(self, preview: dict[str, Any]) -> int:
        return replace_criteria(
            call_id=self.row.pk,
            by=person_at(self.request),
            rows=preview["rows"],
            source=preview["source"],
            seen=preview["seen"],
        )

    def sign_preview(self, rows: list[dict[str, Any]], source: str) -> str:
        return previews.sign(
            self.name,
            self.row,
            rows=rows,
            source=source,
            seen=criteria.fingerprint(self.row.criteria.all()),
        )

    def show(
        self,
        form: FileForm,
        *,
        table: criteria.CriteriaTable | None = None,
        source: str = "",
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        call, url = self.row, self.model_admin.url
        return self.render(
            form=form,
            status=status,
            call=call,
            is_fixed=is_scoring_begun(call),
            columns=list(criteria.columns().values()),
            errors=table.errors if table else [],
            lines=_lines(call, table.rows) if table else [],
            removed=_removed(call, table.rows) if table and table.rows else [],
            orphans=words_on_orphans(call, table.rows) if table and table.rows else "",
            change_url=url(ChangeCriteriaPage.name, call.pk),
            preview=self.sign_preview(table.rows, source) if table and table.rows else "",
            templates=[(kind.upper(), url(CriteriaTemplatePage.name, call.pk, kind)) for kind in Format],
            back_url=self.model_admin.row_url(call),
        )


def buttons(model_admin: ImpactModelAdmin, request: HttpRequest, call: Call) -> list[Button]:
    """Return the way to other criteria: a table, or the page for changes once scoring has begun."""
    if not request.user.has_perm(PERMISSION) or call.results_published_at:
        return []
    page, icon = (ChangeCriteriaPage, "rule") if is_scoring_begun(call) else (CriteriaPage, "upload_file")
    return [Button(page.title, model_admin.url(page.name, call.pk), icon=icon, is_decision=True)]


def _lines(call: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    present = {criterion.code: criterion for criterion in call.criteria.all()}
    return [
        {"state": _state(present.get(row["code"]), row), "cells": criteria.table_cells(row)} for row in rows
    ]


def _state(criterion: Criterion | None, row: dict[str, Any]) -> StrOrPromise:
    if criterion is None:
        return _("New")
    is_same = all(getattr(criterion, name) == row[name] for name in criteria.FIELDS)
    return _("Unchanged") if is_same else _("Changed")


def _removed(call: Call, rows: list[dict[str, Any]]) -> list[Criterion]:
    codes = {row["code"] for row in rows}
    return [criterion for criterion in call.criteria.all() if criterion.code not in codes]
