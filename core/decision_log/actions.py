"""Keep that a stage was begun, with what was unfinished."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model

from core.accounts.models import User
from core.checklists import Acceptance, DecisionStage, UnfinishedLine
from core.decision_log.models import StageDecision


def record(
    stage: DecisionStage,
    about: Model,
    *,
    by: User,
    unfinished: Iterable[UnfinishedLine],
    accepting: Acceptance | None,
) -> StageDecision:
    """Keep that a stage was begun, inside the action that begins it.

    Args:
        stage: which one.
        about: the row that it is about.
        by: the person.
        unfinished: what `require_finished` let pass.
        accepting: the person's word on that.
    """
    lines = [[line.check.code, line.count] for line in unfinished]
    return StageDecision.objects.create(
        stage=stage.code,
        about=f"{about._meta.label_lower}:{about.pk}",
        label=str(about)[:200],
        by=by,
        unfinished=lines,
        reason=accepting.reason if accepting and lines else "",
    )
