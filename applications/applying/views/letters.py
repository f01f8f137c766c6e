"""The letter that told an outcome, as it left: on the applicants' page and as a PDF."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from applications.applying import pdf
from applications.applying.letters import told_to
from applications.applying.views.base import ApplicationPage
from core.mail.models import Message
from core.uploads import PDF


class LetterView(ApplicationPage):
    """The text that was sent, and no other: there is one source."""

    template_name = "applications/letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"letter": self.letter()}

    def letter(self) -> Message:
        letter = told_to(self.application)
        if letter is None:
            raise Http404
        return letter


class LetterPdfView(LetterView):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        letter = self.letter()
        response = HttpResponse(pdf.of_letter(letter, self.application), content_type=PDF)
        response["Content-Disposition"] = f'inline; filename="{self.application.reference}.pdf"'
        return response
