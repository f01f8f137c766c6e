"""The profile itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.history import HasStatus
from core.json_columns import is_object
from core.known_types import known_as
from core.plain_text import plain_index
from core.uploads.orphans import stored_in
from experts import commitments
from experts.enums import (
    EXPERT_MOVES,
    IN_POOL,
    ExpertRole,
    ExpertStatus,
)
from experts.querysets import ExpertQuerySet

# The instance of the pages of experts on which staff fill in a test; see `experts.profile_urls`.
TEST_PAGES = "expert_test"
AnyExperts = models.Manager.from_queryset(ExpertQuerySet)


@stored_in("cv")
def cv_path(expert: Expert, filename: str) -> str:
    """A random name for every upload: the person's own is kept in the row."""
    return f"cv/{uuid.uuid4().hex}"


class RealExperts(AnyExperts["Expert"]):
    """Leaves out the profiles with which staff try the form."""

    def get_queryset(self) -> ExpertQuerySet:
        return known_as(super().get_queryset(), ExpertQuerySet).filter(is_test=False)


class Expert(HasStatus):
    """A person's profile in the pool; one per account; an erased one has none and says nothing.

    Besides their own, staff may have one that is a test of the form.
    """

    ALLOWED_MOVES = EXPERT_MOVES
    # Of those read by `ExpertQuerySet.with_half_days_from`.
    half_days_offered: int

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="expert_profiles",
        verbose_name=_("account"),
    )
    # Filled in by staff to try the form; see `objects`.
    is_test = models.BooleanField(default=False, editable=False)
    status = models.CharField(
        _("status"), max_length=20, choices=ExpertStatus.choices, default=ExpertStatus.DRAFT
    )
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # Rises with every save; the versions of a profile that was sent carry it.
    revision = models.PositiveIntegerField(_("revision"), default=0)
    # What staff have seen: a higher revision means changes to look at.
    seen_revision = models.PositiveIntegerField(_("version seen by staff"), default=0, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed as current"), null=True, blank=True, editable=False)
    erasure_asked_at = models.DateTimeField(_("deletion requested"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    # The version of the form of experts on which the profile is written.
    form_version = models.ForeignKey(
        "questionnaires.FormVersion", models.PROTECT, related_name="experts", verbose_name=_("form")
    )
    # The version before the form changed, until the expert has seen what is asked otherwise.
    carried_from = models.ForeignKey(
        "questionnaires.FormVersion", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    # Answers to the questions that staff have thought of, by their keys; those below the portal itself needs.
    answers = models.JSONField(default=dict, blank=True, editable=False)

    name = models.CharField(_("Your name"), max_length=150, blank=True)
    headline = models.CharField(_("Your headline"), max_length=150, blank=True)
    country = models.ForeignKey(
        "reference.Country",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Country of residence"),
    )
    other_country = models.CharField(_("Another country"), max_length=100, blank=True)
    unit = models.ForeignKey(
        "reference.NutsUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Home region"),
        help_text=_("You will not be matched with your home region."),
    )
    roles = ArrayField(
        models.CharField(max_length=10, choices=ExpertRole.choices),
        verbose_name=_("Roles you offer"),
        default=list,
        blank=True,
    )
    max_regions = models.PositiveSmallIntegerField(
        _("Maximum number of regions at once"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    cv = models.FileField(_("CV"), upload_to=cv_path, blank=True)
    cv_name = models.CharField(max_length=255, blank=True)
    cv_size = models.PositiveIntegerField(null=True, blank=True)
    cv_sha256 = models.CharField(max_length=64, blank=True)
    declares_truth = models.BooleanField(_("My profile is true and complete"), default=False)
    agrees_to_sharing = models.BooleanField(
        _("My profile may be shown to OECD staff and to the pilot regions to which I am proposed"),
        default=False,
    )

    agrees_to_listing = models.BooleanField(
        _("My name, my headline and my role may be shown publicly with the pilot regions that I support"),
        default=False,
    )

    # Whoever lists, counts, matches, reminds or decides asks here, and never meets a test.
    objects = RealExperts()
    # For the pages on which tests are filled in, and for what deletes them.
    including_tests = AnyExperts()

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        ordering = ["name", "pk"]
        indexes = [plain_index("name", name="expert_name_plain")]
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
                | models.Q(user__isnull=True, erased_at__isnull=False, name="", cv="", answers={}),
                name="expert_erased_says_nothing",
            ),
            models.CheckConstraint(condition=is_object("answers"), name="expert_answers_fit"),
            models.UniqueConstraint(fields=["user", "is_test"], name="expert_one_per_account"),
            # A test is never sent, approved or paused.
            models.CheckConstraint(
                condition=models.Q(is_test=False)
                | models.Q(status=ExpertStatus.DRAFT, submitted_at__isnull=True, erased_at__isnull=True),
                name="expert_test_is_draft",
            ),
        ]
        permissions = [("vet_expert", _("Can approve, decline and pause experts"))]

    def __str__(self) -> str:
        if self.erased_at:
            return gettext("Deleted profile %(number)d") % {"number": self.pk}
        return self.name or str(self.user)

    def get_absolute_url(self) -> str:
        return self.address("profile")

    def address(self, page: str, *args: Any) -> str:
        """Return the address of one of its own pages, by name."""
        pages = TEST_PAGES if self.is_test else None
        return reverse(f"experts:{page}", args=args, current_app=pages)

    @property
    def owner(self) -> User:
        """Whose profile it is; an erased one is nobody's."""
        assert self.user
        return self.user

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
        """Whether staff have something to look at; who waits for approval is looked at anyway."""
        is_decided = self.status in (ExpertStatus.APPROVED, ExpertStatus.PAUSED)
        return is_decided and self.revision > self.seen_revision

    @property
    def is_paused_by_staff(self) -> bool:
        """Whether the pause is a decision of staff, which the expert cannot end."""
        if self.status != ExpertStatus.PAUSED:
            return False
        return self.changes.filter(to_status=ExpertStatus.PAUSED).latest("pk").by_id != self.user_id

    @property
    def has_matches(self) -> bool:
        """Whether a region has ever worked with the expert, or was to."""
        return Expert.objects.filter(commitments.is_committed(), pk=self.pk).exists()

    @property
    def about(self) -> str:
        """The key under which the outbox keeps e-mails about it."""
        return f"expert:{self.pk}"
