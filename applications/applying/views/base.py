"""Pages of one application: only for its members, everybody else finds nothing there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from applications.applying import rules
from applications.applying.forms import opening
from applications.form import answers
from applications.form.sections import FormSection, Section, section_after
from applications.models import Application, Clarification
from applications.querysets import ApplicationQuerySet


class ApplicationPage(LoginRequiredMixin, TemplateView):
    """A page of the application in the address; `sections` are those whose answers it needs."""

    sections: Sequence[Section] = ()

    @cached_property
    def application(self) -> Application:
        rows = Application.objects.for_member(self.request.user).select_related("call")
        try:
            return self.load(rows).get(public_id=self.kwargs["public_id"])
        except Application.DoesNotExist:
            raise Http404 from None

    def load(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        return answers.with_answers(rows, self.sections)

    @cached_property
    def clarification(self) -> Clarification | None:
        return rules.open_question(self.application)

    @cached_property
    def opened_at(self) -> datetime:
        """When the form was opened: carried on from the page before, else now."""
        given = self.request.POST.get("opened") or self.request.GET.get("opened", "")
        return opening.read(given, self.kwargs["public_id"], self.request.user) or timezone.now()

    @cached_property
    def opened(self) -> str:
        """The token that carries `opened_at` on to the next page."""
        return opening.sign(self.kwargs["public_id"], self.request.user, self.opened_at)

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

    def why_not(self, section: Section | None = None) -> Any:
        return rules.why_not(
            self.application,
            self.clarification,
            section,
            role=self.application.role,
            at=timezone.now(),
            opened_at=self.opened_at,
        )

    def after(self, section: FormSection) -> FormSection | None:
        """Return the next section about which staff ask, or the next of all; None after the last."""
        return section_after(section, among=rules.sections_asked(self.clarification))

    def next_url(self, section: FormSection) -> str:
        """Return where one goes on from a section."""
        after, public_id = self.after(section), self.application.public_id
        address = after.url(public_id) if after else reverse("applications:check", args=[public_id])
        return address + self.carried

    def way_on(self, section: FormSection) -> dict[str, Any]:
        """Return what `_way_on.html` shows on the page of a section."""
        return {"next_url": self.next_url(section), "is_last": self.after(section) is None}

    def asked_sections(self) -> list[tuple[Any, str]]:
        """Return title and address of each section about which staff ask."""
        asked = rules.sections_asked(self.clarification) if self.clarification else ()
        return [(section.title, section.url(self.application.public_id)) for section in asked]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        application, clarification = self.application, self.clarification
        return super().get_context_data(**kwargs) | {
            "application": application,
            "clarification": clarification,
            "changeable": [section.slug for section in rules.sections_asked(clarification)],
            "asked_sections": self.asked_sections(),
            "deadline": rules.deadline(application, clarification),
            "grace_ends_at": rules.grace_ends_at(application, clarification),
            "is_timely": self.is_timely,
            "is_in_grace": self.is_in_grace,
            "carried": self.carried,
        }
