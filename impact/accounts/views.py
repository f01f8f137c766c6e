"""The account pages that differ from allauth's: one page to log in or begin, and what follows it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import (
    AccountInactiveView,
    ConfirmEmailVerificationCodeView,
    ConfirmLoginCodeView,
    LoginView,
    PasswordSetView,
    RequestLoginCodeView,
)
from allauth.mfa.base.views import AuthenticateView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from impact.accounts.login import CodeLogIn


class OurFrameMixin:
    """Keeps allauth's `site` out of the page: our frame has its own under that name."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.pop("site", None)
        return context


class PasswordView(OurFrameMixin, LoginView):
    pass


class SecondFactorView(OurFrameMixin, AuthenticateView):
    pass


class ClosedView(OurFrameMixin, AccountInactiveView):
    pass


class AskForCodeView(OurFrameMixin, RequestLoginCodeView):
    """Takes an e-mail address; the answer is the same whether or not it is known."""

    def form_valid(self, form: Form) -> HttpResponse:
        CodeLogIn.begin(self.request, email=form.cleaned_data["email"], user=form._user)
        return HttpResponseRedirect(self.get_success_url())

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        # Who comes back to this page mistyped the address, or got no e-mail: let them begin again.
        clear_login(request)


class EnterCodeView(OurFrameMixin, ConfirmLoginCodeView):
    """Takes the code; afterwards the person is logged in and where they wanted to go."""

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.get_next_url() or resolve_url("pages:me"))
        self.stage = LoginStageController.enter(request, LoginByCodeStage.key)
        self._process = CodeLogIn.resume(self.stage) if self.stage else None
        if self._process is None:
            return self._begin_again(_("This code is not awaited here any more. Ask for a new one."))
        # Not allauth's own dispatch: that one would resume its process without our sign-up.
        return FormView.dispatch(self, request, *args, **kwargs)

    def form_invalid(self, form: Form) -> HttpResponse:
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        return self._begin_again(_("Too many wrong codes: this one is used up. Ask for a new one."))

    def _begin_again(self, why: str) -> HttpResponse:
        messages.warning(self.request, why)
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_request_login_code")))


class EnterNewAddressCodeView(OurFrameMixin, ConfirmEmailVerificationCodeView):
    """Takes the code that was sent to a new address; from then on it is the one to log in with."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("account_request_login_code"))
        return super().dispatch(request, *args, **kwargs)


class OwnPasswordView(PasswordSetView):
    """Lets staff set a password, first or new; whoever forgot the old one has logged in by code."""

    @method_decorator(login_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            return HttpResponseRedirect(reverse("account_email"))
        return FormView.dispatch(self, request, *args, **kwargs)

    def get_default_success_url(self) -> str:
        return reverse("account_email")
