"""Reviews from assignment to final, and what PostgreSQL itself refuses."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from applications.applying.querysets import with_latest_version
from applications.enums import REVIEW_MOVES, ReviewStatus
from applications.models import Application, Member, Review, ReviewerLeniency, ReviewerProfile
from applications.reviewing.actions import marking, reviewing
from applications.reviewing.conflicts_of_interest import find
from applications.reviewing.querysets import with_scores
from applications.reviewing.sheets import Given, cells
from core.accounts.enums import Role
from core.history import IllegalMove, NotAllowed
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scored, scoring
from tests.builders.selections import decided
from tests.support.mailbox import beside_receipts, mails

pytestmark = pytest.mark.django_db


def in_status(status):
    application = eligible(closed_call())
    if status == "submitted":
        return scored(application, 4, 4)
    review = scoring(application) if status == "scoring" else assigned(application)
    if status == "conflicted":
        reviewing.declare_conflict(review_id=review.pk, by=review.reviewer, reason="My brother.")
    if status == "withdrawn":
        reviewing.take_back(review_id=review.pk, by=person(Role.MANAGER), reason="Ill.")
    review.refresh_from_db()
    return review


def submit_complete(review):
    given = {c.pk: Given(3) for c in review.application.call.criteria.all()}
    if review.status == "scoring":
        marking.save_scores(review_id=review.pk, by=review.reviewer, mine=cells(given, ""))
    marking.submit(review_id=review.pk, by=review.reviewer)


def assign_again(review):
    given = reviewing.assign(
        application_id=review.application_id, reviewer_ids=[review.reviewer_id], by=person(Role.MANAGER)
    )
    if not given:
        raise IllegalMove(review, "assigned")


VERBS = {
    "no conflict": (
        "scoring",
        {"assigned"},
        lambda r: reviewing.declare_no_conflict(review_id=r.pk, by=r.reviewer),
    ),
    "conflict": (
        "conflicted",
        {"assigned", "scoring"},
        lambda r: reviewing.declare_conflict(review_id=r.pk, by=r.reviewer, reason="My brother."),
    ),
    "submit": ("submitted", {"scoring"}, submit_complete),
    "take back": (
        "withdrawn",
        {"assigned", "scoring"},
        lambda r: reviewing.take_back(review_id=r.pk, by=person(Role.MANAGER), reason="Ill."),
    ),
    "reopen": (
        "scoring",
        {"submitted"},
        lambda r: marking.reopen(review_id=r.pk, by=person(Role.MANAGER), reason="A typo."),
    ),
    "assign again": ("assigned", {"withdrawn"}, assign_again),
}


@pytest.mark.parametrize("status", ReviewStatus.values)
@pytest.mark.parametrize("verb", VERBS)
def test_verb_works_from_its_statuses_only(verb, status):
    to, sources, take = VERBS[verb]
    review = in_status(status)
    changes, letters = review.changes.count(), mails()

    if status in sources:
        assert to in REVIEW_MOVES[status]
        take(review)
        review.refresh_from_db()
        assert (review.status, review.changes.last().from_status) == (to, status)
    else:
        with pytest.raises(IllegalMove):
            take(review)
        review.refresh_from_db()
        assert (review.status, review.changes.count(), mails()) == (status, changes, letters)


@pytest.mark.parametrize(
    "take",
    [
        lambda r, by: reviewing.declare_no_conflict(review_id=r.pk, by=by),
        lambda r, by: reviewing.declare_conflict(review_id=r.pk, by=by, reason="No."),
        lambda r, by: marking.save_scores(review_id=r.pk, by=by, mine=cells({}, "Mine")),
        lambda r, by: marking.submit(review_id=r.pk, by=by),
    ],
)
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.MANAGER])
def test_nobody_acts_on_the_review_of_another(take, role):
    review = scoring(eligible(closed_call()))
    letters = mails()

    with pytest.raises(NotAllowed):
        take(review, person(role))

    review.refresh_from_db()
    assert (review.status, review.comment, mails()) == ("scoring", "", letters)


def test_assigned_reviewer_hears_the_reference_and_not_the_title():
    application = eligible(closed_call(), title="Secret valley")
    review = assigned(application)

    message = mails()
    assert message == [("review_assigned", review.reviewer.email, "queued")]
    text = beside_receipts().get()
    assert application.reference in text.subject
    assert "Secret valley" not in text.subject + text.body


def test_second_assignment_asks_nobody_twice():
    review = assigned(eligible(closed_call()))

    again = reviewing.assign(
        application_id=review.application_id, reviewer_ids=[review.reviewer_id], by=person(Role.MANAGER)
    )

    assert (again, len(mails()), Review.objects.count()) == ([], 1, 1)


@pytest.mark.parametrize("status", ["submitted", "ineligible", "selected", "withdrawn"])
def test_only_eligible_applications_are_assigned(status):
    application = submitted(closed_call(), status)
    before = mails()

    with pytest.raises(ValidationError):
        assigned(application)

    assert (Review.objects.count(), mails()) == (0, before)


def test_people_who_may_not_score_or_work_on_it_are_refused():
    application = eligible(closed_call())
    member = person(Role.REVIEWER)
    Member.objects.create(application=application, user=member, role="edit")

    for reviewer in (person(Role.AUDITOR), member):
        with pytest.raises(ValidationError):
            assigned(application, reviewer)

    assert (Review.objects.count(), mails()) == (0, [])


def test_conflicts_are_found_from_domain_organisation_and_country():
    application = eligible(closed_call())
    partner = application.latest_version.partners[0]
    reviewer = person(Role.REVIEWER, email=f"me@{partner['contact_email'].partition('@')[2]}")
    profile = ReviewerProfile.objects.create(user=reviewer, organisations=f"X\n {partner['name'].upper()} ")
    profile.countries.set(["FR", "PL"])
    stranger = person(Role.REVIEWER, email="me@gmail.com")

    found = find(
        reviewers=[reviewer, stranger],
        applications=with_latest_version(Application.objects.filter(pk=application.pk)),
    )

    assert list(found) == [(reviewer.pk, application.pk)]
    texts = [conflict.text for conflict in found[reviewer.pk, application.pk]]
    assert texts == [
        f"same e-mail domain as a partner: {partner['contact_email'].partition('@')[2]}",
        f"reviewer’s organisation: {partner['name']}",
        "reviewer’s country: France",
    ]


def test_scores_are_saved_incomplete_with_their_history():
    review = scoring(eligible(closed_call()))
    need, _partnership = review.application.call.criteria.all()

    for score in (2, 4):
        marking.save_scores(
            review_id=review.pk, by=review.reviewer, mine=cells({need.pk: Given(score, "Why")}, "So far")
        )

    row = review.scores.get(criterion=need)
    assert (row.score, row.comment) == (4, "Why")
    written = [(h.score, h.history_user) for h in row.history.order_by("history_id")]
    assert written[1:] == [(2, review.reviewer), (4, review.reviewer)]


@pytest.mark.parametrize("score", [-1, 6])
def test_score_out_of_range_is_refused(score):
    review = scoring(eligible(closed_call()))
    criterion = review.application.call.criteria.first()

    with pytest.raises(ValidationError, match="from 0 to 5"):
        marking.save_scores(
            review_id=review.pk, by=review.reviewer, mine=cells({criterion.pk: Given(score)}, "")
        )

    assert review.scores.filter(score__isnull=False).count() == 0


def test_database_refuses_a_score_above_the_highest():
    review = scoring(eligible(closed_call()))

    with pytest.raises(DatabaseError, match="above the highest"), transaction.atomic():
        review.scores.update(score=6)


def test_database_keeps_the_scores_of_a_final_review():
    review = scored(eligible(closed_call()), 3, 3)

    with pytest.raises(DatabaseError, match="are final"), transaction.atomic():
        review.scores.update(score=5)
    with pytest.raises(DatabaseError, match="are final"), transaction.atomic():
        review.scores.all().delete()


def test_database_fixes_weights_once_scored():
    review = scored(eligible(closed_call()), 3, 3)

    with pytest.raises(DatabaseError, match="are fixed"), transaction.atomic():
        review.application.call.criteria.update(weight=1)


def test_criterion_of_another_call_is_refused():
    review = scoring(eligible(closed_call()))
    foreign = closed_call().criteria.first()

    with pytest.raises(ValidationError):
        marking.save_scores(review_id=review.pk, by=review.reviewer, mine=cells({foreign.pk: Given(1)}, ""))


def test_submission_needs_every_score():
    review = scoring(eligible(closed_call()))
    need, _partnership = review.application.call.criteria.all()
    marking.save_scores(review_id=review.pk, by=review.reviewer, mine=cells({need.pk: Given(5)}, ""))

    with pytest.raises(ValidationError, match="Score missing: Partnership"):
        marking.submit(review_id=review.pk, by=review.reviewer)

    review.refresh_from_db()
    assert (review.status, review.total) == ("scoring", None)


def test_submitted_review_names_version_and_total():
    review = scored(eligible(closed_call()), 5, 2)

    assert review.total == Decimal("76.00")
    assert review.submission == review.application.submissions.get()


def test_reopened_review_counts_no_longer():
    application = eligible(closed_call())
    review = scored(application, 5, 5)

    marking.reopen(review_id=review.pk, by=person(Role.MANAGER), reason="A typo.")

    ranked = with_scores(Application.objects.all()).get(pk=application.pk)
    assert (ranked.mean_total, ranked.reviews_final, ranked.reviews_asked) == (None, 0, 1)
    assert mails()[-1] == ("review_reopened", review.reviewer.email, "queued")


def test_review_cannot_be_reopened_after_the_selection():
    review = scored(eligible(closed_call()), 5, 5)
    decided({review.application: "selected"})

    with pytest.raises(ValidationError):
        marking.reopen(review_id=review.pk, by=person(Role.MANAGER), reason="A typo.")


def test_leniency_follows_every_final_review():
    call = closed_call()
    mild, strict = person(Role.REVIEWER), person(Role.REVIEWER)
    for _number in range(3):
        application = eligible(call)
        scored(application, 4, 4, reviewer=mild)
        last = scored(application, 2, 2, reviewer=strict)

    points = {row.reviewer: row.points for row in ReviewerLeniency.objects.all()}
    assert points[mild] == pytest.approx(-points[strict])
    # Three shared applications, 40 points apart: 3 · 20 / (3 + 1), the 1 being the ridge.
    assert points[mild] == pytest.approx(15)
    ranked = with_scores(Application.objects.all()).get(pk=last.application_id)
    assert (ranked.mean_total, ranked.adjusted_total) == (60, pytest.approx(60))


def test_review_once_per_reviewer_in_the_database():
    review = assigned(eligible(closed_call()))

    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            application=review.application, reviewer=review.reviewer, assigned_by=review.assigned_by
        )
