"""The profile of the person who is logged in, or the one with which that person tries out the form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core import given_back
from core.bases import ViewBase
from core.phrases import StrOrPromise
from core.sections.questions import Section
from experts.core_questions import CV
from experts.models import Expert
from experts.models.expert import TEST_PAGES


def section_address(expert: Expert, section: Section) -> str:
    """Return the address of a section; the CV has a page of its own."""
    return expert.address("cv") if section.asks(CV) else expert.address("section", section.slug)


@method_decorator(never_cache, name="dispatch")
class OwnProfileMixin(LoginRequiredMixin, ViewBase):
    """Gives a view `self.expert`; who has not begun yet is led to the beginning."""

    expert: Expert
    needs_editable = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        is_test = self.is_test_page
        expert = Expert.including_tests.filter(is_test=is_test).of(request.user).first()
        if expert is None and is_test:
            raise Http404
        if expert is None:
            return HttpResponseRedirect(reverse("experts:register"))
        self.expert = expert
        if self.needs_editable and not expert.is_editable:
            return self.refuse_change(_("Your profile is withdrawn. Reopen it to make changes."))
        return super().dispatch(request, *args, **kwargs)

    @property
    def is_test_page(self) -> bool:
        """Whether it is one of those on which staff try out the form."""
        match = self.request.resolver_match
        return match is not None and match.namespace == TEST_PAGES

    def refuse_change(self, text: StrOrPromise) -> HttpResponse:
        if self.request.method == "POST":
            return given_back.refuse(self.request, text, back_url=self.expert.address("profile"))
        messages.error(self.request, str(text))
        return HttpResponseRedirect(self.expert.address("profile"))
