"""Experts in community-led local development: profile, languages, expertise, availability."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from experts.enums import (
    EXPERT_MOVES,
    IN_POOL,
    DeclarationKind,
    ExpertiseLevel,
    ExpertRole,
    ExpertStatus,
)
from experts.querysets import ExpertQuerySet
from impact.history import HasStatus, StatusChange, append_only
from impact.reference.enums import CefrLevel

# Half-days, as the engine counts.
MAX_HALF_DAYS = 62


def cv_path(expert: Expert, filename: str) -> str:
    """A random name for every upload: the person's own is kept in the row."""
    return f"cv/{uuid.uuid4().hex}"


class Expert(HasStatus):
    """A person's profile in the pool; one per account; an erased one has none and says nothing."""

    ALLOWED_MOVES = EXPERT_MOVES

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="expert",
        verbose_name=_("account"),
    )
    status = models.CharField(
        _("status"), max_length=20, choices=ExpertStatus.choices, default=ExpertStatus.DRAFT
    )
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # Rises with every save; the versions of a profile that was sent carry it.
    revision = models.PositiveIntegerField(_("revision"), default=0)
    # What staff have seen: a higher revision means changes to look at.
    seen_revision = models.PositiveIntegerField(_("revision seen by staff"), default=0, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed as current"), null=True, blank=True, editable=False)
    erasure_asked_at = models.DateTimeField(_("deletion asked"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    name = models.CharField(_("Your name"), max_length=150, blank=True)
    headline = models.CharField(_("You in one line"), max_length=150, blank=True)
    biography = models.TextField(_("Your experience"), blank=True)
    website = models.URLField(_("Website or public profile"), blank=True)
    country = models.ForeignKey(
        "reference.Country",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Country where you live"),
    )
    other_country = models.CharField(_("Another country"), max_length=100, blank=True)
    unit = models.ForeignKey(
        "reference.NutsUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Region where you live"),
        help_text=_("Nobody is matched with the region where he or she lives."),
    )
    challenges = models.ManyToManyField(
        "reference.Challenge",
        blank=True,
        related_name="+",
        verbose_name=_("Challenges that you have worked on"),
    )
    countries = models.ManyToManyField(
        "reference.Country", blank=True, related_name="+", verbose_name=_("Countries that you have worked in")
    )
    roles = ArrayField(
        models.CharField(max_length=10, choices=ExpertRole.choices),
        verbose_name=_("Roles that you offer"),
        default=list,
        blank=True,
    )
    max_regions = models.PositiveSmallIntegerField(
        _("Most regions at a time"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    cv = models.FileField(_("CV"), upload_to=cv_path, blank=True)
    cv_name = models.CharField(max_length=255, blank=True)
    cv_size = models.PositiveIntegerField(null=True, blank=True)
    cv_sha256 = models.CharField(max_length=64, blank=True)
    declares_truth = models.BooleanField(_("My profile is true and complete"), default=False)
    agrees_to_sharing = models.BooleanField(
        _("My profile may be shown to OECD staff and to the pilot regions that I am proposed to"),
        default=False,
    )

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ExpertStatus.values), name="expert_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(max_regions__range=(1, 5)), name="expert_max_regions_range"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=IN_POOL)
                | models.Q(declares_truth=True, agrees_to_sharing=True),
                name="expert_in_pool_has_agreed",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, erased_at__isnull=True)
                | models.Q(user__isnull=True, erased_at__isnull=False, name="", cv=""),
                name="expert_erased_says_nothing",
            ),
        ]
        permissions = [("vet_expert", _("Can approve, decline and pause experts"))]

    def __str__(self) -> str:
        if self.erased_at:
            return gettext("Deleted profile %(number)d") % {"number": self.pk}
        return self.name or str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("experts:profile")

    @property
    def is_available(self) -> bool:
        """Whether new regions may be proposed."""
        return self.status == ExpertStatus.APPROVED

    @property
    def is_editable(self) -> bool:
        """Whether its owner may still change it: a withdrawn one is opened again first."""
        return self.status != ExpertStatus.WITHDRAWN and not self.erased_at

    @property
    def is_in_pool(self) -> bool:
        """Whether staff rely on it: sent, approved or paused."""
        return self.status in IN_POOL

    @property
    def is_changed_since_seen(self) -> bool:
        return self.is_in_pool and self.revision > self.seen_revision

    @property
    def is_paused_by_staff(self) -> bool:
        """Whether the pause is a decision of staff, which the expert cannot end."""
        if self.status != ExpertStatus.PAUSED:
            return False
        return self.changes.filter(to_status=ExpertStatus.PAUSED).latest("pk").by_id != self.user_id

    @property
    def has_matches(self) -> bool:
        """Whether a region has ever worked with the expert, or was to (`matching.Match`)."""
        return self.matches.exists()

    @property
    def about(self) -> str:
        """The key under which the outbox keeps e-mails about it."""
        return f"expert:{self.pk}"


