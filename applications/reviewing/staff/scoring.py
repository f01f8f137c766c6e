"""The page on which a reviewer scores: the submission beside the sheet, saved while one writes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from applications.enums import ReviewStatus
from applications.models import Review
from applications.reviewing.actions import marking
from applications.reviewing.staff.score_sheet import ScoreSheet
from core import given_back
from core.decisions import in_words
from core.forms import autosave
from core.history import IllegalMove, NotAllowed

# The application is open to its reviewer: no conflict was declared, or the review is final.
OPEN_STATUSES = (ReviewStatus.SCORING, ReviewStatus.SUBMITTED)
REFUSALS = (ValidationError, IllegalMove, NotAllowed)


class ScoringMixin:
    """Gives the reviews the page; use it left of `DecisionPageMixin`."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.score_view)
        return [path("<int:pk>/score/", view, name="applications_review_score"), *super().get_urls()]

    def score_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Only for its reviewer, only while scoring."""
        review = self.own_review(request, pk)
        if request.method == "POST" and review.status in OPEN_STATUSES:
            return self._posted(request, review)
        # Before the declaration nobody has seen the sheet, so nothing was typed into it.
        is_over = review.status not in (ReviewStatus.ASSIGNED, *OPEN_STATUSES)
        if request.method == "POST" and is_over and not autosave.is_asked(request):
            why = _("This review can no longer be changed: its status has changed.")
            return given_back.refuse(request, why, back_url=self._row_url(review))
        if review.status != ReviewStatus.SCORING:
            return HttpResponseRedirect(self._row_url(review))
        return self._render_sheet(request, review, ScoreSheet(review))

    def own_review(self, request: HttpRequest, pk: int) -> Review:
        review = self.get_object(request, str(pk))
        if review is None or review.reviewer_id != request.user.pk:
            raise Http404
        if not request.user.has_perm("applications.score_review"):
            raise PermissionDenied
        return review

    def _posted(self, request: HttpRequest, review: Review) -> HttpResponseBase:
        """Save what is valid, and submit if asked to; what was typed is kept even if that is refused."""
        sheet = ScoreSheet(review, request.POST)
        is_valid, is_autosave = sheet.is_valid(), autosave.is_asked(request)
        try:
            saved = marking.save_scores(
                review_id=review.pk,
                by=request.user,
                mine=sheet.answers(),
                base=sheet.typed_base,
                choices=sheet.typed_choices,
            )
        except REFUSALS as error:
            return self._refuse(request, review, sheet, error, is_autosave=is_autosave)
        if is_autosave:
            problems = sheet.problems_in_words(saved.conflicts)
            return autosave.saved(base=sheet.next_base(saved.cells), problems=problems)
        sheet.note_saved(saved.cells)
        if not is_valid or saved.conflicts:
            sheet.ask_about(saved.conflicts)
            return self._render_sheet(request, review, sheet, is_partly_saved=True)
        return self._go_on(request, review, sheet)

    def _go_on(self, request: HttpRequest, review: Review, sheet: ScoreSheet) -> HttpResponse:
        if "submit" not in request.POST:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(request.path)
        try:
            marking.submit(review_id=review.pk, by=request.user)
        except REFUSALS as error:
            sheet.add_error(None, in_words(error))
            return self._render_sheet(request, review, sheet, is_partly_saved=True)
        messages.success(request, _("Submitted: the review is final."))
        return HttpResponseRedirect(self._row_url(review))

    def _refuse(
        self, request: HttpRequest, review: Review, sheet: ScoreSheet, error: Exception, *, is_autosave: bool
    ) -> HttpResponseBase:
        """Say why nothing was saved, with everything that was typed still on the page."""
        if is_autosave:
            return autosave.refused(" ".join(map(str, in_words(error))))
        sheet.add_error(None, in_words(error))
        return self._render_sheet(request, review, sheet)

    def _render_sheet(
        self, request: HttpRequest, review: Review, sheet: ScoreSheet, *, is_partly_saved: bool = False
    ) -> HttpResponse:
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            **self.shown_submission(request, review),
            "opts": self.opts,
            "title": f"{review.application.reference}: {_now('score sheet')}",
            "sheet": sheet,
            "is_partly_saved": is_partly_saved,
            "media": self.media,
            "conflict_url": self._url("one", review.pk, "conflict"),
        }
        return TemplateResponse(request, "admin/applications/score.html", context)
