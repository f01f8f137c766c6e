"""Taking a person out of the account: the row stays for what names it, and says nothing."""

from __future__ import annotations

import uuid

import pgtrigger
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from core.accounts import actions
from core.accounts.enums import AccountChangeKind
from core.accounts.models import MailedCode, User
from core.mail.enums import ERASED_DOMAIN


def erase_account(user: User) -> None:
    """Empty a locked account and end all that hangs on it: sessions, factors, codes, rights."""
    actions.end_sessions(user=user)
    MailedCode.objects.of_person(user).delete()
    user.set_up_codes.all().delete()
    user.emailaddress_set.all().delete()
    Authenticator.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    _empty_history(user)
    user.email = f"{uuid.uuid4().hex}@{ERASED_DOMAIN}"
    user.name, user.password, user.last_login = "", make_password(None), None
    user.is_active = False
    user.erased_at = timezone.now()
    user.save()


def _empty_history(user: User) -> None:
    # The one exception to "never changed": the right to erasure, GDPR article 17.
    with pgtrigger.ignore("accounts.AccountChange:account_change_is_append_only"):
        user.changes.filter(kind=AccountChangeKind.ADDRESS).update(before="", after="")
        user.changes.exclude(reason="").update(reason="")
