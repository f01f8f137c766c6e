"""How much each quality of a team is worth: the points of the score, 0 to 1000, in one place."""

from __future__ import annotations

# Our defaults, to be confirmed by the programme; their effect is told in docs/matching.md.
LANGUAGE = 300
EXPERTISE = 480
NEUTRALITY = 60
HEADROOM = 100
BRIDGE = 60
FURTHER_MEMBER = 15  # cost of each member after the lead
WISH = 10  # a member who would like to serve the region; once, however many would
BUSY_SUPPORT = 10  # highest cost of a support who has little time to spare

# Hundredths of a side's points by CEFR step: nothing below B2, C2 and native alike.
LANGUAGE_STEPS = (0, 0, 0, 0, 70, 90, 100, 100)

BRIDGE_SIDES = 2

# Fairness compares scores in bands, so that a handful of points never outranks the whole; beyond the
# cap a region counts as well served.
BAND = 10
BAND_CAP = 800
TOP_BAND = BAND_CAP // BAND
UNSERVED = -1


def band(score: int) -> int:
    """Return the fairness band of a score: -1 without a team, else 0 to 80."""
    return UNSERVED if score < 0 else min(score, BAND_CAP) // BAND


def need_points(weight: int, total_weight: int) -> int:
    """Return the points of a need that is met in full: its share of the expertise, rounded half up."""
    return (2 * EXPERTISE * weight + total_weight) // (2 * total_weight)
