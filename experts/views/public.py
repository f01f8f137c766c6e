"""What experts do, and how to become one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from core.accounts.logged_in import person_at
from experts import actions
from experts.enums import PROGRAMME_LAST_MONTH
from experts.kinds import month_in_words
from experts.models import Expert


class IndexView(TemplateView):
    template_name = "experts/index.html"


class RegisterView(TemplateView):
    """Says what to have at hand; who has a profile goes on to it."""

    template_name = "experts/register.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(last_month=month_in_words(PROGRAMME_LAST_MONTH), **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and Expert.objects.for_user(request.user).exists():
            return HttpResponseRedirect(reverse("experts:profile"))
        return super().get(request, *args, **kwargs)


class StartView(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        actions.start(by=person_at(request))
        return HttpResponseRedirect(reverse("experts:profile"))

    def handle_no_permission(self) -> HttpResponseRedirect:
        # A log-in cannot lead back to a page that only takes a button.
        return HttpResponseRedirect(reverse("experts:register"))
