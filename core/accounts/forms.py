"""The forms of the account pages: allauth's rules, our limits, words and look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.base import forms as mfa
from allauth.mfa.recovery_codes import forms as recovery_codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Button
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.accounts import limits
from core.accounts.models import User
from core.accounts.typed_codes import SHORT, find_code
from core.bases import FormBase
from core.forms.fields import AddressField, prepare_public_field
from core.forms.forms import PublicForm, PublicFormMixin
from core.known_types import known_as
from core.phrases import StrOrPromise


class FieldWords(NamedTuple):
    label: StrOrPromise
    help_text: StrOrPromise = ""
    attrs: dict[str, str] = {}


ONE_TIME = {"inputmode": "numeric", "autocomplete": "one-time-code"}


class CodeField(forms.CharField):
    """A code, found in what was typed or pasted; what holds none is no try.

    Args:
        digits: how many digits it may have.
        is_long: whether it may be one of twelve letters and digits.
        missing: what to say where there is none.
    """

    def __init__(
        self,
        *,
        digits: tuple[int, ...] = (),
        is_long: bool = False,
        missing: StrOrPromise,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.digits, self.is_long, self.missing = digits, is_long, missing

    def to_python(self, value: object) -> str:
        typed = super().to_python(value) or ""
        code = find_code(typed, digits=self.digits, is_long=self.is_long)
        if typed and not code:
            raise forms.ValidationError(cast(str, self.missing), code="no_code")
        return code


TWELVE = _("Enter the twelve letters and digits of the code.")


class AccountFormMixin(PublicFormMixin):
    """Shows a form of allauth as every public form is shown; `words` replaces what its fields say."""

    submit_label = _("Continue")
    words: dict[str, FieldWords] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = cast(str, words.label), cast(str, words.help_text)
            # It would repeat the label, and is gone as soon as one types.
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(words.attrs)


class AskForCodeForm(PublicForm):
    submit_label = _("Send me a code")
    email = AddressField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class CodeForm(PublicForm):
    """Takes a code as it stands in an e-mail; `is_long` when those that are sent now are long."""

    submit_label = _("Continue")
    code = CodeField(
        label=_("Six-digit code"),
        digits=(SHORT,),
        is_long=True,
        missing=_("Enter the six digits of the code in the e-mail."),
        widget=forms.TextInput(attrs=ONE_TIME),
    )

    def __init__(self, *args: Any, is_long: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_long:
            code = known_as(self.fields["code"], CodeField)
            code.label, code.missing = _("Code from the e-mail"), TWELVE
            code.widget.attrs["inputmode"] = "text"


class SetUpCodeForm(PublicForm):
    submit_label = _("Continue")
    code = CodeField(
        label=_("Set-up code"),
        help_text=_("Twelve letters and digits. Hyphens and spaces do not matter."),
        is_long=True,
        missing=TWELVE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PasswordForm(AccountFormMixin, account.LoginForm):
    submit_label = _("Log in")
    words = {
        "login": FieldWords(_("E-mail address"), attrs={"autocomplete": "username"}),
        "password": FieldWords(_("Password")),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["login"]
        self.fields["login"] = AddressField(label=asked.label, widget=asked.widget)
        prepare_public_field(self.fields["login"])


class DetailsForm(PublicForm):
    submit_name = "save_details"
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Shown to the people you work with here and in invitations that you send."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("We use this language for e-mails to you, the pages they link to and your codes."),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )

    def build_helper(self) -> FormHelper:
        helper = super().build_helper()
        helper.form_action = "account_details"
        return helper


class NewAddressForm(PublicForm):
    submit_label = _("Send a code to the new address")
    submit_name = "action_add"
    email = AddressField(
        label=_("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email == self.present:
            raise forms.ValidationError(_("This is already your e-mail address. Enter a different one."))
        return email


class NewPasswordForm(AccountFormMixin, account.SetPasswordForm):
    submit_label = _("Set password")
    words = {
        "password1": FieldWords(_("New password"), _("At least 12 characters. A few words work well.")),
        "password2": FieldWords(_("Repeat new password")),
    }


class PasswordAgainForm(AccountFormMixin, account.ReauthenticateForm):
    words = {"password": FieldWords(_("Password"))}


SECOND_FACTOR = FieldWords(
    _("Code"), _("Six digits from your authenticator app, or one of your recovery codes."), ONE_TIME
)


class AppCodeMixin(FormBase):
    """Finds the code in what was typed."""

    digits: tuple[int, ...] = (mfa_settings.TOTP_DIGITS,)
    missing: StrOrPromise = _("Enter the six digits that the app is showing now.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["code"]
        words: dict[str, Any] = {"label": asked.label, "help_text": asked.help_text, "widget": asked.widget}
        self.fields["code"] = CodeField(digits=self.digits, missing=self.missing, **words)
        prepare_public_field(self.fields["code"])


class GuessedCodeMixin(AppCodeMixin):
    """Counts a code of the app, or a recovery code, before it is looked at."""

    digits = (mfa_settings.TOTP_DIGITS, mfa_settings.RECOVERY_CODE_DIGITS)
    missing = _("Enter the six digits from your app, or a recovery code of eight digits.")

    if TYPE_CHECKING:
        user: User

    def clean_code(self) -> str:
        address = self.user.email
        origin = limits.origin_of(context.request, address)
        if not limits.try_once(limits.FACTORS, address, origin):
            raise forms.ValidationError(
                _("Too many wrong codes. Wait five minutes, or use a passkey if you have one."),
                code="too_many",
            )
        code: str = super().clean_code()  # type: ignore[misc]  # of allauth’s form beside it
        limits.succeeded(limits.FACTORS, address, origin)
        return code


class SecondFactorForm(GuessedCodeMixin, AccountFormMixin, mfa.AuthenticateForm):
    words = {"code": SECOND_FACTOR}


class SecondFactorAgainForm(GuessedCodeMixin, AccountFormMixin, mfa.ReauthenticateForm):
    words = {"code": SECOND_FACTOR}


class ActivateAppForm(AppCodeMixin, AccountFormMixin, totp.ActivateTOTPForm):
    submit_label = _("Switch on the app")
    words = {"code": FieldWords(_("Code shown in the app"), attrs=ONE_TIME)}


class DeactivateAppForm(AccountFormMixin, totp.DeactivateTOTPForm):
    submit_label = _("Remove the app")


class NewRecoveryCodesForm(AccountFormMixin, recovery_codes.GenerateRecoveryCodesForm):
    submit_label = _("Create new codes")


class AddKeyForm(AccountFormMixin, webauthn.AddWebAuthnForm):
    submit_label = _("Add key")
    words = {
        "name": FieldWords(_("Key name"), _("To tell it apart from others, such as “Work laptop”.")),
        "passwordless": FieldWords(
            _("Log in with this key alone"),
            _("The device will then ask for your fingerprint, face or PIN."),
        ),
    }

    def build_helper(self) -> FormHelper:
        helper = super().build_helper()
        # allauth's script waits for a press of this button, and sends the form itself.
        helper.inputs = [Button("add", self.submit_label, id="mfa_webauthn_add")]
        return helper


class RenameKeyForm(AccountFormMixin, webauthn.EditWebAuthnForm):
    submit_label = _("Save name")
    words = {"name": FieldWords(_("Key name"))}
