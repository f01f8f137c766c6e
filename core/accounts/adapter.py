"""How allauth speaks and writes here: our words, our outbox, our front doors."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts import actions, limits, second_factor
from core.accounts.languages import language_of
from core.accounts.models import User
from core.mail import actions as mail
from core.mail.mailboxes import NoAddress, address_of, normal

TOO_MANY_PASSWORDS = _("Too many wrong passwords. Log in with a code sent by e-mail, which always works.")
# What allauth offers to its e-mail templates and ours use; its request and user stay outside the outbox.
MAIL_WORDS = ("hours_valid", "from_email", "to_email", "deleted_email", "timestamp")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("The e-mail address or password is incorrect."),
        "too_many_login_attempts": TOO_MANY_PASSWORDS,
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's e-mail into the outbox, ahead of bulletins: somebody waits for it at the screen."""
        owner = context.get("user")
        seconds = context.get("hours_valid", 0) * 3600 or settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
        mail.post(
            template=template_prefix,
            to=email,
            context={name: context[name] for name in MAIL_WORDS if name in context}
            | {"email": email, "minutes_valid": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60},
            secrets={"code": context["code"]} if "code" in context else None,
            secrets_until=timezone.now() + timedelta(seconds=seconds),
            # Each of these is asked for anew: a second code is another e-mail.
            dedupe_key=f"{template_prefix}:{uuid.uuid4()}",
            language=owner.language if owner else language_of(email),
            is_urgent=True,
        )

    def clean_email(self, email: str) -> str:
        """Return the address in its one spelling, also where allauth's own forms ask for one."""
        try:
            return address_of(email)
        except NoAddress as refusal:
            raise ValidationError(cast(str, refusal.words)) from None

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a password before it is looked at, in place of allauth's limit, which locks owners out."""
        address = normal(credentials.get("email", ""))
        if not limits.try_once(limits.PASSWORDS, address, limits.origin_of(request, address)):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user:
            address = normal(credentials.get("email", ""))
            limits.succeeded(limits.PASSWORDS, address, limits.origin_of(request, address))
        return user

    def pre_login(  # type: ignore[override]  # allauth passes all of it by name
        self, request: HttpRequest, user: User, **login: Any
    ) -> HttpResponse | None:
        # Whoever was made on the server has no address row yet; allauth would ask for a second code.
        actions.ensure_address(user=user)
        return super().pre_login(request, user, **login)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index") if request.user.is_staff else super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_email")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        # Our own addresses ask for a fresh proof (`proofs`), also of people without password and factor.
        return False

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Return the ways to show again who one is: the second factor, or what stands in for it."""
        ways = super().get_reauthentication_methods(user)
        factors = [way for way in ways if way["id"].startswith("mfa_")]
        by_mail = {
            "id": "mail",
            "description": gettext("Get a code by e-mail"),
            "url": reverse("account_confirm_by_mail"),
        }
        return factors or [by_mail, *ways]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        # The page of the code opens accounts; allauth's own sign-up would be a second way.
        return False


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _(
            "Staff need a second factor. Set up another one first, or ask an administrator."
        ),
        "incorrect_code": _(
            "This code is incorrect. Codes change every 30 seconds: enter the one shown now."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not second_factor.is_last_of_staff(authenticator)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Key %(number)s") % {"number": number}

    def build_totp_svg(self, url: str) -> str:
        """Draw the code on white, since cameras cannot read it on a dark page."""
        # Loaded by who sets up an authenticator only.
        import qrcode
        from qrcode.image.svg import SvgPathFillImage

        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER
