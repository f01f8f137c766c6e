"""Which rows of the matching are decisions of staff."""

from __future__ import annotations

from functools import partial

from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.decision_log.sources import Source, joined, said_at
from core.decision_log.wording import unfinished_in_words
from core.phrases import StrOrPromise
from matching.enums import MatchStatus, RuleKind, RuleOrigin, RunStatus
from matching.models import MatchChange, MatchRule, MatchRunChange, Reservation
from matching.readiness import STARTING

NO_DECISIONS = {"matching.AnalysisChange": "how far an analysis came, and that staff let it continue"}
KEPT_BACK, RELEASED = "kept_back", "released"
RULE_WORDS: dict[str, StrOrPromise] = {
    RuleKind.PINNED: _("Always included"),
    RuleKind.FORBIDDEN: _("Forbidden"),
    RuleKind.CLEARED: _("Conflict of interest cleared"),
    RuleKind.WISHED: _("Wished"),
}


def sources() -> list[Source]:
    return [_runs(), _matches(), *_rules(), *_reservations()]


def _runs() -> Source:
    return Source(
        code="matching.matchrunchange",
        rows=lambda: MatchRunChange.objects.filter(by__isnull=False),
        permission="matching.view_matchrun",
        noun=_("Match run"),
        verbs=partial(dict, RunStatus.choices),
        about="matching.matchrun",
        key="target_id",
        label=joined(Value("#"), "target_id"),
        detail=Case(When(from_status="", then=said_at(STARTING, "matching.matchrun"))),
        detail_words=unfinished_in_words,
    )


def _matches() -> Source:
    """Moves of matches by anybody but the expert."""
    return Source(
        code="matching.matchchange",
        rows=lambda: MatchChange.objects.filter(by__isnull=False).exclude(by=F("target__expert__user")),
        permission="matching.view_match",
        noun=_("Match"),
        verbs=partial(dict, MatchStatus.choices),
        about="matching.match",
        key="target_id",
        label=joined("target__region__name", Value(" · "), "target__expert__name"),
    )


def _rules() -> list[Source]:
    """Pins, bans and cleared conflicts: made by staff, and lifted by them."""
    return [
        _rule(
            "matching.matchrule",
            _("Rule"),
            MatchRule.objects.filter(origin=RuleOrigin.STAFF),
            "made",
            "reason",
        ),
        _rule(
            "matching.matchrule_lifted",
            _("Rule lifted"),
            MatchRule.objects.filter(lifted_by__isnull=False).exclude(lifted_by=F("expert__user")),
            "lifted",
        ),
    ]


def _rule(code: str, noun: StrOrPromise, rows: QuerySet[MatchRule], step: str, reason: str = "") -> Source:
    return Source(
        code=code,
        rows=rows.all,
        permission="matching.view_matchrule",
        noun=noun,
        verbs=lambda: RULE_WORDS,
        about="matching.matchrule",
        key="pk",
        label=joined("region__name", Value(" · "), "expert__name"),
        verb=F("kind"),
        at=f"{step}_at",
        by=f"{step}_by",
        reason=reason,
    )


def _reservations() -> list[Source]:
    return [
        _reservation(Reservation.objects.all(), KEPT_BACK, _("Reserved"), "made", "reason"),
        _reservation(
            Reservation.objects.filter(released_by__isnull=False), RELEASED, _("Released"), "released"
        ),
    ]


def _reservation(
    rows: QuerySet[Reservation], verb: str, words: StrOrPromise, step: str, reason: str = ""
) -> Source:
    return Source(
        code=f"matching.reservation_{verb}",
        rows=rows.all,
        permission="matching.view_reservation",
        noun=_("Reservation"),
        verbs=lambda: {verb: words},
        about="matching.reservation",
        key="pk",
        label=joined("call__title__shown", Value(" · "), Coalesce("expert__name", Value("–"))),
        verb=Value(verb),
        at=f"{step}_at",
        by=f"{step}_by",
        reason=reason,
    )
