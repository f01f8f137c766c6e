"""The letter that told an outcome, as it left: on the applicants' page and as a PDF."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications.applying import pdf
from applications.applying.letters import outcome_letter_of
from applications.applying.views.base import ApplicationPage
from applications.exceptions import PdfFailed
from core.mail.models import Message
from core.uploads import PDF


class LetterView(ApplicationPage):
    """The text that was sent, and no other: there is one source."""

    template_name = "applications/letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"letter": self.letter()}

    def letter(self) -> Message:
        letter = outcome_letter_of(self.application)
        if letter is None:
            raise Http404
        return letter


class LetterPdfView(LetterView):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            content = pdf.of_letter(self.letter(), self.application)
        except PdfFailed:
            messages.error(
                request,
                _(
                    "The PDF could not be created. You can read the whole letter on this page. "
                    "Try again later."
                ),
            )
            return redirect("applications:letter", public_id=self.application.public_id)
        response = HttpResponse(content, content_type=PDF)
        response["Content-Disposition"] = f'inline; filename="{self.application.reference}.pdf"'
        return response
