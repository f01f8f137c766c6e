"""A test of the form of a call: deleted by whoever fills it in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications.applying.actions import drafts
from applications.applying.views.base import ApplicationPage
from applications.models import Application
from applications.querysets import ApplicationQuerySet
from core.history import NotAllowed


class DeleteTestView(ApplicationPage):
    """GET explains what the button does; POST does it."""

    template_name = "applications/delete_test.html"

    def load(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        return rows.filter(is_test=True)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form_id = self.application.form_version.form_id
        try:
            drafts.withdraw(application_id=self.application.pk, by=request.user)
        except (Application.DoesNotExist, NotAllowed):
            raise Http404 from None
        messages.success(request, _("The test is deleted."))
        if request.user.is_staff:
            return redirect("admin:questionnaires_form_change", form_id)
        return redirect("applications:mine")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Delete the test"), **kwargs)
