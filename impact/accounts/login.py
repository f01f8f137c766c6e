"""Log-in by e-mailed code, which opens the account of a new address once its code is right.

allauth sends codes to known addresses only, and asks the others to sign up first. Here both are one
page with one answer: nothing tells a stranger whether an address is known, and nothing is stored
about an address before its owner has entered the code. allauth has no hook for that, so its process
is subclassed; tests/accounts/test_login.py notices when an update of allauth changes it.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from impact.accounts import actions
from impact.accounts.models import User


class CodeLogIn(LoginCodeVerificationProcess):
    @classmethod
    def begin(cls, request: HttpRequest, *, email: str, user: User | None) -> None:
        """Mail a code and remember in this browser's session that it is awaited."""
        login = Login(user=user, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, email=email), initiated_by_user=True)
        process = cls(stage=stage)
        process.send()
        process.persist()

    @classmethod
    def resume(cls, stage: LoginByCodeStage) -> CodeLogIn | None:
        """Return the awaited log-in; None, and forgotten, when its time is over."""
        return cls(stage=stage).abort_if_invalid()

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        # A closed account is told so by e-mail; the page looks the same and no code is right.
        is_closed = self.user is None and User.objects.with_email(email).exists()
        code = self.generate_code()
        template = "account/email/account_closed" if is_closed else "account/email/login_code"
        get_adapter().send_mail(template, email, {"code": code})

    def finish(self, redirect_url: str | None) -> HttpResponse:
        self._user = self.stage.login.user = self._person()
        return super().finish(redirect_url)

    def _person(self) -> Any:
        return self.user or actions.open_account(email=self.state["email"], language=get_language())
