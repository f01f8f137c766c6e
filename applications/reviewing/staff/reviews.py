"""Reviews: reviewers see their own only, and nothing of an application before they declare no conflict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Case, F, Q, QuerySet, Value, When, prefetch_related_objects
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from applications.applying.staff import documents
from applications.calls.file_names import call_in_name
from applications.enums import ReviewStatus
from applications.models import Review, ReviewChange, ReviewerProfile, ReviewScore
from applications.querysets import ReviewQuerySet
from applications.reviewing.criteria_versions import told_to_reviewers
from applications.reviewing.querysets import SubmittedTitle, with_submitted_title
from applications.reviewing.staff.decisions import DECISIONS
from applications.reviewing.staff.scoring import OPEN_STATUSES, OwnReviewPage, ScorePage, shown_submission
from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.annotating import ReadWith
from core.exporting import Column, ExportMixin
from core.known_types import known_as
from core.lists.addresses import with_origin
from core.phrases import StrOrPromise
from core.staff.admin import (
    DecisionPageMixin,
    HistoryModelAdmin,
    Label,
    ReadOnlyAdmin,
    StatusChangeInline,
    TemplatePageMixin,
)


class Listed(SubmittedTitle):
    """With whether the person at the screen reads the reviews of all."""

    reads_all: bool


ListedReview = ReadWith[Review, Listed]
# As the column: before the declaration a title is not told, by no order either.
TITLE_IF_SHOWN = Case(When(Q(reads_all=True) | Q(status__in=OPEN_STATUSES), then=F("submitted_title")))


class DueFilter(DropdownFilter):
    title = _("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        reviews = known_as(queryset, ReviewQuerySet)
        return reviews.overdue(timezone.now()) if self.value() else reviews


class ReviewChangeInline(StatusChangeInline):
    model = ReviewChange


class DocumentPage(OwnReviewPage):
    """A document of the application, for the reviewer to whom it is open."""

    route, name = "<int:pk>/document/<uuid:public_id>/", "document"

    def find_row(self) -> Review:
        review = super().find_row()
        if review.status not in OPEN_STATUSES:
            raise Http404
        return review

    def get(self, request: HttpRequest, pk: int, public_id: UUID) -> FileResponse:
        return documents.document(self.row.application, public_id, by=person_at(request))


@admin.register(Review)
class ReviewAdmin(TemplatePageMixin, DecisionPageMixin, ExportMixin, ReadOnlyAdmin):
    list_display = ["reference", "title", "call", "person", "status_label", "assigned_on", "total_points"]
    list_display_links = ["reference", "title"]
    list_filter = [
        ("application__call", RelatedDropdownFilter),
        ("status", ChoicesDropdownFilter),
        ("reviewer", RelatedDropdownFilter),
        DueFilter,
    ]
    search_fields = ["application__reference", "reviewer__name", "reviewer__email"]
    search_help_text = _("Application reference or reviewer")
    list_select_related = ["application__call", "reviewer"]
    ordering = ["-assigned_at", "-pk"]
    empty_text = _("Reviews appear here once managers have assigned eligible applications to reviewers.")
    inlines = [ReviewChangeInline]
    change_form_before_template = "admin/applications/review.html"
    decisions = DECISIONS
    pages = [ScorePage, DocumentPage]
    export_name = "reviews"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListedReview]:
        reviews, person = known_as(super().get_queryset(request), ReviewQuerySet), person_at(request)
        reads_all = sees_all(person)
        shown = reviews.hiding_others_while_open(person) if reads_all else reviews.assigned_to(person)
        shown = shown.select_related("application__call", "reviewer", "submission")
        return with_submitted_title(shown.defer("submission__snapshot")).annotate(reads_all=Value(reads_all))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        reads_all = sees_all(person_at(request))
        return [column for column in self.list_display if reads_all or column != "person"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return list(self.list_filter if sees_all(person_at(request)) else self.list_filter[:2])

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return list(self.search_fields if sees_all(person_at(request)) else self.search_fields[:1])

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        review = self.get_object(request, object_id)
        if not isinstance(review, Review):
            raise Http404
        if review.reviewer_id == request.user.pk and review.status == ReviewStatus.SCORING:
            return HttpResponseRedirect(with_origin(self.url("score", review.pk), self.origin(request)))
        return super().change_view(request, object_id, *args, **kwargs)

    def export_about(self, request: HttpRequest) -> str:
        return call_in_name(request, "application__call__id__exact")

    def export_columns(self, request: HttpRequest, rows: list[Review]) -> Sequence[Column]:
        """Return what is final of each review; one that is being written is its reviewer's alone."""
        final = [review for review in rows if review.status == ReviewStatus.SUBMITTED]
        prefetch_related_objects(final, "scores__criterion")
        scores = {review.pk: {str(s.criterion.title): s for s in review.scores.all()} for review in final}
        # Once for each title: criteria of several calls that are called the same share their columns.
        titles = dict.fromkeys(title for by_title in scores.values() for title in by_title)
        columns: list[Column] = [
            (_("Reference"), lambda r: r.application.reference),
            (_("Title"), self.title),
            (_("Call"), self.call),
            (_("Reviewer"), self.person),
            (_("Status"), lambda r: r.get_status_display()),
            (_("Assigned (Brussels time)"), lambda r: r.assigned_at),
            (_("Version"), lambda r: r.submission.number if r.pk in scores else None),
            (_("Weighted score (0 to 100)"), lambda r: r.total),
            (_("Overall comment"), lambda r: r.comment if r.pk in scores else ""),
        ]
        for title in titles:
            columns += _score_columns(title, scores)
        return columns

    def row_context(self, request: HttpRequest, row: Review) -> dict[str, Any]:
        """Return what is final of a review, and the application to its own reviewer alone."""
        is_own = row.reviewer_id == request.user.pk
        context: dict[str, Any] = {"review": row, "is_own": is_own}
        if is_own and row.status in OPEN_STATUSES:
            # Only here are the answers on the page, and so only here is the application opened.
            context |= shown_submission(request, row)
            context["criteria_changes"] = told_to_reviewers(row.application.call)
        if row.status == ReviewStatus.SUBMITTED:
            context["scores"] = row.scores.select_related("criterion")
            others = Review.objects.final().filter(application=row.application).exclude(pk=row.pk)
            context["others"] = others.select_related("reviewer").prefetch_related("scores__criterion")
        return context

    @admin.display(description=_("reference"), ordering="application__reference")
    def reference(self, review: Review) -> str:
        return format_html('<span class="staff-reference">{}</span>', review.application.reference)

    @admin.display(description=_("title"), ordering=TITLE_IF_SHOWN)
    def title(self, review: ListedReview) -> StrOrPromise:
        is_open = review.status in OPEN_STATUSES or review.reads_all
        return review.submitted_title if is_open else _("shown after your declaration")

    @admin.display(description=_("reviewer"), ordering="reviewer__name")
    def person(self, review: Review) -> str:
        return review.reviewer.get_full_name()

    @admin.display(description=_("assigned"), ordering="assigned_at")
    def assigned_on(self, review: Review) -> str:
        return date_format(timezone.localtime(review.assigned_at), "j F Y")

    @admin.display(description=_("call"), ordering="application__call")
    def call(self, review: Review) -> str:
        return str(review.application.call.title)

    @display(
        description=_("status"),
        ordering="status",
        label={
            ReviewStatus.ASSIGNED: "warning",
            ReviewStatus.SCORING: "info",
            ReviewStatus.SUBMITTED: "success",
            ReviewStatus.CONFLICTED: "danger",
            ReviewStatus.WITHDRAWN: "default",
        },
    )
    def status_label(self, review: Review) -> Label:
        return Label.of_status(review)

    @admin.display(description=_("weighted score"), ordering="total")
    def total_points(self, review: Review) -> str:
        return "–" if review.total is None else floatformat(review.total, 1)


def _score_columns(title: str, scores: dict[int, dict[str, ReviewScore]]) -> list[Column]:
    def given(review: Review) -> ReviewScore | None:
        return scores.get(review.pk, {}).get(title)

    return [
        (title, lambda review: (score := given(review)) and score.score),
        (
            _("%(criterion)s: comment") % {"criterion": title},
            lambda review: (score := given(review)) and score.comment,
        ),
    ]


def sees_all(user: User) -> bool:
    """Whether the person reads the reviews of all: managers and auditors, not mere reviewers."""
    return user.has_perm("applications.view_application")


@admin.register(ReviewerProfile)
class ReviewerProfileAdmin(HistoryModelAdmin):
    list_display = ["user", "organisations"]
    search_fields = ["user__name", "user__email", "organisations"]
    fields = ["user", "organisations", "countries", "languages"]
    autocomplete_fields = ["user", "countries", "languages"]
    list_select_related = ["user"]
