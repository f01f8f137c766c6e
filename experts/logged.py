"""Which rows of experts are decisions of staff."""

from __future__ import annotations

from functools import partial

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.decision_log.sources import Source
from experts.enums import ExpertStatus
from experts.models import ExpertChange

NO_DECISIONS = {
    "experts.ExpertVersion": "what experts write; a row for each save",
    "experts.ExpertDeclaration": "what experts declare",
}


def sources() -> list[Source]:
    """Return the moves of experts by anybody but themselves."""
    return [
        Source(
            code="experts.expertchange",
            rows=lambda: ExpertChange.objects.filter(by__isnull=False, target__is_test=False).exclude(
                by=F("target__user")
            ),
            permission="experts.view_expert",
            noun=_("Expert"),
            verbs=partial(dict, ExpertStatus.choices),
            about="experts.expert",
            key="target_id",
            label=F("target__name"),
        )
    ]
