"""Which personal data the matching holds."""

from __future__ import annotations

from core.privacy import reasons
from core.privacy.registry import Fate, HeldPart, Holding

_OF_EXPERTS = [
    Holding(
        "matching.Match.expert",
        "region__name role status confirmed_at answer_by",
        Fate.NAMELESS,
        reasons.RECORD,
        lookup="expert__user",
    ),
    Holding("matching.MatchRule.expert", "", Fate.NAMELESS, reasons.NOTES, lookup="expert__user"),
    Holding("matching.Reservation.expert", "", Fate.NAMELESS, reasons.NOTES, lookup="expert__user"),
    Holding("matching.Proposal.expert", "", Fate.NAMELESS, reasons.NOTES, lookup="expert__user"),
    Holding("matching.Finding.expert", "", Fate.NAMELESS, reasons.NOTES, lookup="expert__user"),
    # Of regions and experts too: what they refused or wished.
    Holding("matching.MatchRule.made_by", "made_at region__name kind reason", Fate.NAMELESS, reasons.RECORD),
    Holding("matching.MatchChange.by", "to_status at", Fate.NAMELESS, reasons.RECORD),
]
_OF_STAFF = [
    Holding(f"matching.{column}", shows, Fate.NAMELESS, reasons.STAFF_RECORD)
    for column, shows in (
        ("Reservation.made_by", "made_at reason"),
        ("Reservation.released_by", "released_at"),
        ("MatchRun.requested_by", "requested_at"),
        ("MatchRun.cancel_asked_by", "requested_at"),
        ("MatchRunChange.by", "to_status at"),
        ("AnalysisChange.by", "to_status at"),
        ("RegionProposal.confirmed_by", "confirmed_at"),
        ("RegionProposal.shown_by", "shown_at"),
        ("Match.confirmed_by", "confirmed_at"),
        ("MatchRule.lifted_by", "lifted_at"),
    )
]


def part() -> HeldPart:
    """Return what this app registers."""
    return HeldPart(holdings=[*_OF_EXPERTS, *_OF_STAFF])
