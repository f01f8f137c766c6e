"""Logging in: one page for the known and the new, by code; for staff also by password or passkey."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.mixins import NextRedirectMixin, RedirectAuthenticatedUserMixin
from allauth.account.models import Login
from allauth.account.views import AccountInactiveView, LoginView
from allauth.mfa.base.views import AuthenticateView
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic.edit import FormView

from core.accounts import actions, limits
from core.accounts.enums import CodePurpose
from core.accounts.forms import AskForCodeForm
from core.accounts.proofs import View
from core.accounts.views.errors import ErrorsOnOwnPageMixin, keep, show_kept
from core.accounts.views.frame import (
    ASKED_TOO_OFTEN,
    OurFrameMixin,
    TypeCodeView,
    ask_for_code,
    forget_code,
)
from core.readings import say_what_was_read

IN_ANOTHER_LANGUAGE = gettext_lazy(
    "Our e-mails to you are in a different language from this page. You can change this under “My account”."
)


def spare_network(view: View) -> View:
    """Answer a network that sends very many requests with a page that says so."""

    def sparing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and limits.is_network_busy(request, request.POST.get("login", "")):
            return render(request, "429.html", status=429)
        return view(request, *args, **kwargs)

    return sparing


class PasswordView(ErrorsOnOwnPageMixin, OurFrameMixin, LoginView):
    typed_again = ("login",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"is_refused": context["form"].has_error("__all__", "too_many_login_attempts")}


class SecondFactorView(OurFrameMixin, AuthenticateView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        show_kept(request, self.auth_form)
        return super().get(request, *args, **kwargs)

    def form_invalid(self, form: Form) -> HttpResponse:
        if form is not self.auth_form:
            return super().form_invalid(form)  # allauth says why, beside the button for keys
        return keep(self.request, form, typed=())


class ClosedView(OurFrameMixin, AccountInactiveView):
    pass


class AskForCodeView(
    ErrorsOnOwnPageMixin, OurFrameMixin, RedirectAuthenticatedUserMixin, NextRedirectMixin, FormView
):
    """Takes an e-mail address; the answer is the same whether or not it is known, or asked too often."""

    form_class = AskForCodeForm
    typed_again = ("email",)
    template_name = "account/request_login_code.html"

    def get_success_url(self) -> str | None:  # type: ignore[override]  # allauth then leads on
        return None if self.request.user.is_authenticated else self._address_to_type_it()

    def _address_to_type_it(self) -> str:
        return str(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: object) -> None:
        # Who comes back to this page from the second factor wants to log in as somebody else.
        clear_login(request)

    def form_valid(self, form: Form) -> HttpResponse:
        if limits.is_network_busy(self.request, form.cleaned_data["email"]):
            form.add_error(None, _("Too many requests came from your network. Try again in a minute."))
            return self.form_invalid(form)
        if not ask_for_code(self.request, CodePurpose.LOG_IN, form.cleaned_data["email"]):
            form.add_error(None, ASKED_TOO_OFTEN)
            return self.form_invalid(form)
        say_what_was_read(self.request, form)
        return HttpResponseRedirect(self._address_to_type_it())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        login_url = self.passthrough_next_url(reverse("account_login"))
        return super().get_context_data(**kwargs) | {"login_url": login_url}


class EnterCodeView(TypeCodeView):
    """Takes the code; afterwards the person is logged in and where they wanted to go."""

    purpose = CodePurpose.LOG_IN
    template_name = "account/confirm_login_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.get_next_url() or resolve_url("pages:me"))
        return super().dispatch(request, *args, **kwargs)

    def begin_again(self) -> str:
        return str(self.passthrough_next_url(reverse("account_request_login_code")))

    def right(self, address: str, form: Form) -> HttpResponse:
        """Log in; a right code for a new address opens the account."""
        forget_code(self.request, self.purpose)
        user = actions.open_account(email=address, language=get_language())
        record_authentication(self.request, user, method="code", email=address)
        if user.language != get_language():
            messages.info(self.request, IN_ANOTHER_LANGUAGE)
        return perform_login(self.request, Login(user=user, redirect_url=self.get_next_url(), email=address))
