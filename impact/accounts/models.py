"""People: the e-mail address is the name."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from impact.accounts.enums import AccountChangeKind, Role
from impact.accounts.querysets import UserManager
from impact.history import append_only


class User(AbstractBaseUser, PermissionsMixin):
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    email = models.EmailField(
        _("e-mail"), unique=True, error_messages={"unique": _("A person with this e-mail address exists.")}
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language of e-mails"), max_length=5, default="en")
    is_staff = models.BooleanField(
        _("OECD staff"), default=False, help_text=_("May log in to the administration.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Nobody can log in with a closed account.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_in_any_case",
                violation_error_message=_("A person with this e-mail address exists."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def save(self, *args, **kwargs) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name()

    def has_role(self, *roles: Role) -> bool:
        """Whether the person has one of the roles."""
        return self.is_active and self.is_staff and bool(self._role_names & set(roles))

    @property
    def _role_names(self) -> set[str]:
        if not hasattr(self, "_roles"):
            self._roles = set(self.groups.values_list("name", flat=True))
        return self._roles


class StaffRole(Group):
    """A role as staff see it; its group and permissions follow the table in `roles`."""

    class Meta:
        proxy = True
        verbose_name = _("role")
        verbose_name_plural = _("roles")


class AccountChange(models.Model):
    """Who changed roles, address or access of whom, when and why; never edited."""

    target = models.ForeignKey(User, models.PROTECT, related_name="changes", verbose_name=_("person"))
    kind = models.CharField(_("what"), max_length=20, choices=AccountChangeKind.choices)
    before = models.CharField(_("before"), max_length=254, blank=True)
    after = models.CharField(_("after"), max_length=254, blank=True)
    by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty if it was done on the server."),
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("change of an account")
        verbose_name_plural = _("history")
        ordering = ["at", "pk"]
        triggers = append_only("account_change_is_append_only")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=AccountChangeKind.values), name="account_change_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.before} → {self.after}"
