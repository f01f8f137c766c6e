"""Import of the criteria of a call: a template, a file, a preview, and then all of it or nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import INPUT_CLASSES

from applications.models import Call, Criterion
from applications.reviewing import criteria
from applications.reviewing.actions.criteria import PERMISSION, is_scoring_begun, replace_criteria
from core.decisions import in_words
from core.exporting import button_to
from core.history import NotAllowed
from core.spreadsheets import Format, as_response
from core.staff.admin import ReadOnlyInline

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


class CriteriaImportMixin:
    """Adds the import to the page of a call; stands between the decisions and the admin base."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/criteria/", wrap(self.criteria_view), name="applications_call_criteria"),
            path(
                "<int:pk>/criteria/template/<str:kind>/",
                wrap(self.criteria_template_view),
                name="applications_call_criteria_template",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        call = kwargs.get("obj")
        if call is not None and request.user.has_perm(PERMISSION):
            address = reverse("admin:applications_call_criteria", args=[call.pk])
            button = button_to(_("Import criteria"), address, icon="upload_file")
            context["decision_buttons"] = [*context.get("decision_buttons", []), button]
        return super().render_change_form(request, context, *args, **kwargs)

    def criteria_template_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """Hand out the template, filled with the criteria that the call has."""
        call = self._call_for_criteria(request, pk)
        if kind not in list(Format):
            raise Http404
        table = criteria.template_table(call.criteria.all())
        return as_response(name=f"criteria-{call.slug}", table=table, kind=Format(kind))

    def criteria_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a file and show what it would do; the second press, on the preview, does it."""
        call = self._call_for_criteria(request, pk)
        if request.method == "POST" and "preview" in request.POST:
            return self._import(request, call)
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method != "POST" or not form.is_valid():
            return self._criteria_page(request, call, form)
        file = form.cleaned_data["file"]
        try:
            table = criteria.read(file, by=request.user)
        except ValidationError as error:
            form.add_error("file", error)
            return self._criteria_page(request, call, form)
        preview = {"call": call.pk, "rows": table.rows, "source": file.name}
        return self._criteria_page(request, call, form, table=table, preview=preview)

    def _import(self, request: HttpRequest, call: Call) -> HttpResponse:
        form = FileForm()
        try:
            preview = signing.loads(request.POST["preview"], salt=SALT, max_age=PREVIEW_LASTS_SECONDS)
            if preview["call"] != call.pk:
                raise signing.BadSignature
            count = replace_criteria(
                call_id=call.pk, by=request.user, rows=preview["rows"], source=preview["source"]
            )
        except signing.BadSignature:
            messages.error(request, _("The preview is too old. Choose the file again."))
            return self._criteria_page(request, call, form)
        except NotAllowed as refusal:
            messages.error(request, " ".join(in_words(refusal)))
            return self._criteria_page(request, call, form, status=409)
        text = ngettext(
            "The call has %(count)s criterion now.", "The call has %(count)s criteria now.", count
        )
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(reverse("admin:applications_call_change", args=[call.pk]))

    def _criteria_page(
        self,
        request: HttpRequest,
        call: Call,
        form: FileForm,
        *,
        table: criteria.Table | None = None,
        preview: dict[str, Any] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import criteria"),
            "call": call,
            "form": form,
            "is_fixed": is_scoring_begun(call),
            "columns": list(criteria.columns().values()),
            "errors": table.errors if table else [],
            "lines": _lines(call, table.rows) if table else [],
            "removed": _removed(call, table.rows) if table and table.rows else [],
            "preview": signing.dumps(preview, salt=SALT, compress=True) if table and table.rows else "",
            "templates": [
                (kind.upper(), reverse("admin:applications_call_criteria_template", args=[call.pk, kind]))
                for kind in Format
            ],
            "back_url": reverse("admin:applications_call_change", args=[call.pk]),
        }
        return TemplateResponse(request, "admin/applications/criteria.html", context, status=status)

    def _call_for_criteria(self, request: HttpRequest, pk: int) -> Call:
        if not request.user.has_perm(PERMISSION) or not self.has_view_permission(request):
            raise PermissionDenied
        call = self.get_object(request, str(pk))
        if call is None:
            raise Http404
        return call


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
        "title",
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
    return [{"state": _state(present.get(row["code"]), row), "cells": criteria.cells_of(row)} for row in rows]


def _state(criterion: Criterion | None, row: dict[str, Any]) -> Any:
    if criterion is None:
        return _("New")
    is_same = all(getattr(criterion, name) == row[name] for name in criteria.FIELDS)
    return _("Unchanged") if is_same else _("Changed")


def _removed(call: Call, rows: list[dict[str, Any]]) -> list[Criterion]:
    codes = {row["code"] for row in rows}
    return [criterion for criterion in call.criteria.all() if criterion.code not in codes]
