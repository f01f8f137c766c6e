"""Runs of the engine, what they propose, and the matches that people confirmed."""

from matching.models.analyses import Analysis, AnalysisChange, Finding
from matching.models.matches import Match, MatchChange, MatchMonth, MatchRule
from matching.models.reservations import Reservation
from matching.models.runs import MatchRun, MatchRunChange, Proposal, RegionProposal

__all__ = [
    "Analysis",
    "AnalysisChange",
    "Finding",
    "Match",
    "MatchChange",
    "MatchMonth",
    "MatchRule",
    "MatchRun",
    "MatchRunChange",
    "Proposal",
    "RegionProposal",
    "Reservation",
]
