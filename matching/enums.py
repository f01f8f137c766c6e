"""The words of runs and matches."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


_R = RunStatus
RUN_MOVES = {
    # Back to QUEUED: its worker died and another takes it, or it failed and is tried again later.
    _R.QUEUED: frozenset({_R.RUNNING, _R.CANCELLED, _R.FAILED}),
    _R.RUNNING: frozenset({_R.DONE, _R.FAILED, _R.CANCELLED, _R.QUEUED}),
    _R.DONE: frozenset(),
    # Staff try it again, or leave it at that.
    _R.FAILED: frozenset({_R.QUEUED, _R.CANCELLED}),
    _R.CANCELLED: frozenset(),
}


class AnalysisStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting to be calculated")
    RUNNING = "running", _("Being calculated")
    DONE = "done", _("Calculated")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


_A = AnalysisStatus
ANALYSIS_MOVES = {
    _A.QUEUED: frozenset({_A.RUNNING}),
    # Back to QUEUED: its worker died and another takes it, or it failed and is tried again later.
    _A.RUNNING: frozenset({_A.DONE, _A.STOPPED, _A.FAILED, _A.QUEUED}),
    _A.DONE: frozenset(),
    # Staff let the rest be computed.
    _A.STOPPED: frozenset({_A.QUEUED}),
    _A.FAILED: frozenset({_A.QUEUED}),
}


class FindingKind(models.TextChoices):
    REMEDIES = "remedies", _("What would give a region a team")
    RECRUITING = "recruiting", _("Experts to look for")
    LOSS = "loss", _("What would be lost without an expert")
    OTHER_TEAMS = "other_teams", _("Other teams for a region")
    FAIRNESS = "fairness", _("What fairness costs")
    RULES = "rules", _("What the programme rules cost")


class MatchStatus(models.TextChoices):
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    ENDED = "ended", _("Ended")


_M = MatchStatus
MATCH_MOVES = {
    _M.INVITED: frozenset({_M.ACCEPTED, _M.DECLINED, _M.ENDED}),
    _M.ACCEPTED: frozenset({_M.ENDED}),
    # Taken back by the expert, as long as the place is free.
    _M.DECLINED: frozenset({_M.INVITED}),
    _M.ENDED: frozenset(),
}


class RuleKind(models.TextChoices):
    PINNED = "pinned", _("Always include: in the team whenever the region has one")
    FORBIDDEN = "forbidden", _("Never include: never in the team")
    CLEARED = "cleared", _("Override conflict: this link does not prevent them from working together")
    WISHED = "wished", _("Wish: the expert would like to support the region")


class RuleOrigin(models.TextChoices):
    """Who decided; regions and experts once the proposed teams were shown."""

    STAFF = "staff", _("Staff")
    REGION = "region", _("The region")
    EXPERT = "expert", _("The expert")


# Of these a pair has one at a time; a conflict may be cleared besides.
STEERING = [RuleKind.PINNED, RuleKind.FORBIDDEN]


class TeamState(models.TextChoices):
    """How far the team of a pilot region is, as people confirmed it; stored nowhere."""

    NONE = "none", _("No team yet")
    INCOMPLETE = "incomplete", _("A member is missing")
    AWAITED = "awaited", _("Answers awaited")
    COMPLETE = "complete", _("All have accepted")


# Nobody is missing, whether or not all have answered.
WHOLE_TEAMS = (TeamState.AWAITED, TeamState.COMPLETE)
