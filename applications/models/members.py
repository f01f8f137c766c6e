"""Who works on an application, who has been asked to, and what partners were asked and have confirmed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from applications.enums import MemberRole, PartnerEvent
from applications.models.application import Application
from applications.querysets import InvitationQuerySet, PartnerRecordQuerySet
from core.history import append_only
from core.mail.fields import AddressField, address_constraint
from core.phrases import labelled


class Member(models.Model):
    """A person who works on an application; exactly one leads."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(_("access"), max_length=10, choices=MemberRole.choices)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="member_once_per_application"),
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(role=MemberRole.LEAD), name="member_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Invitation(models.Model):
    """An e-mail address that was asked to work on an application; it needs no account until it accepts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="invitations")
    email = AddressField(_("e-mail"))
    role = models.CharField(_("access"), max_length=10, choices=MemberRole.choices)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()
    # Whether the action that returned this row wrote an e-mail.
    is_mailed = False

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "application",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, taken_back_at__isnull=True),
                name="invitation_open_once",
            ),
            address_constraint("email", name="invitation_email_in_one_spelling"),
            models.CheckConstraint(
                condition=models.Q(role__in=[MemberRole.EDIT, MemberRole.VIEW]), name="invitation_not_lead"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(taken_back_at__isnull=True),
                name="invitation_accepted_or_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"


class PartnerRecord(models.Model):
    """A step of a partner's confirmation; stays when the partner is changed or removed."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="partner_records")
    partner_key = models.UUIDField(editable=False)
    organisation = models.CharField(_("Organisation"), max_length=200)
    event = models.CharField(_("what"), max_length=10, choices=PartnerEvent.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    # Who confirmed, as typed: nobody needs an account for it.
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = PartnerRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner confirmation step")
        verbose_name_plural = _("partner confirmation steps")
        ordering = ["-at", "-pk"]
        triggers = append_only("partner_record_append_only")

    def __str__(self) -> str:
        return labelled(self.organisation, self.get_event_display())
