"""Showing again who one is by e-mail, and the code with which staff set up a first second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.mixins import NextRedirectMixin
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic.edit import FormView

from core.accounts import limits, second_factor, set_up_codes
from core.accounts.enums import CodePurpose
from core.accounts.forms import SetUpCodeForm
from core.accounts.logged_in import person_at
from core.accounts.proofs import View
from core.accounts.views.errors import ErrorsOnOwnPageMixin
from core.accounts.views.frame import ASKED_TOO_OFTEN, TypeCodeView, ask_for_code, forget_code
from core.mail.mailboxes import in_letters


class ConfirmByMailView(LoginRequiredMixin, TypeCodeView):
    """Mails a code to the present address once the button is pressed, and takes it."""

    purpose = CodePurpose.CONFIRM
    template_name = "account/confirm_by_mail.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and second_factor.is_set_up(request):
            # A mailbox does not stand in for the factor.
            return HttpResponseRedirect(self.passthrough_next_url(reverse("mfa_reauthenticate")))
        return super().dispatch(request, *args, **kwargs)

    def begin_again(self) -> str:
        return str(self.passthrough_next_url(reverse("account_confirm_by_mail")))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.asked is None:
            return self.render_to_response({"email": in_letters(person_at(request).email)})
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.asked is None and request.POST.get("action") == "send":
            if not ask_for_code(request, self.purpose, person_at(request).email):
                messages.warning(request, ASKED_TOO_OFTEN)
            return HttpResponseRedirect(request.get_full_path())
        return super().post(request, *args, **kwargs)

    def right(self, address: str, form: Form) -> HttpResponse:
        forget_code(self.request, self.purpose)
        record_authentication(
            self.request, person_at(self.request), method="code", email=address, reauthenticated=True
        )
        return HttpResponseRedirect(self.get_next_url() or reverse("account_email"))


class ConfirmByPasswordView(ErrorsOnOwnPageMixin, ReauthenticateView):
    """Asks for the password again."""


class ConfirmByAppView(ErrorsOnOwnPageMixin, ReauthenticateByCodeView):
    """Asks for a code of the app, or a recovery code, again."""


class ConfirmByKeyView(ReauthenticateWebAuthnView):
    """Asks for a key; if it was not right, again, where allauth would forget what it was for."""

    def form_invalid(self, form: Form) -> HttpResponse:
        super().form_invalid(form)  # says why
        return HttpResponseRedirect(self.passthrough_next_url(reverse("mfa_reauthenticate_webauthn")))


class SetUpCodeView(LoginRequiredMixin, ErrorsOnOwnPageMixin, NextRedirectMixin, FormView):
    """Takes the code that an administrator handed over; then a factor can be set up in this session."""

    form_class = SetUpCodeForm
    template_name = "mfa/set_up_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and second_factor.may_set_up(request):
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        user = person_at(self.request)
        origin = limits.origin_of(self.request, user.email)
        if not limits.try_once(limits.SET_UP_CODES, user.email, origin):
            form.add_error("code", _("Too many wrong codes. Try again in an hour."))
            return self.form_invalid(form)
        code = set_up_codes.find(user=user, typed=form.cleaned_data["code"])
        if code is None:
            form.add_error(
                "code", _("This code is incorrect or has expired. Ask an administrator for a new one.")
            )
            return self.form_invalid(form)
        limits.succeeded(limits.SET_UP_CODES, user.email, origin)
        second_factor.allow_set_up(self.request, code)
        return HttpResponseRedirect(self.get_next_url() or reverse("mfa_index"))


def set_up_allowed(view: View) -> View:
    """Let staff without a factor set one up only after the code of an administrator."""

    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if second_factor.may_set_up(request):
            return view(request, *args, **kwargs)
        return HttpResponseRedirect(f"{reverse('mfa_set_up_code')}?next={request.path}")

    return asking
