"""The outbox: an e-mail is a row, written in the transaction that causes it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.mail import sealing
from core.mail.enums import ERASED_DOMAIN, FINAL, MessageStatus
from core.mail.fields import AddressField, address_constraint
from core.mail.querysets import CODE_TEMPLATES, MessageQuerySet

ERASED_ADDRESS = f"erased@{ERASED_DOMAIN}"


class Message(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dedupe_key = models.CharField(
        _("key"),
        max_length=200,
        unique=True,
        help_text=_("Only one e-mail for each key, however often it is requested."),
    )
    template = models.CharField(_("template"), max_length=100)
    about = models.CharField(_("about"), max_length=100, blank=True, db_index=True)
    to = AddressField(_("to"))
    language = models.CharField(_("language"), max_length=5, default="en")
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))
    html = models.TextField(
        _("text in HTML"),
        blank=True,
        help_text=_("The same text in HTML, for e-mail programs that show it. May be empty."),
    )
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    attachments = models.JSONField(
        _("attachments"),
        default=list,
        blank=True,
        help_text=_("The file name, content type and text of each attachment."),
    )
    has_secrets = models.BooleanField(
        default=False, editable=False, help_text=_("Contains a code or link that works without logging in.")
    )
    sealed = models.TextField(
        blank=True,
        default="",
        editable=False,
        help_text=_("The codes and links in the text, encrypted. Erased once the e-mail has been sent."),
    )
    sealed_until = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the codes and links stop working. If empty, never."),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=MessageStatus.choices, default=MessageStatus.QUEUED
    )
    is_urgent = models.BooleanField(
        _("urgent"),
        default=False,
        help_text=_("Sent before others, because somebody is waiting for it on screen."),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    caused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("caused by"),
        help_text=_("The person who made the portal write to somebody else."),
    )
    optional_for = models.CharField(
        max_length=254,
        blank=True,
        default="",
        editable=False,
        help_text=_("The mailbox whose owner can object to the e-mail. If empty, nobody can."),
    )
    resent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resent by"),
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-created_at", "-pk"]
        # Other e-mails tell of outcomes, reviewers and applicants.
        permissions = [("view_news", "Can see the e-mails of the newsletter alone")]
        constraints = [
            address_constraint("to", name="message_to_in_one_spelling"),
            models.CheckConstraint(
                condition=models.Q(status__in=MessageStatus.values), name="message_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=MessageStatus.SENT) | models.Q(sent_at__isnull=False),
                name="message_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=FINAL) | models.Q(sealed=""),
                name="message_final_has_no_secrets",
            ),
            models.CheckConstraint(
                condition=~models.Q(template__in=CODE_TEMPLATES)
                | models.Q(body="")
                | models.Q(body__contains=f"[[{sealing.CODE}:"),
                name="message_code_is_never_plain",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=MessageStatus.RETURNED) | models.Q(returned_at__isnull=False),
                name="message_returned_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["to"], name="message_to"),
            models.Index(
                models.F("is_urgent").desc(),
                "not_before",
                "id",
                condition=models.Q(status=MessageStatus.QUEUED),
                name="message_due",
            ),
            models.Index(
                fields=["optional_for"], condition=~models.Q(optional_for=""), name="message_optional"
            ),
            models.Index(fields=["sealed_until"], condition=~models.Q(sealed=""), name="message_sealed"),
        ]

    def __str__(self) -> str:
        return f"{self.shown_subject} → {self.to}"

    @property
    def shown_subject(self) -> str:
        """The subject as anybody may read it, without what only the recipient sees."""
        return sealing.in_words(self.subject)

    @property
    def shown_body(self) -> str:
        """The text as anybody may read it, without what only the recipient sees."""
        return sealing.in_words(self.body)

    @property
    def is_complete(self) -> bool:
        """Whether it can still be sent as it was meant: its text, codes and links are kept, and work."""
        if self.is_erased:
            return False
        is_alive = self.sealed_until is None or self.sealed_until > timezone.now()
        return not self.has_secrets or (bool(self.sealed) and is_alive)

    @property
    def is_erased(self) -> bool:
        """Whether the address was removed; the text too, unless it is a record."""
        return self.to == ERASED_ADDRESS
