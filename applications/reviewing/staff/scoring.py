"""The page on which a reviewer scores: the submission beside the sheet, saved while one writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.applying.staff import submitted
from applications.applying.staff.submitted import Reading
from applications.enums import ReviewStatus
from applications.form.asked import asked_of
from applications.models import Application, Review
from applications.reviewing.actions import marking
from applications.reviewing.criteria_versions import told_to_reviewers
from applications.reviewing.staff.score_sheet import ScoreSheet
from core.accounts.logged_in import person_at
from core.decisions import refusal_in_words
from core.forms import autosave, unfinished
from core.lists.addresses import origin_of, with_origin
from core.phrases import labelled
from core.sections.forms import SectionFormMixin
from core.sections.pages import SectionPage
from core.sections.reading import Answer
from core.sections.saving import Saved
from core.staff.pages import REFUSALS, RowPage

# The application is open to its reviewer: no conflict was declared, or the review is final.
OPEN_STATUSES = (ReviewStatus.SCORING, ReviewStatus.SUBMITTED)


class OwnReviewPage(RowPage[Review]):
    """A page of a review for its reviewer alone."""

    permission = "applications.score_review"

    def find_row(self) -> Review:
        review = super().find_row()
        if review.reviewer_id != self.request.user.pk:
            raise Http404
        return review


class ScorePage(SectionPage, OwnReviewPage):
    """A sheet: saves what is valid, and submits if asked to; what was typed is kept in any case."""

    route, name = "<int:pk>/score/", "score"
    template_name = "admin/applications/score.html"
    refusals = REFUSALS

    def divert(self) -> HttpResponse | None:
        is_typed = self.request.method == "POST" or unfinished.read(self.request) is not None
        status = self.row.status
        if status == ReviewStatus.SCORING or (is_typed and status in OPEN_STATUSES):
            return super().divert()
        # Before the declaration nobody has seen the sheet, so nothing was typed into it.
        if status == ReviewStatus.ASSIGNED or autosave.is_asked(self.request):
            return HttpResponseRedirect(self.model_admin.row_url(self.row))
        return self.leave(_("This review can no longer be changed: its status has changed."))

    def get_title(self) -> str:
        return labelled(self.row.application.reference, gettext("score sheet"))

    def form(self, data: Mapping[str, Any] | None = None) -> ScoreSheet:
        return ScoreSheet(self.row, data)

    def save(self, form: SectionFormMixin) -> Saved:
        return marking.save_scores(
            review_id=self.row.pk,
            by=person_at(self.request),
            mine=form.answers(),
            base=form.typed_base,
            choices=form.typed_choices,
        )

    def refused_words(self, refusal: Exception) -> list[str]:
        return refusal_in_words(refusal)

    def redirect_onwards(self, form: SectionFormMixin, saved: Saved) -> HttpResponse:
        if "submit" not in self.request.POST:
            messages.success(self.request, _("Saved."))
            return HttpResponseRedirect(self.address)
        try:
            marking.submit(review_id=self.row.pk, by=person_at(self.request))
        except self.refusals as refusal:
            form.note_saved(saved.cells)
            return self.lead_back(form, problems=refusal_in_words(refusal), is_partly_saved=True)
        messages.success(self.request, _("Review submitted. It is now final."))
        return HttpResponseRedirect(self.model_admin.row_again_url(self.request, self.row))

    @property
    def address(self) -> str:
        """Of the sheet, as it was opened out of a list."""
        return with_origin(self.request.path, origin_of(self.request))

    def show(self, form: SectionFormMixin, **kwargs: Any) -> HttpResponse:
        assert isinstance(form, ScoreSheet)
        shown = shown_submission(self.request, self.row)
        form.judged = judged(self.row.application, shown["reading"])
        return self.render(
            form=form,
            sheet=form,
            is_submitting="submit" in form.data,
            action_url=self.address,
            place_in_list=self.model_admin.place_in_list(self.request, self.row),
            criteria_changes=told_to_reviewers(self.row.application.call),
            conflict_url=self.model_admin.url("decide_one", self.row.pk, "conflict"),
            **shown,
            **kwargs,
        )


def judged(application: Application, reading: Reading) -> dict[str, list[Answer]]:
    """Return the answers of a version that each criterion judges, by its code, in the order of the form."""
    serves = {question.name: question.criterion for question in asked_of(application).questions}
    found: dict[str, list[Answer]] = {}
    for section in reading.sections:
        for answer in section.answers:
            if criterion := serves.get(answer.name):
                found.setdefault(criterion, []).append(answer)
    return found


def shown_submission(request: HttpRequest, review: Review) -> dict[str, Any]:
    """Return what is read beside a review, and put on record that it is opened."""
    version = review.submission or review.application.submissions.latest("number")
    submitted.put_on_record(request, review.application, version)
    return {
        "review": review,
        "application": review.application,
        "reading": submitted.read(version, has_checks=False),
        "document_url_name": "admin:applications_review_document",
        "document_owner": review.pk,
    }
