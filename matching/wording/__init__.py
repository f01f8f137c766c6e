"""What the engine found, said for people: its result has kinds and numbers, never sentences."""

from matching.wording.bars import because, together
from matching.wording.names import Names, cefr, month
from matching.wording.parameters import parameters
from matching.wording.reasons import reason
from matching.wording.reservations import amount, kept_back
from matching.wording.unserved import missing, remedy
from matching.wording.whynot import region_cost, whole_cost, why_not

__all__ = [
    "Names",
    "amount",
    "because",
    "cefr",
    "kept_back",
    "missing",
    "month",
    "parameters",
    "reason",
    "region_cost",
    "remedy",
    "together",
    "whole_cost",
    "why_not",
]
