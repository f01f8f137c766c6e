"""Which users."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import BaseUserManager
from django.db.models import QuerySet

from impact.accounts.enums import Role


class UserQuerySet(QuerySet):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def staff(self) -> UserQuerySet:
        return self.active().filter(is_staff=True)

    def with_role(self, role: Role) -> UserQuerySet:
        return self.staff().filter(groups__name=role)

    def with_email(self, email: str) -> UserQuerySet:
        return self.filter(email__iexact=email.strip())


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Makes users whose e-mail is their name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Any:
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Any:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> Any:
        return self.get(email__iexact=email)
