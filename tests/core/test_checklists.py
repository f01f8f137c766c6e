"""Checklists: what blocks, what a reason lets pass, and what a page has not shown yet."""

import pytest
from django.utils.translation import ngettext_lazy

from core.checklists import Acceptance, NotFinished, ReadinessCheck, require_finished, shown

WORDS = ngettext_lazy("%(count)s thing", "%(count)s things", "count")
LATE = ReadinessCheck("test_late", WORDS)
WRONG = ReadinessCheck("test_wrong", WORDS, is_blocking=True)
SEEN = shown(LATE.of([1, 2]))


@pytest.mark.parametrize(
    ("lines", "accepting", "refusal"),
    [
        ([], None, ""),
        (LATE.of([1]), None, "say why"),
        (LATE.of([1]), Acceptance("  "), "say why"),
        (LATE.of([1]), Acceptance("So be it."), ""),
        (LATE.of([1, 2]), Acceptance("So be it.", SEEN), ""),
        (LATE.of([2]), Acceptance("So be it.", SEEN), ""),
        (LATE.of([2, 3]), Acceptance("So be it.", SEEN), "since you opened the page: 2 things"),
        (LATE.of([1]), Acceptance("So be it.", ""), "since you opened the page: 1 thing"),
        (WRONG.of([1]), Acceptance("So be it."), "finished first: 1 thing"),
        ([*LATE.of([1]), *WRONG.of([1, 2])], Acceptance("So be it."), "finished first: 2 things"),
    ],
)
def test_stage_begins_only_if_all_that_is_unfinished_was_seen_and_accepted(lines, accepting, refusal):
    if refusal:
        with pytest.raises(NotFinished, match=refusal):
            require_finished(lines, accepting)
    else:
        require_finished(lines, accepting)


@pytest.mark.parametrize(
    "sent",
    ["", "null", "1", "[]", '{"test_late": null}', '{"test_late": {"1": 1}}', '{"test_late": [2, null]}']
    + ["{", "[" * 100_000, '{"other": [1]}', "\ud800", '{"test_late": "1"}'],
    ids=range(12),
)
def test_whatever_a_page_sends_shows_no_row_that_it_does_not_name(sent):
    with pytest.raises(NotFinished):
        require_finished(LATE.of([1]), Acceptance("So be it.", sent))


def test_line_without_rows_is_none():
    assert LATE.of([]) == []
