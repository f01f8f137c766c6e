"""The deadline storm in small, and the judge that finds what a storm could break."""

from __future__ import annotations

import pytest

from impact.benchmarks.storm import HurriedApplicant, judge, storm
from impact.local.portal import throwaway_portal
from impact.local.testing import KEPT_STATIC_FILES, kept_dump

APPLICANTS = 20
SECONDS = 16
SHA = "a" * 64


def facts(*submissions, receipts=1, **attempts):
    return {
        "submissions": list(submissions),
        "attempts": attempts,
        "receipts": {"sent": receipts} if receipts else {},
    }


def test_storm_keeps_every_promise_while_web_workers_and_broker_are_killed():
    """Slow: alone in finding a submission lost or a receipt doubled when everything dies at the deadline."""
    with throwaway_portal(KEPT_STATIC_FILES, kept_dump()) as portal:
        portal.start(lambda _line: None, with_data=False)

        outcome = storm(portal, size=APPLICANTS, seconds=SECONDS)

    assert outcome.kills == ["web", "worker", "mailer", "broker"]
    assert outcome.violations == []
    assert sum(bool(person.receipt) for person in outcome.applicants) == APPLICANTS


@pytest.mark.parametrize(
    ("answered", "unanswered", "receipt", "found", "broken"),
    [
        (1, 0, SHA, facts(SHA, accepted=1), []),
        # The answer was lost, the person pressed again, and the first press had gone through.
        (1, 1, SHA, facts(SHA, accepted=1, unchanged=1), []),
        (1, 1, SHA, facts(SHA, accepted=1), []),
        (0, 1, "", facts(receipts=0), ["has no receipt"]),
        (1, 0, SHA, facts(receipts=0, closed=1), ["has a receipt that no stored submission backs"]),
        (
            2,
            0,
            SHA,
            facts(SHA, SHA, receipts=2, accepted=2),
            ["has 2 stored submissions"],
        ),
        (2, 0, SHA, facts(SHA, accepted=1), ["has an attempt that is not on record"]),
        (1, 0, SHA, facts(SHA, accepted=1, unchanged=1), ["has an attempt on record that was not made"]),
        (
            1,
            0,
            SHA,
            facts(SHA, receipts=2, accepted=1),
            ["has 2 receipts by e-mail for 1 submissions"],
        ),
        (1, 0, SHA, facts(SHA, unchanged=1), ["has 0 accepted attempts for 1 submissions"]),
    ],
)
def test_judge_finds_a_broken_promise(answered, unanswered, receipt, found, broken):
    person = HurriedApplicant("IMPACT-1", "/", "", receipt=receipt, answered=answered, unanswered=unanswered)

    assert judge(person, found) == [f"IMPACT-1 {text}" for text in broken]
