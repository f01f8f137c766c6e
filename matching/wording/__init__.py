"""What the engine found, said for people: its result has kinds and numbers, never sentences."""

from matching.wording.bars import because
from matching.wording.names import Names, cefr, month
from matching.wording.parameters import parameters
from matching.wording.reasons import reason
from matching.wording.unserved import missing, remedy
from matching.wording.whynot import region_cost, whole_cost, why_not

__all__ = [
    "Names",
    "because",
    "cefr",
    "missing",
    "month",
    "parameters",
    "reason",
    "region_cost",
    "remedy",
    "whole_cost",
    "why_not",
]
