"""Check your answers, submit, the receipt, versions and their differences, withdrawal."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import View

from applications.applying import pdf, word
from applications.applying.actions import drafts, submitting
from applications.applying.forms.starting import SubmitForm, WithdrawForm
from applications.applying.snapshots import Snapshot
from applications.applying.views.base import ApplicationPage, ApplicationView
from applications.applying.views.staff import record_download
from applications.calls import eligibility
from applications.enums import AttemptOutcome, MemberRole, PartnerEvent
from applications.exceptions import PdfFailed
from applications.form import answers
from applications.models import Application, Submission
from applications.querysets import ApplicationQuerySet
from core import given_back
from core.accounts.logged_in import person_at
from core.history import IllegalMove, NotAllowed
from core.sections import reading
from core.sections.reading import Difference
from core.uploads import DOCX, PDF, download_response

# Ending of the name → what makes the file, and its type.
DRAFT_FILES = {"pdf": (pdf.of_draft, PDF), "docx": (word.of_draft, DOCX)}


class CheckAnswersView(ApplicationPage):
    """All answers on one page, what is missing, the partner rules, and the button."""

    template_name = "applications/check.html"

    def load(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        return answers.with_answers(rows)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        try:
            seen = request.POST.get("seen", "")
            attempt = submitting.submit(
                public_id=public_id, by=person_at(request), opened_at=self.opened_at, seen=seen
            )
        except Application.DoesNotExist:
            raise Http404 from None
        if attempt.submission:
            if attempt.outcome == AttemptOutcome.UNCHANGED:
                messages.info(request, _("Nothing has changed since this version, so it still counts."))
            return redirect("applications:version", public_id, attempt.submission.number)
        if attempt.outcome == AttemptOutcome.ACCEPTED:
            messages.success(request, _("This test would have been submitted. Nothing was kept."))
            return redirect("applications:overview", public_id)
        return self.render_to_response(self.get_context_data(attempt=attempt), status=409)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version, refusal = self.next_version, self.why_not()
        is_refused = eligibility.is_refused(version.checks) or refusal
        changes = self._changes(version.snapshot)
        is_timely = self.is_timely or self.application.is_test
        return super().get_context_data(**kwargs) | {
            "read_sections": reading.sections(version.snapshot, get_language()),
            "changes": changes,
            "changed": [change.after for change in changes],
            "missing": version.missing,
            "checks": version.checks,
            "declined": [
                partner
                for partner in self.application.partners.all()
                if partner.confirmation == PartnerEvent.DECLINED
            ],
            "refusal": refusal,
            "form": SubmitForm.showing(version.snapshot, opened=self.opened),
            "may_change": not refusal,
            "may_submit": is_timely and not (version.missing or is_refused),
        }

    def _changes(self, snapshot: Snapshot) -> list[Difference]:
        """Return what somebody changed after the page was opened whose button was pressed."""
        shown = SubmitForm(self.request.POST).shown_snapshot if self.request.method == "POST" else None
        return reading.differences(shown, snapshot, get_language()) if shown else []


class VersionView(ApplicationPage):
    """A submitted version: the receipt, all answers, what changed since the one before."""

    template_name = "applications/version.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = self.kwargs["number"]
        versions = self.application.submissions.select_related("submitted_by")
        around = versions.filter(number__in=[number - 1, number, number + 1])
        wanted = {version.number: version for version in around}
        if number not in wanted:
            raise Http404
        submission, before = wanted[number], wanted.get(number - 1)
        language = get_language()
        # The first version answers nobody.
        asked = self.application.clarifications.all() if number > 1 else ()
        answered = next((each for each in asked if each.is_answered_by(submission)), None)
        return super().get_context_data(**kwargs) | {
            "submission": submission,
            "asked_about": answered and answered.sections,
            "is_latest": number + 1 not in wanted,
            "read_sections": reading.sections(submission.snapshot, language),
            "differences": before and reading.differences(before.snapshot, submission.snapshot, language),
        }


class DraftFileView(ApplicationView):
    """The answers as they would be submitted now, to read and circulate before.

    While staff wait for an answer, that is the answer: what else was changed meanwhile is not sent with it.
    """

    def load(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        return answers.with_answers(rows)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        make, content_type = DRAFT_FILES[kwargs["ending"]]
        application, language = self.application, get_language()
        try:
            content = make(self.next_version.snapshot, language=language, state=self.next_version.state)
        except PdfFailed:
            why = _("The PDF could not be created. All answers are on this page. Try again later.")
            messages.error(request, why)
            return redirect("applications:check", application.public_id)
        name = f"{application.reference}-{_('draft')}.{kwargs['ending']}"
        return download_response(BytesIO(content), name=name, content_type=content_type)


class VersionPdfView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, public_id: UUID, number: int) -> HttpResponseBase:
        readable = Submission.objects.readable_by(person_at(request)).select_related("application", "pdf")
        submission = get_object_or_404(readable, application__public_id=public_id, number=number)
        name = f"{submission.application.reference}-v{number}.pdf"
        try:
            made = pdf.ensure(submission)
        except PdfFailed:
            messages.error(
                request,
                _(
                    "The PDF could not be created. Your submission is safe, and all of it is "
                    "on this page. We will try again later."
                ),
            )
            return redirect("applications:version", public_id=public_id, number=number)
        record_download(request, submission.application, name)
        return download_response(made.file.open("rb"), name=name, content_type=PDF)


class HistoryView(ApplicationPage):
    """Every version, every press of the button and every change of status."""

    template_name = "applications/history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "submissions": self.application.submissions.without_answers().select_related("submitted_by"),
            "attempts": self.application.attempts.select_related("by", "submission"),
            "partner_records": self.application.partner_records.select_related("by"),
        }


class WithdrawView(ApplicationPage):
    template_name = "applications/withdraw.html"

    def load(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        """A test is deleted on a page of its own."""
        return rows.filter(is_test=False)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = WithdrawForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            drafts.withdraw(
                application_id=self.application.pk, by=person_at(request), reason=form.cleaned_data["reason"]
            )
        except (IllegalMove, NotAllowed):
            why = _("You cannot withdraw the application yourself now. Write to us.")
            return given_back.refuse(request, why, back_url=self.application.get_absolute_url())
        messages.success(request, _("Application withdrawn."))
        return redirect(self.application)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.setdefault("form", WithdrawForm())
        return context | {"is_lead": self.application.role == MemberRole.LEAD}
