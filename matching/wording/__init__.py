"""What the engine found, said for people: its result has kinds and numbers, never sentences."""

from matching.wording.bars import because, together
from matching.wording.insights import is_grave, loss, other_team, price_of_fairness, steps_of_fairness
from matching.wording.names import Names, cefr, month
from matching.wording.parameters import parameters
from matching.wording.programme import price, rule
from matching.wording.reasons import reason
from matching.wording.recruiting import gain, profile
from matching.wording.reservations import amount, kept_back
from matching.wording.unserved import missing, remedy
from matching.wording.whynot import region_cost, whole_cost, why_not

__all__ = [
    "Names",
    "amount",
    "because",
    "cefr",
    "gain",
    "is_grave",
    "kept_back",
    "loss",
    "missing",
    "month",
    "other_team",
    "parameters",
    "price",
    "price_of_fairness",
    "profile",
    "reason",
    "region_cost",
    "remedy",
    "rule",
    "steps_of_fairness",
    "together",
    "whole_cost",
    "why_not",
]
