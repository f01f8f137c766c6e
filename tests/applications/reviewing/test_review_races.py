"""Reviews, confirmations and imports at the same moment: each reads what the other has left."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from applications.enums import ApplicationStatus
from applications.models import Application, Review, ReviewerLeniency
from applications.reviewing import criteria
from applications.reviewing.actions import marking, reviewing
from applications.reviewing.actions.criteria import CriteriaHaveChanged, change_criteria, replace_criteria
from applications.reviewing.criteria_versions import criteria_values
from applications.reviewing.ranking import leniencies
from applications.reviewing.sheets import Given, cells
from applications.selecting.actions import confirming
from core.accounts.enums import Role
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call, with_other_criteria
from tests.builders.people import person, the_manager
from tests.builders.reviews import assigned, scored, scoring
from tests.builders.selections import proposed
from tests.support.at_once import Other, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def written(application, reviewer, score):
    """A review of which every score is given, and that is not final."""
    review = scoring(application, reviewer)
    given = {criterion.pk: Given(score, "") for criterion in application.call.criteria.all()}
    marking.save_scores(review_id=review.pk, by=reviewer, mine=cells(given, ""))
    return review


def after(first, second):
    """Do the first; let the second begin before it is committed. Returns the error of the second."""
    other = Other(second)
    with transaction.atomic():
        first()
        other.start()
        other.wait_until_it_waits_or_is_done()
    other.join(timeout=60)
    assert not other.is_alive()
    return other.error


def stored(call):
    return {row.reviewer_id: (row.reviews, row.points) for row in ReviewerLeniency.objects.filter(call=call)}


def worked_out(call):
    """The leniencies as all final reviews together give them."""
    rows = list(
        Review.objects.final()
        .filter(application__call=call)
        .values_list("application_id", "reviewer_id", "total")
    )
    points = leniencies((a, r, float(total)) for a, r, total in rows)
    return {r: (sum(row[1] == r for row in rows), p) for r, p in points.items()}


def test_reviews_made_final_at_the_same_moment_all_count():
    call = closed_call()
    one, two = eligible(call), eligible(call)
    strict, mild = person(Role.REVIEWER), person(Role.REVIEWER)
    scored(one, 3, reviewer=strict)
    scored(one, 5, reviewer=mild)
    first, second = written(two, strict, 1), written(two, mild, 4)

    error = after(
        lambda: marking.submit(review_id=first.pk, by=strict),
        lambda: marking.submit(review_id=second.pk, by=mild),
    )

    assert error is None
    assert {reviews for reviews, _points in stored(call).values()} == {2}
    assert stored(call) == pytest.approx(worked_out(call))


def test_reviewers_and_managers_at_once_neither_block_nor_miscount():
    call = closed_call()
    people = [person(Role.REVIEWER) for _turn in range(3)]
    applications = [eligible(call), eligible(call)]
    final = [scored(applications[0], 2 + turn, reviewer=who) for turn, who in enumerate(people)]
    open_ones = [written(applications[1], who, 1 + turn) for turn, who in enumerate(people)]
    manager, confirmer = the_manager(), person(Role.MANAGER)
    selection = proposed(call, {eligible(call): "selected"})
    acts = [
        *(lambda r=r: marking.submit(review_id=r.pk, by=r.reviewer) for r in open_ones),
        *(lambda r=r: marking.reopen(review_id=r.pk, by=manager, reason="Again.") for r in final[:2]),
        lambda: confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=confirmer),
    ]

    at_once(len(acts), lambda number: acts[number]())

    selection.refresh_from_db()
    assert selection.status == "confirmed"
    assert Review.objects.final().count() == 4
    counted = {who: row for who, row in stored(call).items() if row[0]}
    assert counted == pytest.approx(worked_out(call))


def test_review_is_not_reopened_once_its_application_has_an_outcome():
    application = eligible(closed_call())
    review = scored(application, 3)
    selection = proposed(application.call, {application: "selected"})
    manager, confirmer = the_manager(), person(Role.MANAGER)

    error = after(
        lambda: confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=confirmer),
        lambda: marking.reopen(review_id=review.pk, by=manager, reason="Typing error."),
    )

    assert isinstance(error, ValidationError)
    review.refresh_from_db()
    assert review.status == "submitted"


def test_lock_reads_the_application_as_it_is_after_the_wait():
    review = assigned(eligible(closed_call()))
    seen = []

    def change():
        Review.objects.select_for_update().get(pk=review.pk)
        # No action leads here: each would wait for the application, and only the row of the review is held.
        Application.objects.filter(pk=review.application_id).update(status=ApplicationStatus.WITHDRAWN)

    @transaction.atomic
    def look():
        seen.append(reviewing.lock(review.pk).application.status)

    assert after(change, look) is None
    assert seen == [ApplicationStatus.WITHDRAWN]


def test_sheet_has_the_criteria_that_were_imported_at_that_moment():
    call = closed_call()
    review = assigned(eligible(call))
    rows = [
        {"code": "need", "title": {"en": "Need", "fr": "Besoin"}, "guidance": {}}
        | {"weight": 100, "max_score": 5, "threshold": 0}
    ]
    seen = criteria.fingerprint(call.criteria.all())

    error = after(
        lambda: replace_criteria(call_id=call.pk, by=the_manager(), rows=rows, source="new.csv", seen=seen),
        lambda: reviewing.declare_no_conflict(review_id=review.pk, by=review.reviewer),
    )

    assert error is None
    assert list(review.scores.values_list("criterion__code", flat=True)) == ["need"]


def test_reviewer_who_saves_or_submits_while_criteria_change_is_held_to_the_new_ones():
    call = closed_call()
    reviewer = person(Role.REVIEWER)
    first, second = written(eligible(call), reviewer, 4), written(eligible(call), reviewer, 3)
    need, partnership = call.criteria.all()

    too_high = after(
        lambda: with_other_criteria(call, {"need": {"max_score": 4, "weight": 10}}),
        lambda: marking.save_scores(review_id=first.pk, by=reviewer, mine=cells({need.pk: Given(5)}, "")),
    )
    submitted = after(
        lambda: with_other_criteria(call, {"partnership": {"weight": 30}}),
        lambda: marking.submit(review_id=second.pk, by=reviewer),
    )

    assert isinstance(too_high, ValidationError)
    assert first.scores.get(criterion=need).score == 4
    assert submitted is None
    second.refresh_from_db()
    # 3 of 4 with a weight of 10, 3 of 5 with one of 30.
    assert float(second.total) == 63.75


def test_criteria_follow_a_score_that_was_saved_at_that_moment():
    call = closed_call()
    review = scoring(eligible(call))
    need, _partnership = call.criteria.all()
    rows = [{**row, "max_score": 4} for row in criteria_values(call)]
    seen, manager = criteria.fingerprint(call.criteria.all()), the_manager()

    def change():
        change_criteria(call_id=call.pk, by=manager, rows=rows, reason="Why.", seen=seen)

    below = after(
        lambda: marking.save_scores(
            review_id=review.pk, by=review.reviewer, mine=cells({need.pk: Given(5)}, "")
        ),
        change,
    )

    assert isinstance(below, ValidationError)
    assert set(call.criteria.values_list("max_score", flat=True)) == {5}


def test_of_two_who_change_criteria_at_once_the_later_is_asked_to_look_again():
    call = closed_call()
    scored(eligible(call), 3)
    seen, manager = criteria.fingerprint(call.criteria.all()), the_manager()
    rows = [{**row, "weight": 7} for row in criteria_values(call)]

    error = after(
        lambda: with_other_criteria(call, {"need": {"weight": 20}}),
        lambda: change_criteria(call_id=call.pk, by=manager, rows=rows, reason="Why.", seen=seen),
    )

    assert isinstance(error, CriteriaHaveChanged)
    assert list(call.criteria.values_list("weight", flat=True)) == [20, 40]
