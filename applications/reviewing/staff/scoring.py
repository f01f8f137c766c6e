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
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from applications.enums import ReviewStatus
from applications.models import Review
from applications.reviewing.actions import marking
from applications.reviewing.staff.score_sheet import ScoreSheet
from core import given_back
from core.decisions import in_words
from core.forms import autosave, unfinished
from core.history import IllegalMove, NotAllowed
from core.sections.forms import SectionFormMixin
from core.sections.pages import SectionPage
from core.sections.saving import Saved

# The application is open to its reviewer: no conflict was declared, or the review is final.
OPEN_STATUSES = (ReviewStatus.SCORING, ReviewStatus.SUBMITTED)


class ScoringMixin:
    """Gives the reviews the page; use it left of `DecisionPageMixin`."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.score_view)
        return [path("<int:pk>/score/", view, name="applications_review_score"), *super().get_urls()]

    def score_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Only for its reviewer, only while scoring."""
        review = self.own_review(request, pk)
        is_typed = request.method == "POST" or unfinished.read(request) is not None
        if review.status == ReviewStatus.SCORING or (is_typed and review.status in OPEN_STATUSES):
            return ScorePage.as_view(site=self, review=review)(request)
        # Before the declaration nobody has seen the sheet, so nothing was typed into it.
        is_over = review.status != ReviewStatus.ASSIGNED
        if request.method == "POST" and is_over and not autosave.is_asked(request):
            why = _("This review can no longer be changed: its status has changed.")
            return given_back.refuse(request, why, back_url=self._row_url(review))
        return HttpResponseRedirect(self._row_url(review))

    def own_review(self, request: HttpRequest, pk: int) -> Review:
        review = self.get_object(request, str(pk))
        if review is None or review.reviewer_id != request.user.pk:
            raise Http404
        if not request.user.has_perm("applications.score_review"):
            raise PermissionDenied
        return review

    def context_of_sheet(self, request: HttpRequest, review: Review) -> dict[str, Any]:
        """Return what stands around a sheet: the frame of the administration, and the submission."""
        return {
            **self.admin_site.each_context(request),
            **self.shown_submission(request, review),
            "opts": self.opts,
            "title": f"{review.application.reference}: {_now('score sheet')}",
            "media": self.media,
            "conflict_url": self._url("one", review.pk, "conflict"),
        }

    def address_after(self, review: Review) -> str:
        return self._row_url(review)


class ScorePage(SectionPage, View):
    """A sheet: saves what is valid, and submits if asked to; what was typed is kept in any case."""

    template_name = "admin/applications/score.html"
    refusals = (ValidationError, IllegalMove, NotAllowed)
    site: Any = None
    review: Any = None

    def form(self, data: Any = None) -> ScoreSheet:
        return ScoreSheet(self.review, data)

    def save(self, form: SectionFormMixin) -> Saved:
        return marking.save_scores(
            review_id=self.review.pk,
            by=self.request.user,
            mine=form.answers(),
            base=form.typed_base,
            choices=form.typed_choices,
        )

    def refused_words(self, refusal: Exception) -> list[Any]:
        return in_words(refusal)

    def go_on(self, form: SectionFormMixin, saved: Saved) -> HttpResponse:
        if "submit" not in self.request.POST:
            messages.success(self.request, _("Saved."))
            return HttpResponseRedirect(self.request.path)
        try:
            marking.submit(review_id=self.review.pk, by=self.request.user)
        except self.refusals as refusal:
            form.note_saved(saved.cells)
            return self.lead_back(form, problems=in_words(refusal), is_partly_saved=True)
        messages.success(self.request, _("Submitted: the review is final."))
        return HttpResponseRedirect(self.site.address_after(self.review))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        around = self.site.context_of_sheet(self.request, self.review)
        return super().get_context_data(**kwargs) | around | {"sheet": kwargs["form"]}
