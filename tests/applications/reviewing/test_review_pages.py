"""Reviews on their pages: assigned in bulk, declared, scored, hidden until the own one is final."""

import pytest

from applications.models import Review, ReviewScore
from core.accounts.enums import Role
from tests.applications.staff_clients import as_, decide, url
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scored, scoring
from tests.support.forms import press
from tests.support.mailbox import mails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_reviewers_are_assigned_in_bulk_with_conflicts_shown():
    call = closed_call()
    first, second = eligible(call), eligible(call)
    partner = first.partners.first()
    reviewer = person(Role.REVIEWER, email=f"x@{partner.contact_email.partition('@')[2]}")
    client = as_(Role.MANAGER)
    ticked = {"action": "assign", "_selected_action": [first.pk, second.pk]}

    page = client.post(url("application"), ticked)
    client.post(
        url("application", "decide_many", "assign"),
        {"targets": f"{first.pk},{second.pk}", "reviewer_ids": [reviewer.pk]},
    )

    assert "same e-mail domain as a partner" in page.content.decode()
    assert set(Review.objects.values_list("application", "reviewer")) == {
        (first.pk, reviewer.pk),
        (second.pk, reviewer.pk),
    }
    assert [name for name, _to, _status in mails()] == ["review_assigned"] * 2


def test_reviewer_sees_nothing_before_the_declaration():
    application = eligible(closed_call(), title="Upper Rhine secrets")
    review = assigned(application)
    client = as_(review.reviewer)

    pages = [
        client.get(url("review")).content.decode(),
        client.get(url("review", "change", review.pk)).content.decode(),
        client.get(decide(review, "no-conflict")).content.decode(),
    ]

    assert not any("Upper Rhine secrets" in page or "Two banks" in page for page in pages)
    assert application.partners.first().name in pages[2]
    scoring_page = client.get(url("review", "score", review.pk))
    assert (scoring_page.status_code, scoring_page["Location"]) == (302, url("review", "change", review.pk))


def test_reviewer_scores_from_declaration_to_final():
    application = eligible(closed_call())
    review = assigned(application)
    client = as_(review.reviewer)
    need, partnership = application.call.criteria.all()
    sheet = url("review", "score", review.pk)

    client.post(decide(review, "no-conflict"), {"declares": "on"})
    shown = client.get(sheet).content.decode()
    first = {f"score_{need.pk}": "4", f"comment_{need.pk}": "Clear."}

    def send(button, typed):
        base = client.get(sheet).context["sheet"]["base"].value()
        return press(client, sheet, typed | {"base": base, button: ""})

    send("save", first)
    early = send("submit", first | {"comment": "Good"})
    send("submit", first | {"comment": "Good", f"score_{partnership.pk}": "5"})

    assert "Two banks of one river." in shown
    assert "How to score the need." in shown
    assert "Score missing: Partnership" in early.content.decode()
    review.refresh_from_db()
    assert (review.status, str(review.total), review.submission.number) == ("submitted", "88.00", 1)


def test_score_out_of_range_is_refused_and_what_was_typed_is_kept():
    review = scoring(eligible(closed_call()))
    need, partnership = review.application.call.criteria.all()
    sheet = url("review", "score", review.pk)

    typed = {f"score_{need.pk}": "6", f"comment_{need.pk}": "Long thoughts", "save": ""}
    response = press(as_(review.reviewer), sheet, typed)

    page = response.content.decode()
    assert "Enter a whole number from 0 to 5." in page
    assert "Long thoughts" in page
    assert set(ReviewScore.objects.values_list("score", flat=True)) == {None}


def test_others_scores_show_once_the_own_review_is_final():
    application = eligible(closed_call())
    other = scored(application, 5, 4)
    mine = scoring(application)
    client = as_(mine.reviewer)

    before = client.get(url("review", "score", mine.pk)).content.decode()
    criteria = application.call.criteria.all()
    client.post(url("review", "score", mine.pk), {f"score_{c.pk}": "1" for c in criteria} | {"submit": ""})
    after = client.get(url("review", "change", mine.pk)).content.decode()

    assert other.reviewer.name not in before
    assert "92.00" not in before
    assert other.reviewer.name in after
    assert "92.00" in after
    assert client.get(url("review", "change", other.pk)).status_code == 404
