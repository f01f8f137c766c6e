"""Criteria that change while reviewers score: versions, totals, and what is refused, by PostgreSQL too."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from unittest.mock import ANY

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.models import CriteriaVersion, Criterion, Review, ReviewerLeniency
from applications.reviewing.actions import marking
from applications.reviewing.actions.criteria import CriteriaHaveChanged, change_criteria
from applications.reviewing.consequences import consequences
from applications.reviewing.criteria import fingerprint
from applications.reviewing.criteria_versions import changes_of, criteria_values, with_before
from applications.reviewing.querysets import below_threshold, with_scores
from applications.reviewing.ranking import leniencies
from applications.reviewing.sheets import Given, cells
from core.accounts.enums import Role
from core.history import NotAllowed
from tests.builders.applications import eligible
from tests.builders.calls import closed_call, with_other_criteria
from tests.builders.people import person, the_manager
from tests.builders.reviews import assigned, scored, scoring
from tests.builders.selections import told
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db

NEW = {"code": "reach", "title": {"en": "Reach", "fr": "Portée"}, "guidance": {}} | {
    "weight": 10,
    "max_score": 5,
    "threshold": 0,
}


def change(call, rows, *, by=None, reason="Agreed by the panel.", seen=None):
    seen = fingerprint(call.criteria.all()) if seen is None else seen
    return change_criteria(call_id=call.pk, by=by or the_manager(), rows=rows, reason=reason, seen=seen)


def numbers_of(call):
    return list(call.criteria.values_list("code", "weight", "max_score", "threshold"))


def by_hand(review, rows):
    """The total of a review, without anything of the portal's own arithmetic."""
    scores = dict(review.scores.values_list("criterion__code", "score"))
    parts = [Fraction(row["weight"] * scores[row["code"]], row["max_score"]) for row in rows]
    exact = 100 * sum(parts) / sum(row["weight"] for row in rows)
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


def sentences(call):
    versions = with_before(call.criteria_versions.order_by("number"))
    return [[change.text for change in changes_of(version)] for version in versions]


def answers_to(writes):
    """What PostgreSQL says to each of them, none of which then counts."""
    found = []
    for write in writes:
        try:
            with undone():
                write()
            found.append("taken")
        except DatabaseError as refusal:
            found.append(str(refusal).partition("\n")[0])
    return found


