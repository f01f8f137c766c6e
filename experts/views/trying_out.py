"""A test of the form of experts: deleted by whoever filled it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from experts import actions
from experts.views.own_profile import OwnProfileMixin


class DeleteTestView(OwnProfileMixin, TemplateView):
    """GET explains what the button does; POST does it."""

    template_name = "experts/delete_test.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(expert=self.expert, heading=_("Delete the test"), **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        form_id = self.expert.form_version.form_id
        actions.delete_own_test(expert_id=self.expert.pk, by=request.user)
        messages.success(request, _("The test is deleted."))
        return HttpResponseRedirect(reverse("admin:questionnaires_form_change", args=[form_id]))
