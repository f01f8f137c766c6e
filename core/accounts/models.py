"""People: the e-mail address is the name. Their sessions, and the codes by which they prove who they are."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.enums import AccountChangeKind, CodePurpose, Role
from core.accounts.querysets import MailedCodeQuerySet, SessionManager, SetUpCodeQuerySet, UserManager
from core.history import append_only
from core.mail.enums import ERASED_DOMAIN
from core.mail.fields import AddressField, address_constraint
from core.phrases import labelled
from core.plain_text import plain_index

MAX_TRIES = 5


class User(AbstractBaseUser, PermissionsMixin):
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    email = AddressField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("A person with this e-mail address already exists.")},
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language of e-mails"), max_length=5, default="en")
    is_staff = models.BooleanField(
        _("OECD staff"), default=False, help_text=_("Can log in to the administration.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Nobody can log in with a closed account.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    # Sessions of an earlier epoch are over, wherever a copy of them lies.
    session_epoch = models.PositiveIntegerField(_("sessions ended"), default=0, editable=False)
    # The row stays for what names it, and says nothing of the person.
    erased_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            plain_index("name", name="user_name_plain"),
            plain_index("email", name="user_email_plain"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_in_any_case",
                violation_error_message=_("A person with this e-mail address already exists."),
            ),
            address_constraint("email", name="user_email_in_one_spelling"),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(name="", is_active=False, is_staff=False, email__endswith=f"@{ERASED_DOMAIN}"),
                name="user_erased_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        if self.erased_at:
            return gettext("Deleted account %(number)d") % {"number": self.pk}
        return f"{self.name} <{self.email}>" if self.name else self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name()

    def has_role(self, *roles: Role) -> bool:
        """Whether the person has one of the roles."""
        return self.is_active and self.is_staff and bool(self._role_names & set(roles))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own, from which it also makes those of former secret keys, with the epoch added.
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("impact.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

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
    at = models.DateTimeField(_("when"), auto_now_add=True)
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
        return labelled(self.get_kind_display(), f"{self.before} → {self.after}")


class Session(AbstractBaseSession):
    """A session and the person it belongs to, so that people can see and end their own."""

    # No constraint: a session that is written while its account goes must not fail.
    user = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        db_constraint=False,
        related_name="sessions",
        verbose_name=_("person"),
    )

    objects = SessionManager()  # type: ignore[misc]  # in place of Django’s

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> type:
        from core.accounts.sessions import SessionStore

        return SessionStore


class MailedCode(models.Model):
    """That a browser asked for a code: one row each time, with its own tries.

    The code is kept as a digest that takes the secret key to make. It is empty if no e-mail was sent, because
    many were sent just before; any code that is still good for the address can be typed all the same.
    """

    purpose = models.CharField(_("purpose"), max_length=20, choices=CodePurpose.choices)
    address = AddressField(_("e-mail"))
    # Who is logged in; nobody is while logging in.
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="mailed_codes", verbose_name=_("person")
    )
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    is_long = models.BooleanField(_("long code"), default=False)
    is_from_known_browser = models.BooleanField(_("requested by a known browser"), default=False)
    made_at = models.DateTimeField(_("when"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    ended_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects = MailedCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailed code")
        verbose_name_plural = _("mailed codes")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["address", "purpose", "expires_at"], name="mailed_code_of_an_address")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=CodePurpose.values), name="mailed_code_purpose_known"
            ),
            address_constraint("address", name="mailed_code_address_in_one_spelling"),
            models.CheckConstraint(
                condition=models.Q(tries__lte=MAX_TRIES), name="mailed_code_has_few_tries"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="mailed_code_expires"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose=CodePurpose.LOG_IN, user__isnull=True)
                | models.Q(~models.Q(purpose=CodePurpose.LOG_IN), user__isnull=False),
                name="mailed_code_of_a_person_unless_logging_in",
            ),
        ]

    def __str__(self) -> str:
        return labelled(self.get_purpose_display(), self.address)

    @property
    def is_live(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def can_be_typed_for(self) -> bool:
        return self.is_live and self.tries < MAX_TRIES


class SetUpCode(models.Model):
    """Lets one person of the staff set up a first second factor; handed over by another, never mailed."""

    user = models.ForeignKey(User, models.CASCADE, related_name="set_up_codes", verbose_name=_("person"))
    digest = models.CharField(_("digest"), max_length=64)
    made_at = models.DateTimeField(_("when"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects = SetUpCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("set-up code")
        verbose_name_plural = _("set-up codes")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(used_at__isnull=True),
                name="set_up_code_one_unused_of_a_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
