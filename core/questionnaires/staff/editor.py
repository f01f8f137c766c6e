"""The draft of a form on one page: all sections and questions, what is wrong, and how applicants see it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy

from core.questionnaires.staff.in_place import InPlacePage


class EditorPage(InPlacePage):
    """Shows the draft with nothing opened."""

    route, name = "<int:pk>/draft/", "draft"
    title = gettext_lazy("Edit form")
    # Who reads forms reads drafts.
    permission = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a button that says nothing: those that move and duplicate are answered everywhere."""
        return HttpResponseRedirect(self.editor_url)
