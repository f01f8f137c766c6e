"""Subscribers with their consent on record, bulletins, and one delivery for each of both."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.dates import time_constraint
from core.history import HasStatus, StatusChange, append_only
from core.jobs import Job
from core.mail.enums import ERASED_DOMAIN
from core.mail.fields import AddressField, address_constraint
from core.translated.fields import TranslatedField
from core.translated.texts import ENGLISH, TO_PUBLISH
from newsletter.enums import (
    BULLETIN_MOVES,
    SUBSCRIBER_MOVES,
    BulletinStatus,
    ConsentKind,
    SubscriberStatus,
    Topic,
)
from newsletter.querysets import BulletinQuerySet, ConsentQuerySet, DeliveryQuerySet, SubscriberQuerySet


def topics_field(**options: Any) -> ArrayField:
    return ArrayField(models.CharField(max_length=20, choices=Topic.choices), default=list, **options)


class Subscriber(HasStatus):
    """An address that asked for news; mailed only once confirmed."""

    ALLOWED_MOVES = SUBSCRIBER_MOVES

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = AddressField(_("e-mail"))
    status = models.CharField(
        _("status"), max_length=20, choices=SubscriberStatus.choices, default=SubscriberStatus.PENDING
    )
    topics = topics_field(verbose_name=_("topics"))
    language = models.CharField(_("language"), max_length=5, default="en")
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    # Of the last e-mail that anybody can cause by typing the address into the public form.
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # A double of another subscription, found later: what its links do is done to that one.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    erased_at = models.DateTimeField(_("address deleted"), null=True, blank=True, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="subscriber_email_once_in_any_case"),
            address_constraint("email", name="subscriber_email_in_one_spelling"),
            models.CheckConstraint(
                condition=models.Q(status__in=SubscriberStatus.values), name="subscriber_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(status=SubscriberStatus.UNSUBSCRIBED, email__endswith=f"@{ERASED_DOMAIN}"),
                name="subscriber_erased_has_no_address",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Deleted address %(number)d") % {"number": self.pk} if self.erased_at else self.email

    @property
    def topics_in_words(self) -> list[str]:
        return [str(topic.label) for topic in Topic if topic in self.topics]

    @property
    def about(self) -> str:
        """The key under which the outbox keeps e-mails to it."""
        return f"subscriber:{self.pk}"


class SubscriberChange(StatusChange):
    target = models.ForeignKey(
        Subscriber, models.PROTECT, related_name="changes", verbose_name=_("subscriber")
    )

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("subscriber_change_append_only")


class Consent(models.Model):
    """What somebody agreed to or took back: when, to which wording; never edited."""

    subscriber = models.ForeignKey(Subscriber, models.PROTECT, related_name="consents")
    kind = models.CharField(_("kind"), max_length=20, choices=ConsentKind.choices)
    topics = topics_field(blank=True)
    wording = models.TextField(_("wording shown"))
    language = models.CharField(_("language"), max_length=5)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["at", "pk"]
        triggers = append_only("consent_append_only")

    def __str__(self) -> str:
        return f"{self.subscriber} {self.kind}"


class Bulletin(Job):
    """News for the subscribers of some topics, in every language."""

    ALLOWED_MOVES = BULLETIN_MOVES
    # Many wait for it; a default to confirm.
    WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
    WAITING = BulletinStatus.SENDING
    FAILED = BulletinStatus.FAILED

    status = models.CharField(
        _("status"), max_length=20, choices=BulletinStatus.choices, default=BulletinStatus.DRAFT
    )
    topics = topics_field(verbose_name=_("topics"))
    # A draft may lack French; `bulletin_scheduled_is_complete` asks for it.
    subject = TranslatedField(_("subject"), max_length=200, needed_in=[ENGLISH])
    body = TranslatedField(_("text"), max_length=100_000, is_long=True, needed_in=[ENGLISH])
    send_at = models.DateTimeField(_("send time"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)

    objects = BulletinQuerySet.as_manager()
    # What a worker writes about its tries is in the history of the status.
    history = HistoricalRecords(excluded_fields=["failures", "not_before", "error"])

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=BulletinStatus.values), name="bulletin_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status=BulletinStatus.DRAFT) | models.Q(send_at__isnull=False),
                name="bulletin_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(status=BulletinStatus.DRAFT)
                | models.Q(subject__has_keys=list(TO_PUBLISH), body__has_keys=list(TO_PUBLISH)),
                name="bulletin_scheduled_is_complete",
            ),
            time_constraint("send_at", name="bulletin_send_at_sensible"),
        ]
        permissions = [("send_bulletin", _("Can schedule and send bulletins"))]

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def topics_in_words(self) -> list[str]:
        return [str(topic.label) for topic in Topic if topic in self.topics]


class BulletinChange(StatusChange):
    target = models.ForeignKey(Bulletin, models.PROTECT, related_name="changes", verbose_name=_("bulletin"))

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("bulletin_change_append_only")


class Delivery(models.Model):
    """A bulletin for one subscriber: written once, with its e-mail or with why there is none."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="deliveries")
    subscriber = models.ForeignKey(Subscriber, models.PROTECT, related_name="deliveries")
    message = models.OneToOneField("mail.Message", models.PROTECT, null=True, related_name="+")
    # The kind of the error alone: its words may quote an address, and this row outlives it.
    error = models.CharField(max_length=100, blank=True, db_default="", default="")
    at = models.DateTimeField(auto_now_add=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "subscriber"], name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(message__isnull=False, error="")
                | models.Q(message__isnull=True) & ~models.Q(error=""),
                name="delivery_has_mail_or_error",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} → {self.subscriber}"
