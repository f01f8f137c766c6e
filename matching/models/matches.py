"""Who stands in which team as people confirmed it, and what staff decided of a pair."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dates import month_constraint, time_constraint
from core.history import HasStatus, StatusChange, append_only
from core.phrases import labelled
from experts.enums import ExpertRole
from matching.enums import MATCH_MOVES, STEERING, MatchStatus, RuleKind, RuleOrigin
from matching.models.runs import Proposal
from matching.querysets import MatchQuerySet, MatchRuleQuerySet

_TONES: dict[str, str] = {MatchStatus.INVITED: "info", MatchStatus.ACCEPTED: "success"}
_VERBS = {
    RuleKind.PINNED: _("Always included"),
    RuleKind.FORBIDDEN: _("Never included"),
    RuleKind.CLEARED: _("Conflict overridden"),
    RuleKind.WISHED: _("Would like to support"),
}
# A ban says whose it is.
_BANS = {RuleOrigin.REGION: _("Refused by the region"), RuleOrigin.EXPERT: _("Cannot support the region")}


class Match(HasStatus):
    """An expert in a region's team, as people confirmed it."""

    ALLOWED_MOVES = MATCH_MOVES

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey(
        "applications.PilotRegion", models.PROTECT, related_name="matches", verbose_name=_("pilot region")
    )
    expert = models.ForeignKey(
        "experts.Expert", models.PROTECT, related_name="matches", verbose_name=_("expert")
    )
    role = models.CharField(_("role"), max_length=10, choices=ExpertRole.choices)
    status = models.CharField(
        _("status"), max_length=20, choices=MatchStatus.choices, default=MatchStatus.INVITED
    )
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmed_matches",
        verbose_name=_("proposal"),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), auto_now_add=True)
    answer_by = models.DateTimeField(_("answer by"))

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["region__place", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=MatchStatus.values), name="match_status_known"
            ),
            models.UniqueConstraint(
                fields=["region", "expert"],
                condition=models.Q(status__in=[MatchStatus.INVITED, MatchStatus.ACCEPTED]),
                name="match_stands_once",
            ),
            models.UniqueConstraint(
                fields=["region"],
                condition=models.Q(
                    status__in=[MatchStatus.INVITED, MatchStatus.ACCEPTED], role=ExpertRole.LEAD
                ),
                name="match_one_lead",
            ),
            time_constraint("answer_by", name="match_answer_by_sensible"),
        ]
        permissions = [("confirm_match", _("Can confirm proposed teams and end matches"))]

    def __str__(self) -> str:
        return f"{self.region} · {self.expert}"

    @property
    def about(self) -> str:
        """The key under which the outbox keeps e-mails about it."""
        return f"match:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the expert may still answer."""
        return self.status == MatchStatus.INVITED

    @property
    def is_accepted(self) -> bool:
        return self.status == MatchStatus.ACCEPTED

    @property
    def is_declined(self) -> bool:
        return self.status == MatchStatus.DECLINED

    @property
    def is_standing(self) -> bool:
        """Whether it holds a place in the team."""
        return self.is_open or self.is_accepted

    @property
    def is_in_time(self) -> bool:
        """Whether the time to answer is not over yet."""
        return self.answer_by >= timezone.now()

    @property
    def is_overdue(self) -> bool:
        """Whether the expert should have answered by now, and still may."""
        return self.is_open and not self.is_in_time

    @property
    def half_days(self) -> int:
        return sum(row.half_days for row in self.months.all())

    @property
    def tone(self) -> str:
        """The look of its status chip."""
        return _TONES.get(self.status, "")


class MatchChange(StatusChange):
    target = models.ForeignKey(Match, models.PROTECT, related_name="changes", verbose_name=_("match"))

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("match_change_append_only")


class MatchMonth(models.Model):
    """Half-days of an expert that a match takes in a month: what later runs find locked."""

    match = models.ForeignKey(Match, models.CASCADE, related_name="months")
    month = models.DateField(_("month"))
    half_days = models.PositiveSmallIntegerField(_("half-days"))

    class Meta:
        verbose_name = _("match month")
        verbose_name_plural = _("match months")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["match", "month"], name="match_month_once"),
            month_constraint("month", name="match_month_sensible"),
        ]

    def __str__(self) -> str:
        return labelled(f"{self.month:%Y-%m}", self.half_days)


class MatchRule(models.Model):
    """A pin, a ban, a cleared conflict of interest or a wish, with its reason; lifted, never deleted."""

    region = models.ForeignKey(
        "applications.PilotRegion", models.PROTECT, related_name="match_rules", verbose_name=_("pilot region")
    )
    expert = models.ForeignKey(
        "experts.Expert", models.PROTECT, related_name="match_rules", verbose_name=_("expert")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=RuleKind.choices)
    origin = models.CharField(
        _("decided by"), max_length=10, choices=RuleOrigin.choices, default=RuleOrigin.STAFF
    )
    role = models.CharField(_("role"), max_length=10, choices=ExpertRole.choices, blank=True)
    team_size = models.PositiveSmallIntegerField(
        _("members of the locked team"),
        null=True,
        blank=True,
        help_text=_("For a locked team: it cannot have more members than this."),
    )
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("created"), auto_now_add=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = MatchRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("inclusion rule")
        verbose_name_plural = _("inclusion rules")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "expert", "origin"],
                condition=models.Q(lifted_at__isnull=True, kind__in=STEERING),
                name="match_rule_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["region", "expert"],
                condition=models.Q(lifted_at__isnull=True, kind=RuleKind.CLEARED),
                name="match_rule_cleared_once",
            ),
            models.UniqueConstraint(
                fields=["region", "expert"],
                condition=models.Q(lifted_at__isnull=True, kind=RuleKind.WISHED),
                name="match_rule_wished_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=RuleKind.values), name="match_rule_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    origin=RuleOrigin.STAFF,
                    kind__in=[RuleKind.PINNED, RuleKind.FORBIDDEN, RuleKind.CLEARED],
                )
                | models.Q(origin=RuleOrigin.REGION, kind=RuleKind.FORBIDDEN)
                | models.Q(origin=RuleOrigin.EXPERT, kind__in=[RuleKind.FORBIDDEN, RuleKind.WISHED]),
                name="match_rule_of_its_origin",
            ),
            models.CheckConstraint(
                condition=models.Q(team_size__isnull=True) | models.Q(kind=RuleKind.PINNED, team_size__gte=1),
                name="match_rule_team_size_of_pins",
            ),
        ]

    def __str__(self) -> str:
        return labelled(self.get_kind_display(), f"{self.region} · {self.expert}")

    @property
    def is_lock(self) -> bool:
        """Whether it is part of a locked team."""
        return self.team_size is not None

    @property
    def verb(self) -> str:
        """What was done to the pair, in one word."""
        own = _BANS.get(RuleOrigin(self.origin)) if self.kind == RuleKind.FORBIDDEN else None
        return str(own or _VERBS[RuleKind(self.kind)])
