"""One's applications, the start of one, its overview."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import FormView, ListView

from applications.applying.actions import drafts
from applications.applying.forms.starting import StartForm, known
from applications.applying.views.base import ApplicationPage
from applications.calls import checked
from applications.enums import ApplicationStatus
from applications.exceptions import AlreadyStarted, TooManyDrafts
from applications.form import answers
from applications.form.core_questions import DOCUMENTS
from applications.models import Application, Call, Invitation
from applications.querysets import ApplicationQuerySet
from core.accounts.logged_in import person_at
from core.history import NotAllowed
from core.questionnaires import carrying
from core.questionnaires.changes import Change
from core.reference.models import NutsUnit
from core.sections import completeness
from core.sections.completeness import Progress
from core.sections.questions import Answers, Questionnaire, Section

TONES = {
    Progress.COMPLETE: "success",
    Progress.STARTED: "info",
    Progress.NOT_STARTED: "",
    Progress.OPTIONAL: "",
    Progress.NOT_ASKED: "",
}


class ApplicationListView(LoginRequiredMixin, ListView):
    template_name = "applications/mine.html"
    context_object_name = "applications"

    def get_queryset(self) -> ApplicationQuerySet:
        mine = Application.including_tests.for_member(person_at(self.request))
        return mine.with_held_letters().select_related("call")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invitations = Invitation.objects.awaiting().for_email(person_at(self.request).email)
        return super().get_context_data(**kwargs) | {
            "invitations": invitations.select_related("application__call", "invited_by"),
            "open_calls": Call.objects.open(),
        }


class StartView(LoginRequiredMixin, FormView):
    template_name = "applications/start.html"
    form_class = StartForm

    @cached_property
    def call(self) -> Call:
        return get_object_or_404(Call.objects.shown(), slug=self.kwargs["slug"])

    @cached_property
    def checked(self) -> list[NutsUnit]:
        """The regions of an eligibility check: of the address, and then of the form as it was shown."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        return checked.regions_of(sent.getlist(checked.FIELD))

    @property
    def mine(self) -> ApplicationQuerySet:
        return Application.objects.for_member(person_at(self.request)).filter(call=self.call)

    def get_initial(self) -> dict[str, Any]:
        return {"key": uuid4(), "known": known(self.mine)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"checked": self.checked}

    def form_valid(self, form: StartForm) -> HttpResponse:
        try:
            application = drafts.start(
                call_id=self.call.pk,
                by=person_at(self.request),
                public_id=form.cleaned_data["key"],
                language=get_language(),
                regions=[unit.pk for unit in self.checked] if form.cleaned_data.get("takes_regions") else [],
                shown=form.cleaned_data["known"],
            )
        except AlreadyStarted as refusal:
            form.name_now(self.mine)
            form.add_error(None, f"{refusal} {_('Continue it, or press again to start another one.')}")
            return self.form_invalid(form)
        except TooManyDrafts as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        except NotAllowed:
            # The call has closed while the page was open; its page says so.
            return redirect(self.call)
        if application.public_id != form.cleaned_data["key"]:
            messages.info(self.request, _("You have already started this application. It is still empty."))
        return redirect(application)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "call": self.call,
            "mine": self.mine,
            "checked": self.checked,
        }


class OverviewView(ApplicationPage):
    template_name = "applications/overview.html"

    def load(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        return answers.with_answers(rows).with_document_count()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cells, shown = self.next_version.cells, self.next_version.asked
        versions = self.application.submissions.without_answers()
        return super().get_context_data(**kwargs) | {
            "tasks": [self._task(section, shown.section(section.slug), cells) for section in self.asked],
            "news": self._news(shown, cells),
            "unasked": [
                self.unasked_answer(question)
                for question in answers.no_longer_asked(self.application).values()
            ],
            "missing": self.next_version.missing,
            "submissions": versions if self.application.was_submitted else [],
            "refusal": self.why_not(),
            "file_state": self.next_version.state,
        }

    def _news(self, shown: Questionnaire, cells: Answers) -> list[Change]:
        """Return what a draft does not answer yet of a changed form; what was submitted stays as it is."""
        if self.application.status != ApplicationStatus.DRAFT:
            return []
        return carrying.still_news(carrying.news_of(self.application), shown, cells)

    def _task(self, section: Section, shown: Section | None, cells: Answers) -> dict[str, Any]:
        progress = completeness.progress(shown, cells)
        task = {"label": section.title, "url": self.url_of(section) + self.carried}
        if section.asks(DOCUMENTS):
            count = self.application.document_count
            return task | {"status": str(count), "tone": "info" if count else ""}
        return task | {"status": progress.label, "tone": TONES[progress]}
