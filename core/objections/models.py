"""Objections to e-mails that others cause, and what staff did about reports; neither is ever edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history import append_only
from core.mail.fields import AddressField, address_constraint
from core.objections.enums import AGAINST_EVERYBODY, ObjectionKind
from core.objections.querysets import ObjectionQuerySet
from core.phrases import labelled


class Objection(models.Model):
    """Said by the owner of an address, through the link in an e-mail to it; LIFTED ends all before."""

    kind = models.CharField(_("what"), max_length=10, choices=ObjectionKind.choices)
    # As the limits count it: variants of an address reach one person.
    mailbox = models.CharField(_("mailbox"), max_length=254, db_index=True)
    email = AddressField(_("e-mail"))
    message = models.ForeignKey(
        "mail.Message", models.PROTECT, related_name="objections", verbose_name=_("about the e-mail")
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("caused by"),
        help_text=_("Empty if it was somebody without an account."),
    )
    note = models.TextField(_("what the person wrote"), blank=True, max_length=1000)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection to an e-mail")
        verbose_name_plural = _("objections to e-mails")
        ordering = ["-pk"]
        triggers = append_only("objection_append_only")
        permissions = [("settle_objection", _("Can settle reports of misuse"))]
        constraints = [
            address_constraint("email", name="objection_email_in_one_spelling"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ObjectionKind.values), name="objection_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ObjectionKind.SENDER) | models.Q(sender__isnull=False),
                name="objection_to_sender_names_one",
            ),
        ]

    def __str__(self) -> str:
        return labelled(self.email, self.get_kind_display())

    @property
    def is_against_everybody(self) -> bool:
        return self.kind in AGAINST_EVERYBODY


class Settlement(models.Model):
    """What a member of staff did about a report of misuse."""

    objection = models.OneToOneField(Objection, models.PROTECT, related_name="settlement")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    reason = models.TextField(_("action"))

    class Meta:
        verbose_name = _("settled report")
        verbose_name_plural = _("settled reports")
        triggers = append_only("settlement_append_only")

    def __str__(self) -> str:
        return f"{self.objection} · {self.by}"
