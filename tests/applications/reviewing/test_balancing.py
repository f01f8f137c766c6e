"""Reviewers in balance: proposed, shown, saved as shown or not at all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.form import answers
from applications.models import Member, Review, ReviewerProfile
from applications.reviewing import balancing
from applications.reviewing.actions import reviewing
from applications.reviewing.actions.balancing import PlanHasChanged, assign_in_balance
from applications.reviewing.balancing import Wish
from applications.screening import actions as screening
from core.accounts.enums import Role
from core.history import NotAllowed
from tests.applications.reviewing.balance import reviewer
from tests.builders.applications import eligible, resubmit, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scored
from tests.support.mailbox import beside_receipts, mails

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calculates_at_once")]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def wish(applications, people, **limits):
    return Wish(tuple(a.pk for a in applications), tuple(p.pk for p in people), **limits)


def given(plan):
    return {(row.application.pk, user.pk) for row in plan.rows for user in row.given}


def test_plan_covers_every_application_evenly_and_writes_nothing():
    call = closed_call()
    applications = [eligible(call) for _number in range(6)]
    people = [person(Role.REVIEWER) for _number in range(4)]

    plan = balancing.plan(wish(applications, people))

    assert [len(row.given) for row in plan.rows] == [2] * 6
    assert [seat.after for seat in plan.seats] == [3] * 4
    assert (plan.missing_count, Review.objects.count(), mails()) == (0, 0, [])


def test_plan_keeps_who_is_assigned_and_counts_the_load():
    call = closed_call()
    applications = [eligible(call) for _number in range(3)]
    busy, free, other = (person(Role.REVIEWER) for _number in range(3))
    for application in applications[:2]:
        assigned(application, busy)

    plan = balancing.plan(wish(applications, [busy, free, other]))

    assert [[user.pk for user in row.present] for row in plan.rows] == [[busy.pk], [busy.pk], []]
    assert {seat.reviewer.pk: (seat.before, seat.after) for seat in plan.seats} == {
        busy.pk: (2, 2),
        free.pk: (0, 2),
        other.pk: (0, 2),
    }


def barred_by_domain(application):
    domain = application.partners.first().contact_email.partition("@")[2]
    return person(Role.REVIEWER, email=f"me@{domain}"), "same e-mail domain"


def barred_by_organisation(application):
    return reviewer("Ana", organisations=application.partners.first().name), "reviewer’s organisation:"


def barred_by_country(application):
    return reviewer("Ana", countries=["FR"]), "reviewer’s country:"


def barred_by_membership(application):
    user = person(Role.REVIEWER)
    Member.objects.create(application=application, user=user, role="edit")
    return user, "works on this application"


def barred_by_declaration(application):
    review = assigned(application)
    reviewing.declare_conflict(review_id=review.pk, by=review.reviewer, reason="My brother.")
    return review.reviewer, "has declared a conflict"


def barred_by_being_taken_back(application):
    review = assigned(application)
    reviewing.take_back(review_id=review.pk, by=person(Role.MANAGER), reason="Ill.")
    return review.reviewer, "the assignment was cancelled earlier"


def barred_by_language(application):
    return reviewer("Ana", languages=["fr", "de"]), "does not read English"


@pytest.mark.parametrize(
    "bar",
    [
        barred_by_domain,
        barred_by_organisation,
        barred_by_country,
        barred_by_membership,
        barred_by_declaration,
        barred_by_being_taken_back,
        barred_by_language,
    ],
)
def test_plan_never_brings_together_what_is_barred_and_says_why(bar):
    application = eligible(closed_call(reviews_wanted=1))
    user, why = bar(application)
    domain = ("gmail.com", "example.net")[user.email.endswith("gmail.com")]
    assert not application.latest_version.mail_domains & {domain}

    alone = balancing.plan(wish([application], [user]))
    (row,) = alone.uncovered
    assert (alone.count, row.missing, [p.pk for p, _reason in row.why]) == (0, 1, [user.pk])
    assert why in row.why[0][1]

    other = person(Role.REVIEWER)
    assert given(balancing.plan(wish([application], [user, other]))) == {(application.pk, other.pk)}


def test_reviewer_whose_languages_are_on_record_goes_before_one_of_whom_nothing_is_known():
    application = eligible(closed_call(reviews_wanted=1))
    unknown, known = person(Role.REVIEWER), reviewer("Zoe", languages=["en"])

    plan = balancing.plan(wish([application], [unknown, known]))

    assert given(plan) == {(application.pk, known.pk)}
    assert [seat.languages_known for seat in plan.seats if seat.reviewer == unknown] == [False]


def test_limit_is_kept_and_what_it_costs_is_said():
    call = closed_call(reviews_wanted=1)
    applications = [eligible(call) for _number in range(4)]
    people = [person(Role.REVIEWER) for _number in range(2)]

    plan = balancing.plan(wish(applications, people, most=1))

    assert [seat.after for seat in plan.seats] == [1, 1]
    assert (plan.missing_count, plan.limit_costs, plan.without_limit.most) == (2, 2, 2)
    reasons = {reason for row in plan.uncovered for _person, reason in row.why}
    assert reasons == {"already has the maximum number of reviews"}


def test_number_of_reviews_may_differ_from_the_calls():
    application = eligible(closed_call(reviews_wanted=2))
    people = [person(Role.REVIEWER) for _number in range(4)]

    assert balancing.plan(wish([application], people, wanted=3)).count == 3


def test_what_is_not_eligible_is_left_out():
    call = closed_call()

    plan = balancing.plan(wish([submitted(call)], [person(Role.REVIEWER)]))

    assert (plan.applications, plan.count, plan.missing_count) == ([], 0, 0)


def test_saved_plan_is_the_one_that_was_shown_with_one_letter_for_each_reviewer():
    call = closed_call(reviews_wanted=1)
    applications = [eligible(call, title="Secret valley") for _number in range(4)]
    people = [person(Role.REVIEWER) for _number in range(2)]
    asked, manager = wish(applications, people), person(Role.MANAGER)
    shown = balancing.plan(asked)

    assign_in_balance(wish=asked, fingerprint=shown.fingerprint, by=manager)

    assert set(Review.objects.values_list("application", "reviewer")) == given(shown)
    assert set(Review.objects.values_list("status", "assigned_by")) == {("assigned", manager.pk)}
    review = Review.objects.first()
    assert [(c.to_status, c.by) for c in review.changes.all()] == [("assigned", manager)]
    assert sorted(mails()) == sorted(("reviews_assigned", p.email, "queued") for p in people)
    letters = [message.subject + message.body for message in beside_receipts()]
    assert not any("Secret valley" in letter for letter in letters)
    for user, letter in zip(people, [m.body for m in beside_receipts().order_by("to")], strict=True):
        references = user.reviews.values_list("application__reference", flat=True)
        assert all(reference in letter for reference in references)


def change_nothing_but(what):
    def change(application, people):
        {
            "somebody is assigned": lambda: assigned(application, people[0]),
            "a verdict is taken back": lambda: screening.take_back_verdict(
                application_id=application.pk, by=person(Role.MANAGER), reason="Too early."
            ),
            "a profile is filled in": lambda: ReviewerProfile.objects.create(user=people[1]).countries.set(
                ["FR"]
            ),
            "the call wants more": lambda: application.call._meta.model.objects.update(reviews_wanted=3),
        }[what]()

    return change


@pytest.mark.parametrize(
    "what",
    ["somebody is assigned", "a verdict is taken back", "a profile is filled in", "the call wants more"],
)
def test_plan_that_is_out_of_date_saves_nothing_and_is_shown_again(what):
    application = eligible(closed_call())
    people = [person(Role.REVIEWER) for _number in range(3)]
    asked = wish([application], people)
    shown = balancing.plan(asked)
    change_nothing_but(what)(application, people)
    before = list(Review.objects.values()), mails()

    with pytest.raises(PlanHasChanged):
        assign_in_balance(wish=asked, fingerprint=shown.fingerprint, by=person(Role.MANAGER))

    assert (list(Review.objects.values()), mails()) == before
    assert balancing.plan(asked).fingerprint != shown.fingerprint


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MANAGER])
def test_only_managers_assign_in_balance(role):
    asked = wish([eligible(closed_call())], [person(Role.REVIEWER)])
    fingerprint = balancing.plan(asked).fingerprint

    with pytest.raises(NotAllowed):
        assign_in_balance(wish=asked, fingerprint=fingerprint, by=person(role))

    assert (Review.objects.count(), mails()) == (0, [])


def test_queries_do_not_grow_with_applications():
    call, people = closed_call(), [person(Role.REVIEWER) for _number in range(3)]

    def queries(applications):
        asked = wish(applications, people)
        with CaptureQueriesContext(connection) as captured:
            plan = balancing.plan(asked)
            assert plan.rows
            assert plan.seats
        return len(captured)

    few = queries([eligible(call)])
    assert queries([eligible(call) for _number in range(5)]) == few


def test_plan_reads_what_was_submitted_last():
    application = eligible(closed_call(reviews_wanted=1))
    user = reviewer("Ana", countries=["PL"])
    assert balancing.plan(wish([application], [user])).count == 1

    units, saved = ["DE80N", "PL428"], answers.read(application)
    cells = [answers.partner_cell(row.public_id) for row in application.partners.all()]
    moved = {cell: saved[cell] | {"unit": unit} for cell, unit in zip(cells, units, strict=True)}
    resubmit(application, units=units, **moved)

    assert balancing.plan(wish([application], [user])).count == 0


def test_final_reviews_count_as_load_and_stay():
    call = closed_call(reviews_wanted=1)
    done, open_one = eligible(call), eligible(call)
    busy, free = person(Role.REVIEWER), person(Role.REVIEWER)
    scored(done, 4, 4, reviewer=busy)

    plan = balancing.plan(wish([done, open_one], [busy, free]))

    assert given(plan) == {(open_one.pk, free.pk)}