class ExpertChange(StatusChange):
    target = models.ForeignKey(Expert, models.PROTECT, related_name="changes", verbose_name=_("expert"))

    class Meta(StatusChange.Meta):
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        triggers = append_only("expert_change_append_only")


class ExpertVersion(models.Model):
    """The whole profile as saved once it had been sent: what staff compare; only erasure removes it."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="versions", verbose_name=_("expert"))
    revision = models.PositiveIntegerField(_("revision"))
    profile = models.JSONField(_("profile"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("saved by")
    )
    saved_at = models.DateTimeField(_("saved"), auto_now_add=True)

    class Meta:
        verbose_name = _("version of a profile")
        verbose_name_plural = _("versions of profiles")
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(fields=["expert", "revision"], name="expert_version_revision_once")
        ]
        triggers = append_only("expert_version_append_only")

    def __str__(self) -> str:
        return f"{self.expert} · {self.revision}"


class ExpertDeclaration(models.Model):
    """What the expert declared or took back: when, in which words; never edited."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="declarations", verbose_name=_("expert"))
    kind = models.CharField(_("declaration"), max_length=20, choices=DeclarationKind.choices)
    is_given = models.BooleanField(_("given"))
    wording = models.TextField(_("wording shown"))
    language = models.CharField(_("language"), max_length=5)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("declaration of an expert")
        verbose_name_plural = _("declarations of experts")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=DeclarationKind.values), name="expert_declaration_kind_known"
            )
        ]
        triggers = append_only("expert_declaration_append_only")

    def __str__(self) -> str:
        return f"{self.expert} · {self.get_kind_display()}"


class ExpertLanguage(models.Model):
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="languages")
    language = models.ForeignKey(
        "reference.Language", models.PROTECT, related_name="+", verbose_name=_("Language")
    )
    level = models.CharField(_("Level"), max_length=2, choices=CefrLevel.choices)

    class Meta:
        verbose_name = _("language of an expert")
        verbose_name_plural = _("languages of experts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["expert", "language"], name="expert_language_once"),
            models.CheckConstraint(
                condition=models.Q(level__in=CefrLevel.values), name="expert_language_level_known"
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
        _("Evidence"), max_length=500, blank=True, help_text=_("A project, a publication, a link.")
    )

    class Meta:
        verbose_name = _("expertise of an expert")
        verbose_name_plural = _("expertise of experts")
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
    month = models.DateField(_("month"))
    half_days = models.PositiveSmallIntegerField(
        _("half-days"), validators=[MaxValueValidator(MAX_HALF_DAYS)]
    )

    class Meta:
        verbose_name = _("month of an expert")
        verbose_name_plural = _("months of experts")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["expert", "month"], name="expert_month_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="expert_month_first_day"),
            models.CheckConstraint(
                condition=models.Q(half_days__lte=MAX_HALF_DAYS), name="expert_half_days_in_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.half_days}"


class ExpertOrganisation(models.Model):
    """An employer, client or board: a conflict of interest with regions in which it is a partner."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="organisations")
    name = models.CharField(_("Organisation"), max_length=200)
    connection = models.CharField(_("Your connection"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("organisation of an expert")
        verbose_name_plural = _("organisations of experts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
