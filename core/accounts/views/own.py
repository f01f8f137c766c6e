"""What people see and change of their own account."""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.account.views import PasswordSetView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _
from django.views.generic import View
from django.views.generic.edit import FormView
from django.views.i18n import set_language

from core.accounts import actions, proofs, second_factor, sessions
from core.accounts.adapter import MFAAdapter
from core.accounts.enums import CodePurpose
from core.accounts.forms import DetailsForm, NewAddressForm
from core.accounts.languages import is_offered
from core.accounts.logged_in import person_at
from core.accounts.views.frame import (
    ASKED_TOO_OFTEN,
    TypeCodeView,
    ask_for_code,
    awaited_address,
    forget_code,
)


class AccountPage(LoginRequiredMixin, FormView):
    """Shows the account, its forms and its sessions; a subclass takes what one of the forms sends."""

    template_name = "account/email_change.html"
    form_name: str

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = person_at(self.request)
        shown = {
            "details_form": DetailsForm(initial={"name": user.name, "language": user.language}),
            "address_form": NewAddressForm(present=user.email),
        }
        return (
            context
            | shown
            | {
                self.form_name: context["form"],
                "new_address": awaited_address(self.request, CodePurpose.NEW_ADDRESS),
                "sessions": sessions.running(self.request),
            }
        )


class DetailsView(AccountPage):
    """Takes name and language; the answer is the same page in the language that was chosen."""

    form_class = DetailsForm
    form_name = "details_form"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_email"))

    def form_valid(self, form: Form) -> HttpResponse:
        actions.change_own_details(by=person_at(self.request), **form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):
            messages.success(self.request, _("Your name and language have been saved."))
            return HttpResponseRedirect(reverse("account_email"))


class AccountView(AccountPage):
    """Takes a new address, which counts once its code is typed."""

    form_class = NewAddressForm
    form_name = "address_form"

    @method_decorator(partial(proofs.prove_again, keeps=("email",)))
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        typed = proofs.typed_before(self.request)
        return {"email": typed.get("email", "")} if typed else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"present": person_at(self.request).email}

    def form_valid(self, form: Form) -> HttpResponse:
        if not ask_for_code(self.request, CodePurpose.NEW_ADDRESS, form.cleaned_data["email"]):
            form.add_error(None, ASKED_TOO_OFTEN)
            return self.form_invalid(form)
        return HttpResponseRedirect(reverse("account_new_address"))


class EnterNewAddressCodeView(LoginRequiredMixin, TypeCodeView):
    """Takes the code that was sent to a new address; from then on it is the one to log in with."""

    purpose = CodePurpose.NEW_ADDRESS
    template_name = "account/new_address.html"

    def begin_again(self) -> str:
        return reverse("account_email")

    def right(self, address: str, form: Form) -> HttpResponse:
        forget_code(self.request, self.purpose)
        try:
            actions.change_own_address(by=person_at(self.request), email=address)
        except ValidationError:
            # Not why: who has an account is nobody else's business.
            messages.error(self.request, _("This address cannot be used. Enter another one."))
        else:
            sessions.keep_current(self.request)
            messages.success(self.request, _("From now on, log in with %(email)s.") % {"email": address})
        return HttpResponseRedirect(reverse("account_email"))


def switch_language(request: HttpRequest) -> HttpResponse:
    """Lead to the same page in another language; whoever is logged in gets e-mails in it from then on."""
    # The page to lead to is found only in its own language.
    with translation.override(get_language_from_path(request.POST.get("next", ""))):
        response = set_language(request)
    chosen = request.POST.get("language")
    if request.user.is_authenticated and is_offered(chosen) and chosen != request.user.language:
        actions.choose_language(by=request.user, language=chosen)
        with translation.override(chosen):
            messages.success(request, _("From now on, our e-mails to you are in this language too."))
    return response


class EndSessionView(LoginRequiredMixin, View):
    """Logs out one browser of the person at the screen."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        sessions.end_one(request, request.POST.get("session", ""))
        messages.success(request, _("That browser has been logged out."))
        return HttpResponseRedirect(reverse("account_email"))


class EndSessionsView(LoginRequiredMixin, View):
    """Logs out every other browser of the person at the screen."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        actions.end_sessions(user=person_at(request))
        sessions.keep_current(request)
        messages.success(request, _("You have been logged out everywhere else."))
        return HttpResponseRedirect(reverse("account_email"))


class OwnPasswordView(LoginRequiredMixin, PasswordSetView):
    """Lets staff set a password, first or new; whoever forgot the old one has logged in by code."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not request.user.is_staff:
            return HttpResponseRedirect(reverse("account_email"))
        return FormView.dispatch(self, request, *args, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        actions.end_sessions(user=person_at(self.request))
        sessions.keep_current(self.request)
        return response

    def get_default_success_url(self) -> str:
        return reverse("account_email")


class RemoveKeyView(RemoveWebAuthnView):
    """Removes a key, unless staff would stand without a second factor; allauth asks for apps only."""

    def form_valid(self, form: Form) -> HttpResponse:
        if not second_factor.is_last_of_staff(self.object):
            return super().form_valid(form)
        messages.error(self.request, MFAAdapter.error_messages["cannot_delete_authenticator"])
        return HttpResponseRedirect(self.get_success_url())
