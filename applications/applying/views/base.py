"""Pages of one application: only for its members, everybody else finds nothing there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from applications.applying import rules
from applications.applying.forms import opening
from applications.applying.next_version import NextVersion
from applications.form import answers
from applications.form.asked import asked_of, files_url, section_url
from applications.models import Application, Clarification
from applications.querysets import ApplicationQuerySet
from core.accounts.logged_in import person_at
from core.phrases import StrOrPromise
from core.sections.questions import Question, Questionnaire, Section


@dataclass(frozen=True)
class FileAddresses:
    """Where the files of an application are handed out, taken and removed.

    Args:
        public_id: of the application.
        carried: what a link needs after closing, so that the grace goes on.
        can_change: whether the person may add and remove files now.
    """

    public_id: UUID
    carried: str
    can_change: bool

    def download(self, file: str) -> str:
        return reverse("applications:document", args=[self.public_id, file])

    def upload(self, question: Question) -> str:
        return files_url(self.public_id, question.name) + self.carried

    def remove(self, file: str) -> str:
        return reverse("applications:document_remove", args=[self.public_id, file]) + self.carried


class ApplicationView(LoginRequiredMixin, View):
    """About the application in the address."""

    @cached_property
    def application(self) -> Application:
        rows = Application.including_tests.for_member(person_at(self.request)).select_related("call")
        try:
            return self.load(rows).get(public_id=self.kwargs["public_id"])
        except Application.DoesNotExist:
            raise Http404 from None

    def load(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        """Load with the application what the page needs."""
        return rows

    @cached_property
    def asked(self) -> Questionnaire:
        return asked_of(self.application)

    @cached_property
    def clarification(self) -> Clarification | None:
        return rules.open_question(self.application)

    @cached_property
    def opened_at(self) -> datetime:
        """When the form was opened: carried on from the page before, else now."""
        given = self.request.POST.get("opened") or self.request.GET.get("opened", "")
        return opening.read(given, self.kwargs["public_id"], person_at(self.request)) or timezone.now()

    @cached_property
    def opened(self) -> str:
        """The token that carries `opened_at` on to the next page."""
        return opening.sign(self.kwargs["public_id"], person_at(self.request), self.opened_at)

    @property
    def is_timely(self) -> bool:
        """Whether what this page sends now is in time, if need be by the grace."""
        opened_at = self.opened_at
        return rules.in_time(self.application, self.clarification, at=timezone.now(), opened_at=opened_at)

    @property
    def is_in_grace(self) -> bool:
        is_before = rules.in_time(self.application, self.clarification, at=timezone.now())
        return self.is_timely and not is_before

    @property
    def carried(self) -> str:
        """What a link to the next page needs after closing, so that the grace goes on; else nothing."""
        return f"?opened={self.opened}" if self.is_in_grace else ""

    def unasked_answer(self, question: Question) -> dict[str, Any]:
        """Return an answer to a question that is no longer asked, as its template shows it."""
        told, pages = answers.told(self.application, question), self.file_pages()
        files = [{"name": file.name, "url": pages.download(file.id)} for file in told.files]
        return {"question": question, "lines": told.items, "files": files}

    def why_not(self, section: Section | None = None) -> StrOrPromise | None:
        return rules.why_not(
            self.application,
            self.clarification,
            section,
            role=self.application.role,
            at=timezone.now(),
            opened_at=self.opened_at,
        )

    @cached_property
    def next_version(self) -> NextVersion:
        return NextVersion(self.application, self.clarification)

    @property
    def changeable(self) -> tuple[Section, ...]:
        """The sections about which staff ask, with what their answers open in others; or all."""
        return self.next_version.changeable

    def url_of(self, section: Section) -> str:
        return section_url(self.application.public_id, section)

    def files_url(self, question: str) -> str:
        """Return the address of the page on which a question takes files."""
        return files_url(self.application.public_id, question) + self.carried

    def place_url(self, question: Question) -> str:
        """Return where a question is asked."""
        section = self.asked.section_of(question.name)
        assert section
        return f"{self.url_of(section)}{self.carried}#{question.kind.anchor(question)}"

    def file_pages(self, *, can_change: bool = True) -> FileAddresses:
        """Return where files of this application are handed out, taken and removed."""
        return FileAddresses(self.application.public_id, self.carried, can_change=can_change)

    def after(self, section: Section) -> Section | None:
        """Return the next section about which staff ask, or the next of all; None after the last."""
        changeable = {each.slug for each in self.changeable}
        shown = self.next_version.asked
        return self.asked.after(section, among=[each for each in shown if each.slug in changeable])

    def next_url(self, section: Section) -> str:
        """Return where one goes on from a section."""
        after = self.after(section)
        check = reverse("applications:check", args=[self.application.public_id])
        return (self.url_of(after) if after else check) + self.carried

    def way_on(self, section: Section) -> dict[str, Any]:
        """Return what the page of a section shows of its place in the form, and of the way on."""
        return {
            "section": section,
            "number": self.asked.number(section),
            "count": len(self.asked),
            "next_url": self.next_url(section),
            "is_last": self.after(section) is None,
        }

    def asked_sections(self) -> list[tuple[Any, str]]:
        """Return title and address of each section about which staff ask."""
        asked = self.clarification.sections if self.clarification else ()
        return [(section.title, self.url_of(section)) for section in self.asked if section.slug in asked]

    def opened_sections(self) -> list[tuple[Any, str, list[Any]]]:
        """Return title, address and questions of each section that answers to staff have opened."""
        opened = self.next_version.answer.opened if self.next_version.answer else ()
        return [(each.section.title, self.url_of(each.section), each.headings) for each in opened]

    def closed_questions(self) -> list[Any]:
        """Return the headings of the submitted answers that the answer to staff leaves out."""
        answer = self.next_version.answer
        return [question.heading for question in answer.closed] if answer else []


class ApplicationPage(ApplicationView, TemplateView):
    """A page of the application in the address."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        application, clarification = self.application, self.clarification
        return super().get_context_data(**kwargs) | {
            "application": application,
            "is_test": application.is_test,
            "clarification": clarification,
            "changeable": [section.slug for section in self.changeable],
            "asked_sections": self.asked_sections(),
            "opened_sections": self.opened_sections(),
            "closed_questions": self.closed_questions(),
            "deadline": rules.deadline(application, clarification),
            "grace_ends_at": rules.grace_ends_at(application, clarification),
            "is_timely": self.is_timely,
            "is_in_grace": self.is_in_grace,
            "carried": self.carried,
        }
