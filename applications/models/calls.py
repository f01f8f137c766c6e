"""A call for applications: its clock and its extensions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from applications.enums import CallState
from applications.querysets import CallQuerySet
from core.dates import time_constraint, validate_time
from core.history import append_only
from core.phrases import labelled
from core.questionnaires.copying import new_form
from core.questionnaires.enums import FormPurpose
from core.questionnaires.purposes import ADDRESS_OF_EXPERTS
from core.translated.fields import TranslatedField


class Call(models.Model):
    """One of the three calls; whether it is open follows from the clock alone."""

    # Of those read by `CallQuerySet.with_submitted_count`.
    submitted_count: int

    slug = models.SlugField(_("address"), unique=True)
    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    form = models.OneToOneField(
        "questionnaires.Form", models.PROTECT, related_name="call", editable=False, verbose_name=_("form")
    )
    title = TranslatedField(_("title"), max_length=150)
    summary = TranslatedField(_("summary"), max_length=10_000, blank=True, is_long=True)
    guidance = TranslatedField(
        _("guidance for applicants (Markdown)"), max_length=50_000, blank=True, is_long=True
    )
    opens_at = models.DateTimeField(_("opens"), help_text=_("Brussels time."), validators=[validate_time])
    closes_at = models.DateTimeField(
        _("closes"),
        null=True,
        blank=True,
        validators=[validate_time],
        help_text=_(
            "Brussels time. Until this is set, the call is shown as upcoming and does "
            "not accept applications."
        ),
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("grace period (minutes)"),
        default=15,
        validators=[MaxValueValidator(24 * 60)],
        help_text=_(
            "A form opened before the deadline can still be submitted for this many minutes "
            "(default, to confirm)."
        ),
    )
    places = models.PositiveSmallIntegerField(
        _("places"),
        null=True,
        blank=True,
        help_text=_("For this call only. If left empty, only the 30 places across all calls count."),
    )
    reviews_wanted = models.PositiveSmallIntegerField(
        _("reviews per application"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        help_text=_("(default, to confirm)"),
    )
    reviews_due_at = models.DateTimeField(
        _("reviews due"),
        null=True,
        blank=True,
        validators=[validate_time],
        help_text=_("Brussels time. Reviewers get a reminder before this time. Nothing closes at this time."),
    )
    results_published_at = models.DateTimeField(_("results published"), null=True, blank=True)
    is_provisional = models.BooleanField(
        _("dates to confirm"),
        default=False,
        help_text=_("Times not yet confirmed. Shown to staff only."),
    )

    # Begun as a copy of another one; until it is shown, nobody outside sees it, whatever its dates.
    is_draft = models.BooleanField(_("draft, not shown yet"), default=False, db_default=False, editable=False)
    copied_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="copies",
        verbose_name=_("started as a copy of"),
    )

    # The last number that an application of this call was given in its reference.
    last_number = models.PositiveIntegerField(default=0, editable=False)

    objects = CallQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["last_number", "form"])

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__isnull=True) | models.Q(closes_at__gt=models.F("opens_at")),
                name="call_closes_after_opening",
                violation_error_message=_("Enter a closing time after the opening time."),
            ),
            models.CheckConstraint(
                condition=~models.Q(slug=ADDRESS_OF_EXPERTS), name="call_address_not_reserved"
            ),
            models.CheckConstraint(
                condition=models.Q(is_draft=False) | models.Q(results_published_at__isnull=True),
                name="call_draft_without_results",
            ),
            time_constraint("opens_at", name="call_opens_sensible"),
            time_constraint("closes_at", name="call_closes_sensible"),
            time_constraint("reviews_due_at", name="call_reviews_due_sensible"),
        ]
        permissions = [
            ("extend_call", _("Can extend a call")),
            ("publish_results", _("Can publish the results of a call")),
            ("change_call_texts", _("Can change the texts of a call, but nothing else")),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # A call is never without a form: a new one begins with that for new calls.
        if self.form_id:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            self.form = new_form(FormPurpose.APPLICATION)
            super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("applications:call", args=[self.slug])

    def clean(self) -> None:
        if self.slug == ADDRESS_OF_EXPERTS:
            words = _("“%(address)s” is reserved for the experts’ form. Choose another address.")
            raise ValidationError({"slug": words % {"address": self.slug}})

    @property
    def state(self) -> CallState:
        return self.state_at(timezone.now())

    @property
    def is_open(self) -> bool:
        return self.state == CallState.OPEN

    @property
    def grace_ends_at(self) -> datetime | None:
        return self.closes_at and self.closes_at + self._grace

    @property
    def _grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)

    def state_at(self, at: datetime) -> CallState:
        """Return the state at an aware time; closing itself is closed."""
        if self.results_published_at and self.results_published_at <= at:
            return CallState.PUBLISHED
        if self.is_draft or self.closes_at is None or at < self.opens_at:
            return CallState.COMING
        return CallState.OPEN if at < self.closes_at else CallState.CLOSED

    def accepts_submission(self, *, at: datetime, opened_at: datetime | None) -> bool:
        """Whether a submission that arrives at `at` is in time.

        Args:
            at: the server's clock at arrival, aware.
            opened_at: when the form was opened, from a value that we signed; None if unknown.
        """
        if self.state_at(at) == CallState.OPEN:
            return True
        if self.is_draft or self.closes_at is None or opened_at is None or at < self.opens_at:
            return False
        return opened_at < self.closes_at and at < self.closes_at + self._grace


class CallExtension(models.Model):
    """A later closing time, or the correction of one, with its reason; never edited."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="extensions", verbose_name=_("call"))
    closed_at = models.DateTimeField(_("earlier closing time"))
    closes_at = models.DateTimeField(_("new closing time"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    # The closing time that it corrects was a mistake; only then may it come nearer.
    is_correction = models.BooleanField(_("correction"), default=False, db_default=False)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["at"]
        triggers = append_only("call_extension_append_only")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_correction=False, closes_at__gt=models.F("closed_at"))
                | models.Q(is_correction=True, closes_at__lt=models.F("closed_at")),
                name="call_extension_is_later",
            ),
            time_constraint("closes_at", name="call_extension_sensible"),
        ]

    def __str__(self) -> str:
        return labelled(self.call, f"{self.closes_at:%Y-%m-%d %H:%M}")
