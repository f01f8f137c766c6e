"""Runs of the engine and what they propose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.history import StatusChange, append_only
from core.jobs import ClaimedJob
from core.phrases import labelled
from experts.enums import ExpertRole
from matching.enums import RUN_MOVES, RunStatus
from matching.models.reservations import Reservation
from matching.querysets import MatchRunQuerySet, ProposalQuerySet, RegionProposalQuerySet


class MatchRun(ClaimedJob):
    """One run: its frozen input, its progress, its result; the row is the job, the broker only wakes."""

    ALLOWED_MOVES = RUN_MOVES
    # Short: while one waits, no other can start. A default to confirm.
    WAITS = (timedelta(seconds=30), timedelta(minutes=2))

    status = models.CharField(_("status"), max_length=20, choices=RunStatus.choices, default=RunStatus.QUEUED)
    note = models.CharField(_("note"), max_length=200, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)
    # The contract's input; its hash lets anybody replay the run exactly.
    problem = models.JSONField(_("input"))
    problem_sha256 = models.CharField(_("SHA-256 of the input"), max_length=64)
    # What was kept back when the input was frozen, and so is less in it.
    reservations = models.ManyToManyField(
        Reservation, blank=True, editable=False, related_name="runs", verbose_name=_("reservations")
    )
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
    def stored_result(self) -> dict[str, Any]:
        """The engine's result; of a run that is done, as the database makes sure.

        Raises:
            ValueError: the run is not done.
        """
        if self.result is None:
            raise ValueError(f"{self} has no result")
        result: dict[str, Any] = self.result
        return result


class MatchRunChange(StatusChange):
    target = models.ForeignKey(MatchRun, models.PROTECT, related_name="changes", verbose_name=_("match run"))

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("match_run_change_append_only")


class RegionProposal(models.Model):
    """What a run says of one region: its score, or what is missing to serve it."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="region_proposals")
    region = models.ForeignKey(
        "applications.PilotRegion", models.PROTECT, related_name="+", verbose_name=_("pilot region")
    )
    score = models.SmallIntegerField(_("score"), help_text=_("0 to 1000, or −1 without a team."))
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
    # From then on the region may refuse members, and experts may say where they would like to serve.
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shown by"),
    )
    shown_at = models.DateTimeField(_("shown to the region"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=models.Q(shown_at__isnull=True, shown_by__isnull=True)
                | models.Q(shown_at__isnull=False, shown_by__isnull=False, score__gte=0),
                name="region_proposal_shown_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return labelled(self.region, self.score)


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
