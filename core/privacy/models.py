"""Deletions of accounts that people asked for, and what each night's retention did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.privacy.querysets import AccountDeletionQuerySet, IdleNoticeQuerySet, RetentionRunQuerySet


class AccountDeletion(models.Model):
    """That a person asked for the deletion of the account: it waits some days, and can be cancelled."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deletions", verbose_name=_("person")
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    due_at = models.DateTimeField(_("due"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    # In the words that the person was told; empty if it was the person.
    hindrance = models.TextField(_("why it was not carried out"), blank=True)
    done_at = models.DateTimeField(_("carried out"), null=True, blank=True)

    objects = AccountDeletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("deletion of an account")
        verbose_name_plural = _("deletions of accounts")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(cancelled_at__isnull=True, done_at__isnull=True),
                name="account_deletion_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True) | models.Q(done_at__isnull=True),
                name="account_deletion_done_or_cancelled",
            ),
            models.CheckConstraint(
                condition=models.Q(hindrance="") | models.Q(cancelled_at__isnull=False),
                name="account_deletion_hindered_is_cancelled",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("asked_at")), name="account_deletion_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.asked_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.cancelled_at is None and self.done_at is None


class IdleNotice(models.Model):
    """That the owner of an account was told that it will be deleted, since nobody uses it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="idle_notices", verbose_name=_("person")
    )
    at = models.DateTimeField(_("when"))

    objects = IdleNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to the owner of an unused account")
        verbose_name_plural = _("notices to the owners of unused accounts")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} · {self.at:%Y-%m-%d}"


class RetentionRun(models.Model):
    """What one rule did in one night."""

    rule = models.CharField(_("rule"), max_length=50)
    at = models.DateTimeField(_("when"), auto_now_add=True)
    due = models.PositiveIntegerField(_("due"))
    done = models.PositiveIntegerField(_("done"))
    error = models.CharField(_("error"), max_length=300, blank=True)

    objects = RetentionRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of the retention rules")
        verbose_name_plural = _("retention of personal data")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["rule", "-id"], name="retention_run_of_rule")]

    def __str__(self) -> str:
        return f"{self.rule} · {self.at:%Y-%m-%d %H:%M}"
