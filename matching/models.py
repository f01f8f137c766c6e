"""Runs of the engine, what they propose, and the matches that people confirmed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from experts.enums import ExpertRole
from impact.history import HasStatus, StatusChange, append_only
from matching.enums import MATCH_MOVES, RUN_MOVES, STEERING, MatchStatus, RuleKind, RunStatus
from matching.querysets import (
    MatchQuerySet,
    MatchRuleQuerySet,
    MatchRunQuerySet,
    ProposalQuerySet,
    RegionProposalQuerySet,
)

_VERBS = {
    RuleKind.PINNED: _("Pinned"),
    RuleKind.FORBIDDEN: _("Banned"),
    RuleKind.CLEARED: _("Conflict cleared"),
}
_TONES = {MatchStatus.INVITED: "info", MatchStatus.ACCEPTED: "success"}


class MatchRun(HasStatus):
    """One run: its frozen input, its progress, its result; the row is the job, the broker only wakes."""

    ALLOWED_MOVES = RUN_MOVES

    status = models.CharField(_("status"), max_length=20, choices=RunStatus.choices, default=RunStatus.QUEUED)
    note = models.CharField(_("note"), max_length=200, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    requested_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    # The contract's input; its hash lets anybody replay the run exactly.
    problem = models.JSONField(_("input"))
    problem_sha256 = models.CharField(_("SHA-256 of the input"), max_length=64)
    claimed_at = models.DateTimeField(_("started"), null=True, blank=True)
    claims = models.PositiveSmallIntegerField(_("times started"), default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    cancel_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    # Phase, share done (0 to 1 or null), best sum so far and its bound.
    progress = models.JSONField(_("progress"), default=dict, blank=True)
    result = models.JSONField(_("result"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = MatchRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("match run")
        verbose_name_plural = _("match runs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=RunStatus.values), name="run_status_known"),
            models.UniqueConstraint(
                models.Value(True),
                condition=models.Q(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]),
                name="run_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=RunStatus.DONE) | models.Q(result__isnull=False),
                name="run_done_has_result",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=RunStatus.FAILED) | ~models.Q(error=""),
                name="run_failed_has_reason",
            ),
        ]
        permissions = [("run_matching", _("Can start and cancel match runs"))]

    def __str__(self) -> str:
        return f"{capfirst(self._meta.verbose_name)} {self.pk}"

    @property
    def is_cancel_asked(self) -> bool:
        return self.cancel_asked_by_id is not None


class MatchRunChange(StatusChange):
    target = models.ForeignKey(MatchRun, models.PROTECT, related_name="changes", verbose_name=_("match run"))

    class Meta(StatusChange.Meta):
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        triggers = append_only("match_run_change_append_only")


class RegionProposal(models.Model):
    """What a run says of one region: its score, or what is missing to serve it."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="region_proposals")
    region = models.ForeignKey(
        "applications.PilotRegion", models.PROTECT, related_name="+", verbose_name=_("pilot region")
    )
    score = models.SmallIntegerField(_("score"), help_text=_("0 to 1000; −1 without a team."))
    unserved = models.JSONField(_("what is missing"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects = RegionProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed team")
        verbose_name_plural = _("proposed teams")
        ordering = ["region__place", "region_id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "region"], name="region_proposal_once"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False, score__gte=0),
                name="region_proposal_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}: {self.score}"


class Proposal(models.Model):
    """An expert in the team that a run proposes for a region."""

    region_proposal = models.ForeignKey(RegionProposal, models.CASCADE, related_name="members")
    expert = models.ForeignKey("experts.Expert", models.PROTECT, related_name="+", verbose_name=_("expert"))
    role = models.CharField(_("role"), max_length=10, choices=ExpertRole.choices)
    # Half-days in each month of the run's problem.
    half_days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("half-days"))
    contributes = models.JSONField(_("reasons"), default=list)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["region_proposal", "expert"], name="proposal_expert_once"),
            models.UniqueConstraint(
                fields=["region_proposal"], condition=models.Q(role=ExpertRole.LEAD), name="proposal_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert} · {self.get_role_display()}"


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
    answer_by = models.DateTimeField(_("answer until"))

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
        ]
        permissions = [("confirm_match", _("Can confirm proposals and end matches"))]

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
    def is_overdue(self) -> bool:
        """Whether the expert should have answered by now, and still may."""
        return self.is_open and self.answer_by < timezone.now()

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
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        triggers = append_only("match_change_append_only")


class MatchMonth(models.Model):
    """Half-days of an expert that a match takes in a month: what later runs find locked."""

    match = models.ForeignKey(Match, models.CASCADE, related_name="months")
    month = models.DateField(_("month"))
    half_days = models.PositiveSmallIntegerField(_("half-days"))

    class Meta:
        verbose_name = _("month of a match")
        verbose_name_plural = _("months of matches")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["match", "month"], name="match_month_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="match_month_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.half_days}"


class MatchRule(models.Model):
    """A pin, a ban or a cleared conflict of interest, by staff and with its reason; lifted, never deleted."""

    region = models.ForeignKey(
        "applications.PilotRegion", models.PROTECT, related_name="match_rules", verbose_name=_("pilot region")
    )
    expert = models.ForeignKey(
        "experts.Expert", models.PROTECT, related_name="match_rules", verbose_name=_("expert")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=RuleKind.choices)
    role = models.CharField(_("role"), max_length=10, choices=ExpertRole.choices, blank=True)
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    objects = MatchRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("pin or ban")
        verbose_name_plural = _("pins and bans")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "expert"],
                condition=models.Q(lifted_at__isnull=True, kind__in=STEERING),
                name="match_rule_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["region", "expert"],
                condition=models.Q(lifted_at__isnull=True, kind=RuleKind.CLEARED),
                name="match_rule_cleared_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=RuleKind.values), name="match_rule_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.region} · {self.expert}"

    @property
    def verb(self) -> str:
        """What was done to the pair, in one word."""
        return _VERBS[RuleKind(self.kind)]
