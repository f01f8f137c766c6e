"""Which users, sessions and codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.sessions.base_session import BaseSessionManager
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.accounts.enums import AccountChangeKind, CodePurpose, Role
from core.mail.mailboxes import DOUBLE_FORM

if TYPE_CHECKING:
    from core.accounts.models import MailedCode, Session, SetUpCode, User

# Long enough to see what happened to somebody who could not log in.
CODES_KEPT = timedelta(days=1)


class UserQuerySet(QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def closed(self) -> UserQuerySet:
        return self.filter(is_active=False)

    def staff(self) -> UserQuerySet:
        return self.active().filter(is_staff=True)

    def with_role(self, role: Role) -> UserQuerySet:
        return self.staff().filter(groups__name=role)

    def doubles(self) -> UserQuerySet:
        """Those whose mailbox belongs to another account already, and that wait to be merged with it."""
        return self.filter(email__regex=DOUBLE_FORM)

    def never_staff(self) -> UserQuerySet:
        """Those who have no role and never had one."""
        # Of each account that ever had a role the history says so.
        return self.filter(is_staff=False, is_superuser=False).exclude(changes__kind=AccountChangeKind.ROLES)

    def idle_since(self, moment: datetime) -> UserQuerySet:
        """Those not erased who have not logged in since; or never did, and joined before."""
        return self.filter(
            Q(last_login__lt=moment) | Q(last_login__isnull=True, date_joined__lt=moment),
            erased_at__isnull=True,
        )

    def with_email(self, email: str) -> UserQuerySet:
        return self.filter(email=email)


class _UserMaker(BaseUserManager["User"]):
    """Makes users whose e-mail is their name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=email)


UserManager = _UserMaker.from_queryset(UserQuerySet, "UserManager")


class SessionQuerySet(QuerySet["Session"]):
    def with_keys(self, keys: Iterable[str]) -> SessionQuerySet:
        return self.filter(session_key__in=keys)

    def over(self, at: datetime) -> SessionQuerySet:
        return self.filter(expire_date__lt=at)

    def running(self) -> SessionQuerySet:
        return self.filter(expire_date__gt=timezone.now())


SessionManager = BaseSessionManager.from_queryset(SessionQuerySet, "SessionManager")


class MailedCodeQuerySet(QuerySet["MailedCode"]):
    def live(self) -> MailedCodeQuerySet:
        return self.filter(ended_at__isnull=True, expires_at__gt=timezone.now())

    def mailed(self) -> MailedCodeQuerySet:
        return self.exclude(digest="")

    def of(self, purpose: CodePurpose, user: User | int | None) -> MailedCodeQuerySet:
        return self.filter(purpose=purpose, user=user)

    def with_number(self, number: int | None) -> MailedCode | None:
        """The one row, or None."""
        return self.filter(pk=number).first() if number else None

    def alike(self, *, purpose: CodePurpose, address: str, user: User | int | None) -> MailedCodeQuerySet:
        """Those which the same person may type for the same thing."""
        return self.of(purpose, user).filter(address=address)

    def of_person(self, person: User) -> MailedCodeQuerySet:
        """Those that the person asked for, logged in or not."""
        return self.filter(Q(user=person) | Q(address__iexact=person.email))

    def forgettable(self, at: datetime) -> MailedCodeQuerySet:
        return self.filter(expires_at__lt=at - CODES_KEPT)


class SetUpCodeQuerySet(QuerySet["SetUpCode"]):
    def unused(self) -> SetUpCodeQuerySet:
        return self.filter(used_at__isnull=True)

    def live(self) -> SetUpCodeQuerySet:
        return self.unused().filter(expires_at__gt=timezone.now())
