"""The arithmetic of the ranking: weighted scores, and what they are once a reviewer's leniency is taken off.

Two reviewers with the same opinion may use the scale differently. Scores of one call are therefore
read as

    total of reviewer r for application a  =  quality of a  +  leniency of r  +  chance

and both unknowns are estimated together by least squares, over all final reviews of the call. This is
Fisher's additive model for incomplete designs; R. S. MacKay, R. Kenna, R. J. Low and S. Parker,
"Calibration with confidence: a principled method for panel assessment", Royal Society Open Science 4
(2017) 160760, describe it for panels. A small ridge on the leniencies (A. E. Hoerl and R. W. Kennard,
"Ridge Regression", Technometrics 12 (1970) 55–67) keeps a reviewer with few reviews close to 0 and makes
the answer unique where reviewers share no application.

The adjusted score of an application is the mean of its totals, each less its reviewer's leniency. It is
shown beside the raw one, never in its place: it informs people, who decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import NamedTuple

# In reviews: a reviewer whose reviews carry as much information as this is believed by half.
# A default of ours: to confirm.
RIDGE = 1.0
# Points between the highest and the lowest total of an application, from which people should talk.
# A default of ours: to confirm.
DISAGREEMENT_POINTS = 25


class Mark(NamedTuple):
    """A score for one criterion."""

    score: int
    max_score: int
    weight: int


def weighted_total(marks: Iterable[Mark]) -> Decimal:
    """Return the weighted score of one review.

    Args:
        marks: one for each criterion; scores from 0 to `max_score`, weights from 1, in any unit.

    Returns:
        0 to 100 points, two decimals, halves rounded up: each score's share of its highest, weighted.

    Raises:
        ValueError: no mark, or a score or weight out of its range.
    """
    marks = list(marks)
    if not marks or any(not 0 <= m.score <= m.max_score or m.max_score < 1 or m.weight < 1 for m in marks):
        raise ValueError("A total needs marks, each within the range of its criterion.")
    weights = sum(mark.weight for mark in marks)
    share = sum(Fraction(mark.weight * mark.score, mark.max_score) for mark in marks) / weights
    # Exact up to here, so that a half is a half.
    return Decimal(floor(10_000 * share + Fraction(1, 2))) / 100


def leniencies(totals: Iterable[tuple[int, int, float]], *, ridge: float = RIDGE) -> dict[int, float]:
    """Return by how many points each reviewer scores above the others on the same applications.

    The estimate b minimises Σ (total − quality(a) − b(r))² + ridge · Σ b(r)² over all qualities and
    leniencies. With the qualities eliminated it solves (D − N + ridge · I) b = c, where D counts a
    reviewer's reviews, N(r, s) = Σ 1 / n(a) over the applications that r and s both scored, and c sums
    a reviewer's differences from the means of the applications.

    Args:
        totals: (application, reviewer, total in points 0 to 100), each pair once.
        ridge: in reviews, above 0.

    Returns:
        reviewer → points; positive is lenient. They sum to 0. A reviewer who shares no application
        with another has 0: nothing can be known.

    Source: see the top of this module.
    """
    # Loaded by who ranks only.
    import numpy as np

    panels: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for application, reviewer, total in totals:
        panels[application].append((reviewer, float(total)))
    reviewers = sorted({reviewer for panel in panels.values() for reviewer, _total in panel})
    row = {reviewer: index for index, reviewer in enumerate(reviewers)}
    matrix = ridge * np.eye(len(reviewers))
    differences = np.zeros(len(reviewers))
    for panel in panels.values():
        rows = [row[reviewer] for reviewer, _total in panel]
        points = np.array([total for _reviewer, total in panel])
        matrix[rows, rows] += 1
        matrix[np.ix_(rows, rows)] -= 1 / len(panel)
        differences[rows] += points - points.mean()
    if not reviewers:
        return {}
    return dict(zip(reviewers, np.linalg.solve(matrix, differences).tolist(), strict=True))
