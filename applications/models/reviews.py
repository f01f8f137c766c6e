"""A reviewer's score sheet for one application."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from applications.enums import REVIEW_MOVES, ReviewStatus
from applications.querysets import ReviewQuerySet
from core.history import HasStatus, StatusChange, append_only
from core.phrases import labelled


class ReviewerProfile(models.Model):
    """What may bring a reviewer into conflict with an application, and the languages he or she reads."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="reviewer_profile",
        verbose_name=_("reviewer"),
    )
    organisations = models.TextField(
        _("organisations"),
        blank=True,
        help_text=_("Employers, boards and clients in recent years, one per line."),
    )
    countries = models.ManyToManyField(
        "reference.Country",
        blank=True,
        related_name="+",
        verbose_name=_("countries"),
        help_text=_("Countries of nationality, residence or work. Shown as a possible conflict."),
    )
    languages = models.ManyToManyField(
        "reference.Language", blank=True, related_name="+", verbose_name=_("languages read")
    )

    history = HistoricalRecords(m2m_fields=["countries", "languages"])

    class Meta:
        verbose_name = _("reviewer profile")
        verbose_name_plural = _("reviewer profiles")
        ordering = ["user__name", "user__email"]

    def __str__(self) -> str:
        return str(self.user)


class Review(HasStatus):
    """One reviewer and one application; final when submitted."""

    ALLOWED_MOVES = REVIEW_MOVES

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="reviews", verbose_name=_("application")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews", verbose_name=_("reviewer")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=ReviewStatus.choices, default=ReviewStatus.ASSIGNED
    )
    submission = models.ForeignKey(
        "applications.Submission",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version scored"),
    )
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(_("assigned"), auto_now_add=True)
    comment = models.TextField(_("overall comment"), blank=True)
    # Whatever the reviewer's leniency in this call turns out to be; worked out anew in that row.
    leniency = models.ForeignKey(
        "applications.ReviewerLeniency",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    # Worked out when it is submitted, so that a ranking of thousands is one aggregate in PostgreSQL.
    total = models.DecimalField(
        _("weighted score"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
        help_text=_("0 to 100. Only for submitted reviews."),
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "reviewer"], name="review_once_per_reviewer"),
            models.CheckConstraint(
                condition=models.Q(status__in=ReviewStatus.values), name="review_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ReviewStatus.SUBMITTED) | models.Q(submission__isnull=False),
                name="review_submitted_names_version",
            ),
            models.CheckConstraint(
                condition=models.Q(status=ReviewStatus.SUBMITTED, total__range=(0, 100))
                | ~models.Q(status=ReviewStatus.SUBMITTED) & models.Q(total__isnull=True),
                name="review_total_when_submitted",
            ),
        ]
        permissions = [
            ("assign_review", _("Can assign reviewers")),
            ("score_review", _("Can score assigned applications")),
            ("reopen_review", _("Can reopen a submitted review")),
        ]

    def __str__(self) -> str:
        return f"{self.application.reference} · {self.reviewer}"


class ReviewChange(StatusChange):
    target = models.ForeignKey(Review, models.PROTECT, related_name="changes", verbose_name=_("review"))

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("review_change_append_only")


SCORE_RULES = [
    pgtrigger.Trigger(
        name="score_within_criterion",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Q(new__score__isnull=False),
        func="""
            IF NEW.score > (SELECT max_score FROM applications_criterion WHERE id = NEW.criterion_id) THEN
                RAISE EXCEPTION 'Score % is above the highest score of criterion %.',
                    NEW.score, NEW.criterion_id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    ),
    pgtrigger.Trigger(
        name="score_final_when_submitted",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF (SELECT status FROM applications_review WHERE id = OLD.review_id) = 'submitted' THEN
                RAISE EXCEPTION 'Review % is submitted: its scores are final.', OLD.review_id
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    ),
]


class ReviewScore(models.Model):
    """A score for one criterion, 0 to the criterion's highest; None while not given."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey("applications.Criterion", models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion__position", "criterion_id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once_per_criterion")
        ]
        triggers = SCORE_RULES

    def __str__(self) -> str:
        return labelled(self.criterion, self.score)
