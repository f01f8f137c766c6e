"""Applications for staff: listed and read as they were submitted, decided by buttons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from applications import stages
from applications.admin import export
from applications.applying.carrying import became_required
from applications.applying.staff import checks, documents, listed, submitted, version_pdfs
from applications.applying.staff.answer_columns import answers_to_choose
from applications.calls.file_names import call_in_name
from applications.exceptions import PdfFailed
from applications.models import Application, ApplicationChange, Call, Submission, SubmissionAttempt
from applications.reviewing.querysets import ScoredApplication
from applications.reviewing.staff import balancing, dossiers
from applications.reviewing.staff.assigning import ASSIGN
from applications.reviewing.staff.balancing import BalancePage
from applications.reviewing.staff.criterion_columns import criteria_of, points_in_words
from applications.reviewing.staff.lists import SubmittedListAdmin
from applications.screening.emails import about_verdict
from applications.screening.staff import VERDICTS, WAY_BACK
from applications.selecting.staff.letter_edits import VerdictLetterPage
from applications.selecting.staff.withdrawing import WITHDRAW
from core.access_log.models import Access
from core.accounts.logged_in import person_at
from core.exporting import Column, ExportMixin
from core.keys import is_key
from core.mail.models import Message
from core.questionnaires.staff.listed import ListedAnswersMixin
from core.staff.admin import (
    Button,
    DecisionPageMixin,
    ReadOnlyInline,
    RowPage,
    StatusChangeInline,
    TemplatePageMixin,
)

JUMPS_BEFORE = [
    ("checks", _("Automatic checks")),
    ("verdict", _("Verdict")),
    ("reviews", _("Reviews")),
    ("partners", _("Partners")),
    ("documents", _("Documents")),
]
JUMPS_AFTER = [("letters", _("E-mails")), ("accesses", _("Access log"))]
ACCESSES_SHOWN = 10


class StageFilter(DropdownFilter):
    """How far it has come at least, as the charts of the stages count."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return list(stages.LABELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        condition = stages.conditions().get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class ApplicationChangeInline(StatusChangeInline):
    model = ApplicationChange


class AttemptInline(ReadOnlyInline):
    model = SubmissionAttempt
    fields = readonly_fields = ["at", "by", "outcome", "opened_at", "submission"]
    ordering = ["-at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows.select_related("by", "submission__application", "application").defer(
            "submission__snapshot"
        )


class VersionInline(ReadOnlyInline):
    model = Submission
    fields = readonly_fields = ["version", "submitted_at", "submitted_by", "sha256", "pdf"]
    ordering = ["-number"]
    verbose_name_plural = _("versions")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("submitted_by", "application").defer("snapshot")

    @admin.display(description=_("version"))
    def version(self, version: Submission) -> str:
        address = reverse("admin:applications_application_change", args=[version.application_id])
        return format_html('<a href="{}?version={}">{}</a>', address, version.number, version.number)

    @admin.display(description="PDF")
    def pdf(self, version: Submission) -> str:
        address = reverse("admin:applications_application_pdf", args=[version.application_id, version.number])
        return format_html('<a href="{}">{}</a>', address, _("Download"))


class DocumentPage(RowPage[Application]):
    """A document that a submitted version lists."""

    route, name = "<int:pk>/document/<uuid:public_id>/", "document"

    def get(self, request: HttpRequest, pk: int, public_id: UUID) -> FileResponse:
        return documents.document(self.row, public_id, by=person_at(request))


class PdfPage(RowPage[Application]):
    """The PDF of a version."""

    route, name = "<int:pk>/version/<int:number>/pdf/", "pdf"

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
        try:
            return documents.version_pdf(self.row, number, by=person_at(request))
        except PdfFailed:
            messages.error(request, _("The PDF could not be created. All answers are on this page."))
            return redirect(self.model_admin.row_url(self.row))


@admin.register(Application)
class ApplicationAdmin(
    ListedAnswersMixin, TemplatePageMixin, DecisionPageMixin, ExportMixin, SubmittedListAdmin
):
    list_display = [
        "number",
        "submitted_title",
        "call",
        "status_label",
        *checks.COLUMNS,
        "countries",
        "partner_count",
        "cover",
        "mean_score",
    ]
    list_display_links = ["number", "submitted_title"]
    list_filter = [
        *SubmittedListAdmin.list_filter[:2],
        StageFilter,
        *checks.FILTERS,
        *SubmittedListAdmin.list_filter[2:],
    ]
    ordering = ["-pk"]
    inlines = [ApplicationChangeInline, VersionInline, AttemptInline]
    change_form_before_template = "admin/applications/application.html"
    # The public page is for the applicants alone.
    view_on_site = False
    decisions = [*VERDICTS, ASSIGN, *WAY_BACK, WITHDRAW, dossiers.OF_APPLICATIONS, version_pdfs.TRY_AGAIN]
    pages = [DocumentPage, PdfPage, BalancePage, VerdictLetterPage]
    export_name = "applications"
    answers = listed.ANSWERS

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoredApplication]:
        return super().get_queryset(request).select_related("automatic_checks")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) | balancing.actions(request)

    def get_buttons(self, request: HttpRequest, row: Application | None = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
        return buttons if row is not None else [*balancing.buttons(self, request), *buttons]

    def export_columns(self, request: HttpRequest, rows: list[Any]) -> list[Column]:
        return export.columns_of(rows)

    def export_choices(self, request: HttpRequest) -> list[Column]:
        calls = Call.objects.of_applications(self.export_rows(request))
        besides = export.columns_besides_answers([], criteria_of(calls))
        return [*besides, *answers_to_choose(calls)]

    def export_about(self, request: HttpRequest) -> str:
        return call_in_name(request, "call__id__exact")

    @admin.display(description=_("mean score"), ordering="mean_total")
    def mean_score(self, application: ScoredApplication) -> str:
        return points_in_words(application, application.mean_total)

    def row_context(self, request: HttpRequest, row: Application) -> dict[str, Any]:
        version = self._version(request, row)
        submitted.put_on_record(request, row, version)
        read = submitted.read(version)
        jumps = [(f"section-{section.slug}", section.title) for section in read.sections]
        return {
            "application": row,
            "reading": read,
            "is_latest": version.number == row.latest_version.number,
            "document_url_name": "admin:applications_application_document",
            "reviews": row.reviews.select_related("reviewer").order_by("assigned_at"),
            "verdict": row.changes.filter(to_status__in=["eligible", "ineligible"]).last(),
            "verdict_letter": about_verdict(row),
            "clarifications": submitted.answered(row),
            "letters": Message.objects.about(row.about),
            "returned_addresses": row.returned_addresses,
            "accesses": self._accesses(request, row),
            "accesses_url": f"{reverse('admin:access_access_changelist')}?q={row.reference}",
            "became_required": became_required(row),
            "published_form": row.call.form.published_version,
            "jumps": [*JUMPS_BEFORE, *jumps, *JUMPS_AFTER],
        }

    def _version(self, request: HttpRequest, application: Application) -> Submission:
        number = request.GET.get("version", "")
        versions = application.submissions.select_related("submitted_by", "application")
        if not number:
            return versions.latest("number")
        found = versions.filter(number=number).first() if is_key(number) else None
        if found is None:
            raise Http404
        return found

    def _accesses(self, request: HttpRequest, application: Application) -> QuerySet | None:
        if not request.user.has_perm("access.view_access"):
            return None
        return Access.objects.to(application)[:ACCESSES_SHOWN]
