"""What the lists of applications have in common: columns, search and filters over the last version."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import F, Func, IntegerField, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from applications.applying.querysets import with_latest_version
from applications.applying.staff.filters import (
    BorderFilter,
    CountryFilter,
    CoverFilter,
    LetterFilter,
    PdfFilter,
    ProgrammeFilter,
    QuestionFilter,
    of_latest_version,
    submitted_in,
)
from applications.enums import ApplicationStatus
from applications.models import Application
from applications.querysets import ApplicationQuerySet
from applications.reviewing.querysets import ScoredApplication, with_scores
from core.accounts.logged_in import person_at
from core.known_types import known_as
from core.staff.admin import Label, ReadOnlyAdmin

STATUS_COLOURS = dict.fromkeys(ApplicationStatus, "default") | {
    ApplicationStatus.SUBMITTED: "warning",
    ApplicationStatus.RETURNED: "info",
    ApplicationStatus.ELIGIBLE: "primary",
    ApplicationStatus.SELECTED: "success",
    ApplicationStatus.INELIGIBLE: "danger",
}


LENGTH_OF_PARTNERS = Func(F("partners"), function="jsonb_array_length", output_field=IntegerField())


class SubmittedListAdmin(ReadOnlyAdmin):
    """What the lists of applications share: columns, search and filters over the last version."""

    search_fields = ["reference"]
    search_help_text = _("Reference, title or partner")
    list_filter = [
        ("call", RelatedDropdownFilter),
        ("status", ChoicesDropdownFilter),
        CountryFilter,
        BorderFilter,
        ProgrammeFilter,
        CoverFilter,
        QuestionFilter,
        LetterFilter,
        PdfFilter,
    ]
    list_select_related = ["call"]
    empty_text = _(
        "Applications appear here once they are submitted. Drafts are visible to their applicants only."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoredApplication]:
        rows = with_latest_version(known_as(super().get_queryset(request), ApplicationQuerySet))
        return with_scores(rows, person_at(request)).select_related("call")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        for word in search_term.split():
            queryset = queryset.filter(
                Q(reference__icontains=word)
                | submitted_in(Q(title__icontains=word) | Q(partners__icontains=word))
            )
        return queryset, False

    @admin.display(description=_("reference"), ordering="reference")
    def number(self, application: Application) -> str:
        return format_html('<span class="staff-reference">{}</span>', application.reference)

    @admin.display(description=_("title"), ordering=of_latest_version(F("title")))
    def submitted_title(self, application: Application) -> str:
        return application.latest_version.title or "–"

    @admin.display(description=_("countries"), ordering=of_latest_version(Cast("countries", TextField())))
    def countries(self, application: Application) -> str:
        return " – ".join(application.latest_version.country_codes)

    @admin.display(description=_("partners"), ordering=of_latest_version(LENGTH_OF_PARTNERS))
    def partner_count(self, application: Application) -> int:
        return len(application.latest_version.partners)

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, application: Application) -> Label:
        return Label.of_status(application)

    @admin.display(description=_("reviews"), ordering="reviews_final")
    def cover(self, application: ScoredApplication) -> str:
        text = _("%(done)s of %(wanted)s") % {
            "done": application.reviews_final,
            "wanted": application.call.reviews_wanted,
        }
        missing = application.call.reviews_wanted - application.reviews_asked
        if missing > 0 and application.status == ApplicationStatus.ELIGIBLE:
            return format_html("{}, {}", text, _("%(count)s to assign") % {"count": missing})
        return text
