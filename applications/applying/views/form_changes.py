"""The form changed while an application was being written: what is new, and what nobody asks any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from applications.applying.actions import form_changes
from applications.applying.views.base import ApplicationPage
from applications.exceptions import NotEditable
from applications.form import answers
from applications.models import Application
from core.accounts.logged_in import person_at
from core.sections.questions import Question


class FormSeenView(ApplicationPage):
    """The button under the news; the page itself is the overview."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID, version: int) -> HttpResponse:
        try:
            form_changes.note_seen(public_id=public_id, by=person_at(request), version_id=version)
        except Application.DoesNotExist:
            raise Http404 from None
        except NotEditable as refusal:
            messages.error(request, str(refusal))
        return redirect("applications:overview", public_id)


class RemoveUnaskedView(ApplicationPage):
    """Asks first: what somebody has written is not lost by one press."""

    template_name = "applications/remove_unasked.html"

    @cached_property
    def question(self) -> Question:
        left = answers.no_longer_asked(self.application)
        try:
            return left[self.kwargs["name"]]
        except KeyError:
            raise Http404 from None

    def post(self, request: HttpRequest, public_id: UUID, name: str) -> HttpResponse:
        try:
            form_changes.remove_unasked(public_id=public_id, by=person_at(request), name=name)
        except Application.DoesNotExist:
            raise Http404 from None
        except NotEditable as refusal:
            if str(refusal):
                messages.error(request, str(refusal))
        else:
            messages.success(request, _("Answer removed."))
        return redirect("applications:overview", public_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.unasked_answer(self.question)
