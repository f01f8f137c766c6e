"""The page on which whoever fills in a test of a form deletes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from core.accounts.logged_in import person_at
from core.questionnaires.models import FormVersion


class DeleteTestPage(TemplateView):
    """GET explains what the button does; POST does it and leads back to the form."""

    # Where somebody belongs who may not see the administration any more.
    home = ""

    def get_form_version(self) -> FormVersion:
        """Return the version that the test is on."""
        raise NotImplementedError

    def delete_test(self) -> None:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Delete test"), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form_id = self.get_form_version().form_id
        self.delete_test()
        messages.success(request, _("Test deleted."))
        if person_at(request).is_staff:
            return HttpResponseRedirect(reverse("admin:questionnaires_form_change", args=[form_id]))
        return HttpResponseRedirect(reverse(self.home))
