"""Half-days and reasons in words."""

import pytest

from matching import wording


@pytest.mark.parametrize(
    ("half_days", "words"),
    [(0, "0 days"), (1, "½ day"), (2, "1 day"), (3, "1½ days"), (4, "2 days"), (9, "4½ days")],
)
def test_days_reads_as_people_say(half_days, words):
    assert wording.days(half_days) == words
