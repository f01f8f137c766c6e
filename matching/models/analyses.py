"""What is found out about a run once it has its result, one answer after another."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.history import StatusChange, append_only
from core.jobs import ClaimedJob
from core.phrases import labelled
from matching.enums import ANALYSIS_MOVES, AnalysisStatus, FindingKind
from matching.models.runs import MatchRun
from matching.querysets import AnalysisQuerySet, FindingQuerySet

_ABOUT_REGIONS = [FindingKind.REMEDIES, FindingKind.OTHER_TEAMS]
_ABOUT_ALL = [FindingKind.RECRUITING, FindingKind.FAIRNESS, FindingKind.RULES]


class Analysis(ClaimedJob):
    """The questions asked about a run in the background; each answer is kept and not sought twice."""

    ALLOWED_MOVES = ANALYSIS_MOVES
    # A default to confirm.
    WAITS = (timedelta(minutes=1), timedelta(minutes=10))

    run = models.OneToOneField(MatchRun, models.PROTECT, related_name="analysis", verbose_name=_("match run"))
    status = models.CharField(
        _("status"), max_length=20, choices=AnalysisStatus.choices, default=AnalysisStatus.QUEUED
    )
    # Asked for the last time: by the end of the run, or by staff since.
    asked_at = models.DateTimeField(_("requested"), auto_now_add=True)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        verbose_name = _("run analysis")
        verbose_name_plural = _("run analyses")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=AnalysisStatus.values), name="analysis_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[AnalysisStatus.STOPPED, AnalysisStatus.FAILED])
                | ~models.Q(error=""),
                name="analysis_ended_early_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{capfirst(self._meta.verbose_name)} {self.run_id}"

    @cached_property
    def answers(self) -> list[Finding]:
        """All findings, read once: a page asks for them in several places."""
        return list(self.findings.all())


class AnalysisChange(StatusChange):
    target = models.ForeignKey(
        Analysis, models.PROTECT, related_name="changes", verbose_name=_("run analysis")
    )

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("analysis_change_append_only")


class Finding(models.Model):
    """One answer, as the engine gave it: about a region, an expert, or the run as a whole."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="findings")
    kind = models.CharField(_("kind"), max_length=20, choices=FindingKind.choices)
    region = models.ForeignKey(
        "applications.PilotRegion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("pilot region"),
    )
    expert = models.ForeignKey(
        "experts.Expert",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("expert"),
    )
    # As docs/matching.md describes it.
    value = models.JSONField(_("answer"))

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "kind", "region", "expert"], name="finding_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=_ABOUT_REGIONS, region__isnull=False, expert__isnull=True)
                | models.Q(kind=FindingKind.LOSS, region__isnull=True, expert__isnull=False)
                | models.Q(kind__in=_ABOUT_ALL, region__isnull=True, expert__isnull=True),
                name="finding_about_what_its_kind_says",
            ),
        ]

    def __str__(self) -> str:
        return labelled(self.get_kind_display(), self.region or self.expert or self.analysis)
