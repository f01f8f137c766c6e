"""What the account pages share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.mixins import NextRedirectMixin
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from core.accounts import codes, limits
from core.accounts.codes import CodeCheck
from core.accounts.enums import CodePurpose
from core.accounts.forms import CodeForm
from core.accounts.limits import Origin
from core.accounts.models import MailedCode, User
from core.accounts.views.errors import ErrorsOnOwnPageMixin
from core.bases import ContextBase
from core.mail.mailboxes import in_letters


class OurFrameMixin(ContextBase):
    """Keeps allauth's `site` out of the page: our frame has its own under that name."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.pop("site", None)
        return context


ASKED_TOO_OFTEN = gettext_lazy(
    "Too many codes for this address were requested from your network. Try again in 15 minutes."
)


def ask_for_code(request: HttpRequest, purpose: CodePurpose, address: str) -> bool:
    """Mail a code, and remember in this browser's session that it is awaited.

    Returns:
        False if nothing can be typed in this browser, since it, or its network, asked too often.
    """
    origin = limits.origin_of(request, address)
    row = codes.ask(purpose=purpose, address=address, origin=origin, user=_who(request))
    if row is not None:
        request.session[_session_key(purpose)] = row.pk
    return awaited_address(request, purpose) == address


def forget_code(request: HttpRequest, purpose: CodePurpose) -> None:
    """Await no code any more in this browser."""
    request.session.pop(_session_key(purpose), None)


def awaited_address(request: HttpRequest, purpose: CodePurpose) -> str:
    """Return the address to which a code is on its way for this browser; empty if none is."""
    number = request.session.get(_session_key(purpose))
    row = MailedCode.objects.of(purpose, _who(request)).with_number(number)
    return row.address if row and row.can_be_typed_for else ""


def _session_key(purpose: CodePurpose) -> str:
    return f"code: {purpose}"


def _who(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


class TypeCodeView(ErrorsOnOwnPageMixin, OurFrameMixin, NextRedirectMixin, FormView):
    """Takes a mailed code; a subclass says what it is for, and what follows a right one.

    The session holds the number of the row with the tries of this browser, and no code.
    """

    form_class = CodeForm
    # A wrong one is worth nothing to others, and shows what to mistype no more.
    typed_again = ("code",)
    purpose: CodePurpose

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def begin_again(self) -> str:
        """Return where to ask for a code."""
        raise NotImplementedError

    def right(self, address: str, form: Form) -> HttpResponse:
        """Do what the code was asked for; a form with an error is shown again."""
        raise NotImplementedError

    @cached_property
    def asked(self) -> MailedCode | None:
        """The row of this browser, as long as something can be typed for it."""
        number = self.request.session.get(_session_key(self.purpose))
        row = MailedCode.objects.of(self.purpose, _who(self.request)).with_number(number)
        return row if row and row.can_be_typed_for else None

    @property
    def awaited(self) -> MailedCode:
        """The same, where the page has made sure that there is one.

        Raises:
            Http404: it expired or was used up at this very moment.
        """
        if self.asked is None:
            raise Http404
        return self.asked

    @property
    def origin(self) -> Origin:
        return limits.origin_of(self.request, self.awaited.address)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.asked is None:
            return self._begin_again(_("This code has expired. Ask for a new one."))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.asked is None:
            # Not told here: another tab may have logged in with the code just now, and the session that
            # this request came with is gone. The page that is opened next sees the new one.
            return HttpResponseRedirect(request.get_full_path())
        if request.POST.get("action") == "resend":
            return self._ask_again(says_so=True)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        typed = form.cleaned_data["code"]
        match codes.enter(code_id=self.awaited.pk, typed=typed, origin=self.origin):
            case CodeCheck.RIGHT:
                return self.right(self.awaited.address, form)
            case CodeCheck.GONE:
                return HttpResponseRedirect(self.request.get_full_path())
            case CodeCheck.USED_UP:
                return self._begin_again(_("Too many wrong codes. Ask for a new one."))
            case CodeCheck.TOO_SHORT:
                return self._ask_for_long()
        form.add_error("code", _("This code is incorrect. Check the newest e-mail from us."))
        return self.form_invalid(form)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"is_long": self.awaited.is_long}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        until = codes.newest_until(self.awaited)
        wait = 0 if until else codes.seconds_to_wait(self.awaited, self.origin)
        return super().get_context_data(**kwargs) | {
            "asked": self.asked,
            "email": in_letters(self.awaited.address),
            "is_sent": bool(self.awaited.digest),
            "until": until,
            "again_at": timezone.now() + timedelta(seconds=wait),
        }

    def _ask_again(self, *, says_so: bool = False) -> HttpResponse:
        if limits.is_network_busy(self.request, self.awaited.address):
            messages.warning(
                self.request, _("Too many requests came from your network. Try again in a minute.")
            )
        elif not ask_for_code(self.request, self.purpose, self.awaited.address):
            messages.warning(self.request, ASKED_TOO_OFTEN)
        elif says_so:
            self._say_what_was_sent()
        return HttpResponseRedirect(self.request.get_full_path())

    def _say_what_was_sent(self) -> None:
        """Say what came of asking again; alike for every address."""
        del self.asked  # another row by now
        if self.awaited.digest:
            words = _("A new code is on its way to %(email)s. Codes that you already have keep working.")
            messages.success(self.request, words % {"email": in_letters(self.awaited.address)})
        else:
            messages.info(self.request, _("No new code was sent, because several were sent recently."))

    def _ask_for_long(self) -> HttpResponse:
        messages.warning(
            self.request,
            _(
                "Somebody has been guessing codes for this address. "
                "Use the longer code that we have sent to it."
            ),
        )
        return self._ask_again()

    def _begin_again(self, why: str) -> HttpResponse:
        forget_code(self.request, self.purpose)
        messages.warning(self.request, why)
        return HttpResponseRedirect(self.begin_again())
