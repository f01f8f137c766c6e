"""A pilot cross-border region: made when a selection is confirmed; what the matching needs to know."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from applications.enums import PILOT_MOVES, PILOT_PLACES, NeedLevel, PilotStatus
from applications.querysets import PilotRegionQuerySet
from core.dates import month_constraint, validate_month
from core.half_days import MAX_HALF_DAYS
from core.history import HasStatus, StatusChange, append_only
from core.phrases import labelled
from core.translated.fields import TranslatedField


class PilotRegion(HasStatus):
    """Holds one of the 30 places: numbered, so that PostgreSQL itself refuses a 31st."""

    ALLOWED_MOVES = PILOT_MOVES

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, related_name="pilot_region", verbose_name=_("application")
    )
    place = models.PositiveSmallIntegerField(_("place"), null=True, blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=20, choices=PilotStatus.choices, default=PilotStatus.ACTIVE
    )
    name = models.CharField(_("name"), max_length=150)
    public_summary = TranslatedField(
        _("public summary"), max_length=10_000, blank=True, is_long=True, needed_in=()
    )
    is_public = models.BooleanField(
        _("shown to the public"), default=False, help_text=_("Only after the applicants have agreed.")
    )
    units = models.ManyToManyField(
        "reference.NutsUnit", blank=True, related_name="+", verbose_name=_("regions")
    )
    working_languages = models.ManyToManyField(
        "reference.Language", blank=True, related_name="+", verbose_name=_("working languages")
    )
    team_max = models.PositiveSmallIntegerField(
        _("maximum team size"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text=_("Includes the lead expert (default, to confirm)."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PilotRegionQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=["units", "working_languages"])

    class Meta:
        verbose_name = _("pilot region")
        verbose_name_plural = _("pilot regions")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["place"], name="pilot_place_taken_once"),
            models.CheckConstraint(
                condition=models.Q(place__isnull=True) | models.Q(place__range=(1, PILOT_PLACES)),
                name="pilot_place_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(status=PilotStatus.ACTIVE, place__isnull=False)
                | models.Q(status=PilotStatus.ENDED, place__isnull=True),
                name="pilot_active_has_place",
            ),
            models.CheckConstraint(condition=models.Q(team_max__range=(1, 3)), name="pilot_team_max_range"),
        ]
        permissions = [("end_pilotregion", _("Can end a pilot region, which frees its place"))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == PilotStatus.ACTIVE


class PilotRegionChange(StatusChange):
    target = models.ForeignKey(
        PilotRegion, models.PROTECT, related_name="changes", verbose_name=_("pilot region")
    )

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("pilot_region_change_append_only")


class PilotRegionSide(models.Model):
    """One side of the border and the languages that serve it; any one of them is enough."""

    region = models.ForeignKey(PilotRegion, models.CASCADE, related_name="sides")
    country = models.ForeignKey(
        "reference.Country", models.PROTECT, related_name="+", verbose_name=_("country")
    )
    languages = models.ManyToManyField("reference.Language", related_name="+", verbose_name=_("languages"))

    history = HistoricalRecords(m2m_fields=["languages"])

    class Meta:
        verbose_name = _("side of the border")
        verbose_name_plural = _("sides of the border")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["region", "country"], name="side_country_once")]

    def __str__(self) -> str:
        return str(self.country)


class SidesConfirmation(models.Model):
    """That a person found all sides of a region right, as they were then; a later change waits for another.

    What was confirmed is kept beside who did it, so that no form and no command can change a side and leave
    it confirmed: `applications.selecting.querysets` compares the two.
    """

    region = models.ForeignKey(
        PilotRegion, models.PROTECT, related_name="sides_confirmations", verbose_name=_("pilot region")
    )
    # [{"country": code, "languages": [codes]}], as PostgreSQL reads the sides.
    sides = models.JSONField(_("sides of the border"))
    # Codes of the third countries near the partners’ regions that need not be represented.
    not_needed = ArrayField(models.CharField(max_length=2), default=list, verbose_name=_("not needed"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    reason = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("confirmation of the sides")
        verbose_name_plural = _("confirmations of the sides")
        ordering = ["-pk"]
        triggers = append_only("sides_confirmation_append_only")

    def __str__(self) -> str:
        return f"{self.region} · {self.at:%Y-%m-%d}"


class PilotRegionNeed(models.Model):
    """An area of expertise that the region needs, its weight and its level."""

    region = models.ForeignKey(PilotRegion, models.CASCADE, related_name="needs")
    area = models.ForeignKey(
        "reference.ExpertiseArea", models.PROTECT, related_name="+", verbose_name=_("area")
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=2, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    level = models.PositiveSmallIntegerField(_("level"), default=2, choices=NeedLevel.choices)
    is_must = models.BooleanField(_("must be covered"), default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("pilot region need")
        verbose_name_plural = _("pilot region needs")
        ordering = ["-weight", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["region", "area"], name="region_need_area_once"),
            models.CheckConstraint(
                condition=models.Q(weight__range=(1, 10)), name="region_need_weight_range"
            ),
            models.CheckConstraint(condition=models.Q(level__range=(1, 3)), name="region_need_level_range"),
        ]

    def __str__(self) -> str:
        return str(self.area)


class PilotRegionMonth(models.Model):
    """Half-days of expert time that the region needs in a month."""

    region = models.ForeignKey(PilotRegion, models.CASCADE, related_name="months")
    month = models.DateField(
        _("month"), help_text=_("The first day of the month."), validators=[validate_month]
    )
    half_days = models.PositiveSmallIntegerField(
        _("half-days"), validators=[MaxValueValidator(MAX_HALF_DAYS)]
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("pilot region month")
        verbose_name_plural = _("pilot region months")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["region", "month"], name="region_month_once"),
            month_constraint("month", name="region_month_sensible"),
            models.CheckConstraint(
                condition=models.Q(half_days__lte=MAX_HALF_DAYS), name="region_half_days_in_month"
            ),
        ]

    def __str__(self) -> str:
        return labelled(f"{self.month:%Y-%m}", self.half_days)