def check_now():
    """Let PostgreSQL check at once what it would check at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_change_is_kept_with_its_reason_and_all_totals_follow():
    call = closed_call()
    one, two = eligible(call), eligible(call)
    final, other = scored(one, 5, 1), scored(two, 2, 4)
    draft = scoring(two)

    version = with_other_criteria(
        call,
        {"need": {"weight": 20, "threshold": 4}, "partnership": {"title": {"en": "Team", "fr": "Équipe"}}},
    )

    assert (version.number, version.made_by, version.reason) == (2, the_manager(), "The panel requested it.")
    assert version.totals == {str(final.pk): ["68.00", "46.67"], str(other.pk): ["56.00", "66.67"]}
    assert sentences(call)[1] == [
        "“Need”: weight 60 → 20.",
        "“Need”: threshold 3 → 4.",
        "“Team”: title changed (English).",
        "“Team”: title changed (French).",
    ]
    ranked = with_scores(type(one).objects.filter(call=call)).order_by("-mean_total")
    assert [(a.pk, float(a.mean_total)) for a in ranked] == [(two.pk, 66.67), (one.pk, 46.67)]
    assert set(below_threshold().values_list("review__application", flat=True)) == {one.pk, two.pk}
    draft.refresh_from_db()
    assert (draft.status, draft.total) == ("scoring", None)
    edit = call.criteria.get(code="need").history.first()
    assert (edit.history_user, edit.history_change_reason) == (the_manager(), "The panel requested it.")


numbers = st.fixed_dictionaries(
    {
        "weight": st.integers(1, 100),
        "max_score": st.integers(5, 100),
        "threshold": st.integers(0, 5),
    }
)


def test_totals_ranks_and_leniency_are_those_of_an_independent_computation():
    call = closed_call()
    people = [person(Role.REVIEWER) for _turn in range(2)]
    for scores in ((5, 1, 4, 0), (3, 3, 2, 5), (0, 0, 1, 1), (4, 2, 5, 3)):
        application = eligible(call)
        scored(application, *scores[:2], reviewer=people[0])
        scored(application, *scores[2:], reviewer=people[1])

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.tuples(numbers, numbers))
    def check(drawn):
        with undone():
            rows = [{**row, **other} for row, other in zip(criteria_values(call), drawn, strict=True)]
            if rows == criteria_values(call):
                return
            foreseen = consequences(call, rows, reader=the_manager())
            change(call, rows)
            reviews = list(Review.objects.final().filter(application__call=call))
            expected = {review.pk: by_hand(review, rows) for review in reviews}
            assert {review.pk: review.total for review in reviews} == expected
            points = leniencies((r.application_id, r.reviewer_id, float(expected[r.pk])) for r in reviews)
            kept = ReviewerLeniency.objects.filter(call=call).values_list("reviewer", "points")
            assert dict(kept) == pytest.approx(points)
            low = set(below_threshold().values_list("review__application", flat=True))
            found = {a.reference: a for a in with_scores(type(application).objects.filter(call=call))}
            better = {
                reference: sum(other.mean_total > row.mean_total for other in found.values())
                for reference, row in found.items()
            }
            for move in foreseen.moves:
                row = found[move.reference]
                assert move.after.points == pytest.approx(float(row.mean_total))
                assert move.after.rank == better[move.reference] + 1
                assert move.after.is_low == (row.pk in low)

    check()


def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing():
    call = closed_call()
    need, partnership = criteria_values(call)
    final = scored(eligible(call), 5, 1)
    before, written = numbers_of(call), "cannot be removed: 1 review has a score or a comment on it"
    cases = [
        ([{**need, "max_score": 4, "threshold": 0}, partnership], "a reviewer has given 5"),
        ([need], written),
        ([need, partnership, NEW], "“Reach” cannot be added: 1 review is final and has no score for it"),
        ([{**need, "code": "needs"}, partnership], written),
        ([need, partnership], "Nothing would change."),
        ([], "at least one criterion"),
    ]
    for rows, words in cases:
        with pytest.raises(ValidationError) as refused:
            change(call, rows)
        assert any(words in message for message in refused.value.messages), refused.value.messages
    other = [{**need, "weight": 1}, partnership]
    for reason, words in (
        ("", "Enter a reason for the change."),
        (" \n", "Enter a reason for the change."),
        ("x" * 2001, "must be 2000 characters or fewer"),
    ):
        with pytest.raises(ValidationError, match=words):
            change(call, other, reason=reason)
    for role in (Role.REVIEWER, Role.AUDITOR, Role.COMMUNICATIONS, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            change(call, other, by=person(role))
    with pytest.raises(CriteriaHaveChanged):
        change(call, other, seen="of another day")
    calm = closed_call()
    with pytest.raises(NotAllowed, match="No reviewer has started scoring."):
        change(calm, [{**row, "weight": 1} for row in criteria_values(calm)])

    assert numbers_of(call) == before
    assert call.criteria_versions.count() == 1
    final.refresh_from_db()
    assert final.total == Decimal("68.00")


def test_criterion_that_nobody_wrote_on_can_go_and_another_come_while_no_review_is_final():
    call = closed_call()
    review = scoring(eligible(call))
    need, partnership = criteria_values(call)

    change(call, [NEW, need])

    assert sorted(review.scores.values_list("criterion__code", flat=True)) == ["need", "reach"]
    assert sentences(call)[1] == [
        "“Reach” added: weight 10, highest score 5, threshold 0.",
        "“Partnership” removed.",
    ]
    for_comment = {call.criteria.get(code="reach").pk: Given(None, "Only a comment.")}
    marking.save_scores(review_id=review.pk, by=review.reviewer, mine=cells(for_comment, ""))
    with pytest.raises(ValidationError, match="a score or a comment"):
        change(call, [need])
    marking.save_scores(
        review_id=review.pk, by=review.reviewer, mine=cells({c.pk: Given(4) for c in call.criteria.all()}, "")
    )
    marking.submit(review_id=review.pk, by=review.reviewer)
    with pytest.raises(ValidationError, match="cannot be added"):
        change(call, [NEW, need, partnership])
    marking.reopen(review_id=review.pk, by=the_manager(), reason="One criterion more.")
    change(call, [NEW, need, partnership])
    with pytest.raises(ValidationError, match="Score missing: Partnership"):
        marking.submit(review_id=review.pk, by=review.reviewer)


def test_another_order_is_a_version_and_changes_no_total():
    call = closed_call()
    scored(eligible(call), 5, 1)

    version = change(call, criteria_values(call)[::-1])

    assert (version.totals, sentences(call)[1]) == ({}, ["New order: Partnership, Need."])
    assert [row[0] for row in numbers_of(call)] == ["partnership", "need"]


def test_outcomes_and_letters_stay_and_published_results_end_it():
    call = closed_call()
    application = eligible(call)
    review = scored(application, 5, 1)
    selection = told({application: "selected"})

    with_other_criteria(call, {"need": {"weight": 1}})

    application.refresh_from_db()
    selection.refresh_from_db()
    review.refresh_from_db()
    assert (application.status, selection.status) == ("selected", "confirmed")
    assert review.total == Decimal("21.95")
    assert call.criteria_versions.first().totals == {str(review.pk): ["68.00", "21.95"]}

    call.results_published_at = call.closes_at
    call.save()
    with pytest.raises(ValidationError, match="published"):
        with_other_criteria(call, {"need": {"weight": 2}})


def test_first_sheet_keeps_the_criteria_as_they_are_then():
    call = closed_call()
    review = assigned(eligible(call))
    assert not call.criteria_versions.exists()

    scoring(eligible(call), review.reviewer)
    scoring(eligible(call), review.reviewer)

    version = call.criteria_versions.get()
    assert (version.number, version.made_by, version.is_after_scoring) == (1, None, False)
    assert version.content == criteria_values(call)


def test_database_lets_criteria_change_only_as_their_newest_version_says():
    call, other = closed_call(), closed_call()
    scoring(eligible(call))
    need = Criterion.objects.get(call=call, code="need")
    of_need = Criterion.objects.filter(pk=need.pk)
    words = {"en": "Need", "fr": "Besoin"}
    refused = [
        lambda: of_need.update(weight=1),
        lambda: of_need.update(max_score=6),
        lambda: of_need.update(threshold=1),
        lambda: of_need.update(title=words),
        # What remains is part of what the version says.
        lambda: of_need.update(title={"en": "Need"}),
        lambda: of_need.update(guidance={}),
        lambda: of_need.update(code="needs"),
        lambda: of_need.update(call=other),
        lambda: other.criteria.filter(code="need").update(call=call, code="third"),
        lambda: Criterion.objects.create(call=call, code="third", title=words),
        lambda: of_need._raw_delete("default"),
    ]
    wrong = [said for said in answers_to(refused) if "are fixed" not in said]
    assert wrong == []
    of_need.update(position=9, is_default=True)
    other.criteria.update(weight=1)
    check_now()


def test_database_keeps_versions_and_asks_for_reason_and_truth():
    call = closed_call()
    scored(eligible(call), 5, 1)
    content = criteria_values(call)
    lighter = [{**content[0], "weight": 1}, content[1]]
    by = the_manager()

    def add(**fields):
        values = {"number": 2, "made_by": by, "reason": "Why.", "is_after_scoring": True, "content": lighter}
        return CriteriaVersion.objects.create(call=call, **values | fields)

    def add_and_write(written, **fields):
        add(**fields)
        call.criteria.filter(code="need").update(**written)
        check_now()

    refused = [
        lambda: call.criteria_versions.update(reason="Another."),
        lambda: CriteriaVersion.objects.all().delete(),
        lambda: add(is_after_scoring=False),
        lambda: add(reason=""),
        lambda: add(reason=" \n\t"),
        lambda: add(reason="x" * 2001),
        lambda: add(made_by=None),
        lambda: add(number=1),
        # It says what does not happen, or not all that happens.
        lambda: add_and_write({}),
        lambda: add_and_write({"weight": 2}),
        lambda: add_and_write({"weight": 1, "threshold": 2}),
        # Below a score that was given.
        lambda: add_and_write({"max_score": 4}, content=[{**content[0], "max_score": 4}, content[1]]),
    ]
    said = answers_to(refused)
    words = [
        *["Cannot update or delete"] * 2,
        "other criteria need a reason",
        *["criteria_version_names_reason"] * 2,
        "too long",
        "criteria_version_names_reason",
        "criteria_version_number_once",
        "is not what the criteria are",
        *["are fixed"] * 2,
        "is above 4",
    ]
    wrong = [(word, answer) for word, answer in zip(words, said, strict=True) if word not in answer]
    assert wrong == []
    add_and_write({"weight": 1})


def test_migration_makes_a_first_version_of_what_each_call_has_there_and_back():
    call = closed_call()
    scored(eligible(call), 5, 1)
    content, calls = criteria_values(call), set(Criterion.objects.values_list("call", flat=True))

    for target in ("0026_answers_in_one_column", "0027_versions_of_criteria"):
        check_now()
        MigrationExecutor(connection).migrate([("applications", target)])
    check_now()

    first = {version.call_id: version for version in CriteriaVersion.objects.all()}
    assert set(first) == calls
    assert (first[call.pk].number, first[call.pk].content, first[call.pk].made_at) == (1, content, ANY)
    with pytest.raises(DatabaseError), transaction.atomic():
        call.criteria.update(weight=1)
    # A change of the criteria reads the calls as they are today.
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    with_other_criteria(call, {"need": {"weight": 1}})
