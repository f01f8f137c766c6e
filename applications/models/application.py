"""The application as its authors write it: the working copy."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from applications.enums import (
    APPLICATION_MOVES,
    EDITABLE_STATUSES,
    TOLD_BY_LETTER,
    ApplicationStatus,
)
from applications.models.submissions import Submission
from applications.querysets import ApplicationQuerySet
from core.dates import month_constraint, validate_month
from core.half_days import MAX_HALF_DAYS
from core.history import HasStatus, StatusChange, append_only
from core.json_columns import is_object
from core.known_types import known_as
from core.mail.models import Message
from core.plain_text import plain_index

AnyApplications = models.Manager.from_queryset(ApplicationQuerySet)


class RealApplications(AnyApplications["Application"]):
    """Leaves out the applications with which staff try a form."""

    def get_queryset(self) -> ApplicationQuerySet:
        return known_as(super().get_queryset(), ApplicationQuerySet).filter(is_test=False)


class Application(HasStatus):
    """The working copy: every answer may be empty; staff read its submissions, never this."""

    ALLOWED_MOVES = APPLICATION_MOVES
    # What the person may do for whom `ApplicationQuerySet.for_member` read the row.
    role: str
    # Of those read by `with_document_count`.
    document_count: int

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    call = models.ForeignKey(
        "applications.Call", models.PROTECT, related_name="applications", verbose_name=_("call")
    )
    # The version of the call's form on which it is written.
    form_version = models.ForeignKey(
        "questionnaires.FormVersion", models.PROTECT, related_name="applications", verbose_name=_("form")
    )
    # Filled in by staff to try a form; see `objects`.
    is_test = models.BooleanField(default=False, editable=False)
    # The version before its form changed, until its people have seen what is asked otherwise.
    carried_from = models.ForeignKey(
        "questionnaires.FormVersion", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    status = models.CharField(
        _("status"), max_length=20, choices=ApplicationStatus.choices, default=ApplicationStatus.DRAFT
    )
    language = models.CharField(_("language"), max_length=5, default="en")
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)
    # Rises with every save of an answer, so that a form written on an older copy is noticed.
    revision = models.PositiveIntegerField(_("revision"), default=0)
    submitted_revision = models.PositiveIntegerField(null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last changed by"),
    )

    # Who wrote each answer last, cell → key of the person, so that a stale save can name the right one.
    writers = models.JSONField(default=dict, blank=True, editable=False)

    # Answers to the questions that staff have thought of, by their keys; those below the portal itself needs.
    answers = models.JSONField(default=dict, blank=True, editable=False)

    # Territory
    title = models.CharField(_("Name of the cross-border territory"), max_length=150, blank=True)
    units = models.ManyToManyField(
        "reference.NutsUnit",
        blank=True,
        related_name="+",
        verbose_name=_("Regions that the territory covers"),
    )
    # Codes of those with which it was started from an eligibility check, so that its pages can say so.
    checked_regions = ArrayField(models.CharField(max_length=6), default=list, blank=True, editable=False)

    # Support wanted
    working_languages = models.ManyToManyField(
        "reference.Language",
        blank=True,
        related_name="+",
        verbose_name=_("Languages you work in together"),
    )
    half_days_per_month = models.PositiveSmallIntegerField(
        _("Half-days of expert time needed each month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_HALF_DAYS)],
    )
    support_from = models.DateField(_("First month"), null=True, blank=True, validators=[validate_month])
    support_until = models.DateField(_("Last month"), null=True, blank=True, validators=[validate_month])

    # Declarations
    declares_legal_entities = models.BooleanField(
        _("Every partner is a legal entity in the territory"), default=False
    )
    declares_mandate = models.BooleanField(
        _("I am authorised to apply on behalf of all partners"), default=False
    )
    declares_truth = models.BooleanField(_("The answers are true and complete"), default=False)
    agrees_to_publication = models.BooleanField(
        _("If selected, the territory's name, partners and summary may be published"), default=False
    )

    # Whoever lists, counts, reminds or decides asks here, and never meets a test.
    objects = RealApplications()
    # For the pages of applicants, on which tests are filled in, and for what deletes them.
    including_tests = AnyApplications()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-created_at", "-pk"]
        indexes = [plain_index("reference", name="application_reference_plain")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ApplicationStatus.values), name="application_status_known"
            ),
            # A test is never submitted.
            models.CheckConstraint(
                condition=models.Q(is_test=False) | models.Q(status=ApplicationStatus.DRAFT),
                name="application_test_is_draft",
            ),
            models.CheckConstraint(condition=is_object("answers"), name="application_answers_fit"),
            models.CheckConstraint(
                condition=models.Q(support_until__isnull=True)
                | models.Q(support_from__isnull=True)
                | models.Q(support_until__gte=models.F("support_from")),
                name="application_support_ends_after_start",
            ),
            month_constraint("support_from", name="application_support_from_sensible"),
            month_constraint("support_until", name="application_support_until_sensible"),
        ]
        permissions = [
            ("screen_application", _("Can give the eligibility verdict")),
        ]

    def __str__(self) -> str:
        # Staff, who load the versions, read what was submitted and not the working copy.
        title = self.latest_version.title if hasattr(self, "loaded_versions") else self.title
        return f"{self.reference} {title or ''}".strip()

    def get_absolute_url(self) -> str:
        return reverse("applications:overview", args=[self.public_id])

    @property
    def about(self) -> str:
        """The key under which the outbox keeps e-mails about it."""
        return f"application:{self.pk}"

    @property
    def latest_version(self) -> Submission:
        """The submission that staff read: the last one."""
        loaded: list[Submission] = getattr(self, "loaded_versions", [])
        return loaded[0] if loaded else self.submissions.latest("number")

    @property
    def is_editable_status(self) -> bool:
        return self.status in EDITABLE_STATUSES

    @property
    def shown_status(self) -> ApplicationStatus:
        """The status as the applicants see it: a verdict shows once its letter has left."""
        status = ApplicationStatus(self.status)
        is_untold = status in TOLD_BY_LETTER and self.has_held_letter
        return ApplicationStatus.SUBMITTED if is_untold or status == ApplicationStatus.ELIGIBLE else status

    @cached_property
    def has_held_letter(self) -> bool:
        """Whether a letter about it waits for its release; `with_held_letters` loads it for many."""
        return Message.objects.held().filter(about=self.about).exists()

    @property
    def returned_addresses(self) -> set[str]:
        """Addresses of which e-mails about it came back."""
        return set(Message.objects.about(self.about).returned().values_list("to", flat=True))

    @property
    def was_submitted(self) -> bool:
        return self.submitted_revision is not None

    @property
    def has_unsent_changes(self) -> bool:
        """Whether answers were changed after the last version was submitted."""
        return self.was_submitted and self.revision != self.submitted_revision


class ApplicationChange(StatusChange):
    target = models.ForeignKey(
        Application, models.PROTECT, related_name="changes", verbose_name=_("application")
    )

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("application_change_append_only")
