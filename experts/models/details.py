"""The rows of a profile: languages, expertise, months, organisations."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.dates import month_constraint, validate_month
from core.half_days import MAX_HALF_DAYS
from core.phrases import labelled
from core.plain_text import plain_index
from core.reference.enums import CefrLevel
from experts.enums import (
    ExpertiseLevel,
)
from experts.models.expert import Expert


class ExpertLanguage(models.Model):
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="languages")
    language = models.ForeignKey(
        "reference.Language", models.PROTECT, related_name="+", verbose_name=_("Language")
    )
    level = models.CharField(_("Level"), max_length=2, choices=CefrLevel.choices)

    class Meta:
        verbose_name = _("expert language")
        verbose_name_plural = _("expert languages")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["expert", "language"], name="expert_language_once"),
            models.CheckConstraint(
                condition=models.Q(level__in=CefrLevel.values), name="expert_language_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.level}"


class WrittenLanguage(models.Model):
    """How well an expert writes a language, as staff recorded it: the form asks for one level."""

    expert = models.ForeignKey(
        Expert, models.CASCADE, related_name="written_languages", verbose_name=_("expert")
    )
    language = models.ForeignKey(
        "reference.Language", models.PROTECT, related_name="+", verbose_name=_("Language")
    )
    level = models.CharField(_("Level"), max_length=2, choices=CefrLevel.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"), auto_now=True)

    class Meta:
        verbose_name = _("written language")
        verbose_name_plural = _("written languages")
        ordering = ["language_id"]
        constraints = [
            models.UniqueConstraint(fields=["expert", "language"], name="written_language_once"),
            models.CheckConstraint(
                condition=models.Q(level__in=CefrLevel.values), name="written_language_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.level}"


class ExpertExpertise(models.Model):
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="expertise")
    area = models.ForeignKey(
        "reference.ExpertiseArea", models.PROTECT, related_name="+", verbose_name=_("Area of expertise")
    )
    level = models.PositiveSmallIntegerField(_("Level"), choices=ExpertiseLevel.choices)
    evidence = models.CharField(
        _("Evidence"),
        max_length=500,
        blank=True,
        help_text=_("For example a project, a publication or a link."),
    )

    class Meta:
        verbose_name = _("expertise entry")
        verbose_name_plural = _("expertise entries")
        ordering = ["-level", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["expert", "area"], name="expert_area_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 3)), name="expert_area_level_range"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.level}"


class ExpertMonth(models.Model):
    """Half-days that the expert can give in a month."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="months")
    month = models.DateField(_("month"), validators=[validate_month])
    half_days = models.PositiveSmallIntegerField(
        _("half-days"), validators=[MaxValueValidator(MAX_HALF_DAYS)]
    )

    class Meta:
        verbose_name = _("availability month")
        verbose_name_plural = _("availability months")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["expert", "month"], name="expert_month_once"),
            month_constraint("month", name="expert_month_sensible"),
            models.CheckConstraint(
                condition=models.Q(half_days__lte=MAX_HALF_DAYS), name="expert_half_days_in_month"
            ),
        ]

    def __str__(self) -> str:
        return labelled(f"{self.month:%Y-%m}", self.half_days)


class ExpertOrganisation(models.Model):
    """An employer, client or board: a conflict of interest with regions in which it is a partner."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="organisations")
    name = models.CharField(_("Organisation"), max_length=200)
    connection = models.CharField(_("Your connection"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("expert organisation")
        verbose_name_plural = _("expert organisations")
        ordering = ["pk"]
        indexes = [plain_index("name", name="expert_organisation_plain")]

    def __str__(self) -> str:
        return self.name
