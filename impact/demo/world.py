"""The demo's world: a decided call, an open one, a coming one; experts, teams, subscribers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.enums import SelectionOutcome
from applications.models import Application, Call, PilotRegion, Review
from applications.reviewing.actions import marking, reviewing
from applications.reviewing.querysets import with_scores
from applications.reviewing.sheets import Given, cells
from applications.screening import actions as screening
from applications.selecting.actions import confirming, lettering, publishing, selecting, sides
from applications.selecting.intended import IntendedOutcome
from core.accounts.models import User
from core.checklists import Acceptance
from core.known_types import known_as
from core.mail.models import Message
from core.objections import actions as objections
from core.objections.enums import ObjectionKind
from impact.demo import applicants, people, pool
from impact.demo.clock import at
from impact.demo.territories import DECIDED, DRAFTS, WAITING, Territory
from matching import actions as matching
from matching import tasks as matching_tasks
from newsletter import actions as newsletter
from newsletter.enums import Topic
from newsletter.models import Subscriber

PLACES_OF_FIRST_CALL = 9
RESERVES = 2
REVIEWS_EACH = 3


def is_loaded() -> bool:
    return PilotRegion.objects.exists()


def date_calls_around(today: datetime) -> list[Call]:
    """Give the three calls a past, an open and a coming time; staff would edit them in the same way.

    Args:
        today: aware.
    """
    spans = [(-150, -80), (-20, 24), (60, 110)]
    calls = list(Call.objects.order_by("number")[:3])
    for call, (opens, closes) in zip(calls, spans, strict=True):
        call.opens_at, call.closes_at = _day(today, opens, time(9)), _day(today, closes, time(17))
        call.is_provisional = False
        call.save()
    return calls


@transaction.atomic
def load() -> None:
    """Fill an empty database; everything happens through the actions of the portal, at its own time."""
    now = timezone.now()
    staff = people.make_staff()
    manager, second = staff[people.STAFF_EMAIL], staff[people.SECOND_STAFF_EMAIL]
    reviewers = [staff[email] for email in people.REVIEWER_EMAILS]
    first, second_call, _coming = date_calls_around(now)
    closes_at = known_as(first.closes_at, datetime)
    with at(closes_at - timedelta(days=6)):
        decided = [_submitted(territory, first, number) for number, territory in enumerate(DECIDED, 1)]
    with at(closes_at + timedelta(days=20)):
        _screen_and_review(decided, manager, reviewers)
    with at(closes_at + timedelta(days=45)):
        _select(first, manager, second)
    with at(now - timedelta(days=12)):
        pool.fill(manager)
    with at(now - timedelta(days=3)):
        waiting = [_submitted(territory, second_call, number) for number, territory in enumerate(WAITING, 50)]
        screening.declare_eligible(
            application_id=waiting[0].pk, by=manager, reason="Both sides are there.", ends_changes=True
        )
        _begin_drafts(second_call)
        _subscribe()
    _match(manager)


def _submitted(territory: Territory, call: Call, number: int) -> Application:
    email = f"lead{number}@territories.example"
    application = applicants.begin(territory, call, email)
    applicants.submit(application, email)
    return application


def _begin_drafts(call: Call) -> None:
    applicants.begin(DRAFTS[0], call, people.APPLICANT_EMAIL, share=0.6)
    applicants.begin(DRAFTS[1], call, "lead90@territories.example", share=0.3)


def _screen_and_review(applications: Sequence[Application], manager: User, reviewers: Sequence[Any]) -> None:
    draw = random.Random("impact-reviews")
    for number, (application, territory) in enumerate(zip(applications, DECIDED, strict=True)):
        screening.declare_eligible(
            application_id=application.pk, by=manager, reason="All partner rules are met."
        )
        chosen = [reviewers[(number + turn) % len(reviewers)] for turn in range(REVIEWS_EACH)]
        reviewing.assign(
            application_id=application.pk, reviewer_ids=[reviewer.pk for reviewer in chosen], by=manager
        )
        for review in Review.objects.filter(application=application):
            _score(review, territory.merit + draw.uniform(-0.9, 0.9))


def _score(review: Review, merit: float) -> None:
    reviewing.declare_no_conflict(review_id=review.pk, by=review.reviewer)
    given = {
        criterion.pk: Given(
            score=max(0, min(criterion.max_score, round(merit))), comment="Clear and backed by examples."
        )
        for criterion in review.application.call.criteria.all()
    }
    marking.save_scores(
        review_id=review.pk,
        by=review.reviewer,
        mine=cells(given, "A partnership with both sides on board."),
    )
    marking.submit(review_id=review.pk, by=review.reviewer)


def _select(call: Call, manager: User, second: User) -> None:
    selection = selecting.start(call_id=call.pk, by=manager, title="First call")
    ranking = with_scores(Application.objects.candidates().filter(call=call)).order_by("-mean_total")
    choices = [IntendedOutcome(row.pk, *_outcome(place), "By rank.") for place, row in enumerate(ranking, 1)]
    selecting.save_choices(selection_id=selection.pk, by=manager, choices=choices)
    selecting.propose(selection_id=selection.pk, by=manager, note="By rank; every border at most twice.")
    confirming.confirm(selection_id=selection.pk, by=second, reason="Agreed.")
    lettering.release(selection_id=selection.pk, by=manager)
    PilotRegion.objects.update(is_public=True)
    for region in PilotRegion.objects.active():
        sides.confirm_sides(
            region_id=region.pk, by=manager, no_other_side=True, reason="By the partners’ answers."
        )
    publishing.publish_results(call_id=call.pk, by=manager)


def _outcome(place: int) -> tuple[str, int | None]:
    if place <= PLACES_OF_FIRST_CALL:
        return SelectionOutcome.SELECTED, None
    if place <= PLACES_OF_FIRST_CALL + RESERVES:
        return SelectionOutcome.RESERVE, place - PLACES_OF_FIRST_CALL
    return SelectionOutcome.NOT_SELECTED, None


def _subscribe() -> None:
    for number in range(1, 25):
        email = f"reader{number}@subscribers.example"
        topics = [topic.value for place, topic in enumerate(Topic) if (number + place) % 3]
        newsletter.subscribe(email=email, topics=topics, language="fr" if number % 4 == 0 else "en")
        subscriber = Subscriber.objects.with_email(email).get()
        if number % 8:
            newsletter.confirm(subscriber_id=subscriber.pk)
    _report_misuse(subscriber)


def _report_misuse(subscriber: Subscriber) -> None:
    """Let the last one object, who has not confirmed: a report waits for staff."""
    asked = Message.objects.about(subscriber.about).latest("pk")
    objections.object_to(message_id=asked.pk, kind=ObjectionKind.MISUSE, note="I did not ask for news.")


def _match(manager: User) -> None:
    """Compute a first run, whose board waits for the second person."""
    matching.start_run(
        by=manager,
        note="First teams",
        accepting=Acceptance("A first look: the languages are as the applicants gave them."),
    )
    matching_tasks.run_due()


def _day(today: datetime, days: int, hour: time) -> datetime:
    day = timezone.localdate(today) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, hour))
