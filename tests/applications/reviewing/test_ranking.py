"""The arithmetic of the ranking, against brute force."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.reviewing.ranking import Mark, leniencies, weighted_total


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([Mark(5, 5, 1)], "100.00"),
        ([Mark(0, 5, 7)], "0.00"),
        ([Mark(4, 5, 60), Mark(3, 5, 40)], "72.00"),
        ([Mark(1, 3, 1), Mark(2, 3, 1)], "50.00"),
        ([Mark(1, 3, 1)], "33.33"),
        # 0.125 of 100 is 12.5 exactly; 1/16 of 1 % ends in a half of a hundredth, rounded up.
        ([Mark(1, 32, 1), Mark(0, 1, 1)], "1.56"),
        ([Mark(1, 100, 5), Mark(0, 1, 395)], "0.01"),
        ([Mark(1, 100, 1), Mark(0, 1, 199)], "0.01"),
    ],
)
def test_weighted_total_is_a_share_of_a_hundred(marks, expected):
    assert weighted_total(marks) == Decimal(expected)


@pytest.mark.parametrize("marks", [[], [Mark(6, 5, 1)], [Mark(-1, 5, 1)], [Mark(1, 0, 1)], [Mark(1, 5, 0)]])
def test_weighted_total_refuses_what_is_out_of_range(marks):
    with pytest.raises(ValueError, match="within the range"):
        weighted_total(marks)


criteria = st.integers(1, 10).flatmap(
    lambda top: st.tuples(st.integers(0, top), st.just(top), st.integers(1, 100))
)


@given(st.lists(criteria.map(lambda values: Mark(*values)), min_size=1, max_size=8))
def test_weighted_total_is_within_half_a_hundredth_of_the_exact_value(marks):
    exact = 100 * sum(Fraction(m.weight * m.score, m.max_score) for m in marks) / sum(m.weight for m in marks)

    total = weighted_total(marks)

    assert 0 <= total <= 100
    assert abs(Fraction(total) - exact) <= Fraction(1, 200)


reviews = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 4)), st.integers(0, 100), min_size=1, max_size=20
)


@given(reviews)
def test_leniencies_minimise_the_penalised_squares(scores):
    totals = [(application, reviewer, total) for (application, reviewer), total in scores.items()]

    found = leniencies(totals, ridge=1.0)

    people = sorted({reviewer for _a, reviewer, _t in totals})
    expected = by_brute_force(totals, people)
    assert [found[reviewer] for reviewer in people] == pytest.approx(expected, abs=1e-6)
    assert sum(found.values()) == pytest.approx(0, abs=1e-6)


def by_brute_force(totals, people):
    """Solve the whole least-squares problem, qualities and leniencies at once."""
    applications = sorted({application for application, _r, _t in totals})
    rows, values = [], []
    for application, reviewer, total in totals:
        row = np.zeros(len(applications) + len(people))
        row[applications.index(application)] = row[len(applications) + people.index(reviewer)] = 1
        rows.append(row)
        values.append(total)
    for index in range(len(people)):
        row = np.zeros(len(applications) + len(people))
        row[len(applications) + index] = 1
        rows.append(row)
        values.append(0)
    solution, *_rest = np.linalg.lstsq(np.array(rows), np.array(values, dtype=float), rcond=None)
    return solution[len(applications) :]


def test_leniency_is_nothing_where_nothing_can_be_known():
    assert leniencies([]) == {}
    assert leniencies([(1, 10, 90), (2, 20, 10)]) == {10: 0.0, 20: 0.0}


def test_leniency_recovers_what_was_put_in_when_reviews_abound():
    truth = {1: 8.0, 2: -5.0, 3: -3.0}
    totals = [(a, r, 40 + a % 7 + truth[r]) for a in range(300) for r in truth]

    assert leniencies(totals) == pytest.approx(truth, abs=0.05)
