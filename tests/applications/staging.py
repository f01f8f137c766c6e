"""Applications as staff meet them: submitted, eligible, scored, proposed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from applications.applying import snapshots
from applications.enums import ApplicationStatus, MemberRole
from applications.models import (
    Application,
    ApplicationChange,
    Call,
    Criterion,
    Member,
    Partner,
    PilotRegion,
    Review,
    Selection,
    Submission,
    SupportNeed,
)
from applications.reviewing.actions import marking, reviewing
from applications.reviewing.sheets import Given, cells
from applications.selecting.actions import selecting
from applications.selecting.actions.selecting import Choice
from core.accounts.enums import Role
from core.accounts.models import User
from core.mail.models import Message
from tests.support.people import fresh_address

_number = itertools.count(1)
STRASBOURG, ORTENAU = "FRF11", "DE134"


def person(role: Role | None = None, *, email: str = "", name: str = "") -> User:
    """A member of staff with one role; without a role an applicant."""
    number = next(_number)
    user = User.objects.create_user(
        email or fresh_address("person"), name=name or f"Person {number}", is_staff=role is not None
    )
    if role is not None:
        user.groups.add(Group.objects.get(name=role))
    return user


def person_with_every_role() -> User:
    """Who sees every page of the administration."""
    user = person(Role.MANAGER)
    user.groups.set(Group.objects.all())
    return user


def closed_call(*, weights: Mapping[str, int] | None = None, **fields: object) -> Call:
    """A call that closed yesterday, with criteria scored from 0 to 5."""
    number = next(_number) + 100
    now = timezone.now()
    values = {
        "opens_at": now - timedelta(days=60),
        "closes_at": now - timedelta(days=1),
        "reviews_wanted": 2,
        "title": {"en": f"Call {number}", "fr": f"Appel {number}"},
    }
    call = Call.objects.create(slug=f"call-{number}", number=number, **(values | fields))
    for position, (code, weight) in enumerate((weights or {"need": 60, "partnership": 40}).items()):
        Criterion.objects.create(
            call=call,
            code=code,
            title={"en": code.capitalize(), "fr": code.capitalize()},
            guidance={"en": f"How to score the {code}.", "fr": f"Comment noter : {code}."},
            weight=weight,
            max_score=5,
            threshold=3,
            position=position,
        )
    return call


def draft(
    call: Call, *, title: str = "Upper Rhine", units: Sequence[str] = (STRASBOURG, ORTENAU)
) -> Application:
    """A complete working copy with one partner in each region."""
    number = next(_number)
    application = Application.objects.create(
        call=call,
        reference=f"IMPACT-T-{number:04}",
        title=title,
        territory_description="Two banks of one river.",
        support_description="Help us with a joint strategy.",
        half_days_per_month=4,
        support_from=date(2026, 9, 1),
        support_until=date(2026, 11, 1),
    )
    Member.objects.create(application=application, user=person(), role=MemberRole.LEAD)
    application.units.set(units)
    application.working_languages.set(["en"])
    application.challenges.set(application.challenges.model.objects.order_by("pk")[:2])
    for position, unit in enumerate(units):
        Partner.objects.create(
            application=application,
            name=f"Town {number}-{unit}",
            unit_id=unit,
            is_lead=position == 0,
            contact_name="Ana",
            contact_email=f"ana@town{number}.example",
            position=position,
        )
    SupportNeed.objects.create(application=application, area_id="clld-design", weight=3, level=2)
    SupportNeed.objects.create(application=application, area_id="gov-crossborder", weight=1, level=1)
    return application


def submitted(call: Call, status: str = ApplicationStatus.SUBMITTED, **fields: object) -> Application:
    """An application with one version, in a status to which a test wants to bring it at once."""
    application = draft(call, **fields)
    resubmit(application)
    Application.objects.filter(pk=application.pk).update(status=status)
    application.refresh_from_db()
    ApplicationChange.objects.create(target=application, from_status="draft", to_status=status)
    return application


def resubmit(application: Application) -> Submission:
    """Freeze the working copy as the next version."""
    snapshot = snapshots.make(application)
    return Submission.objects.create(
        application=application,
        number=application.submissions.count() + 1,
        snapshot=snapshot,
        sha256=snapshots.sha256_of(snapshot),
        submitted_by=application.members.get(role=MemberRole.LEAD).user,
        submitted_at=timezone.now(),
    )


def eligible(call: Call, **fields: object) -> Application:
    return submitted(call, ApplicationStatus.ELIGIBLE, **fields)


def assigned(application: Application, reviewer: User | None = None) -> Review:
    reviewer = reviewer or person(Role.REVIEWER)
    reviewing.assign(application_id=application.pk, reviewer_ids=[reviewer.pk], by=person(Role.MANAGER))
    return Review.objects.get(application=application, reviewer=reviewer)


def scoring(application: Application, reviewer: User | None = None) -> Review:
    review = assigned(application, reviewer)
    reviewing.declare_no_conflict(review_id=review.pk, by=review.reviewer)
    review.refresh_from_db()
    return review


def scored(application: Application, *scores: int, reviewer: User | None = None) -> Review:
    """A final review with these scores, in the order of the criteria."""
    review = scoring(application, reviewer)
    criteria = application.call.criteria.all()
    given = {c.pk: Given(score, f"Because of {c.code}.") for c, score in zip(criteria, scores, strict=True)}
    marking.save_scores(review_id=review.pk, by=review.reviewer, mine=cells(given, "Sound."))
    marking.submit(review_id=review.pk, by=review.reviewer)
    review.refresh_from_db()
    return review


def drafted(call: Call, outcomes: Mapping[Application, str], *, by: User | None = None) -> Selection:
    """The draft of a selection; reserves are ranked in the order given."""
    by = by or person(Role.MANAGER)
    selection = selecting.start(call_id=call.pk, by=by, title="Selection")
    ranks = itertools.count(1)
    selecting.save_choices(
        selection_id=selection.pk,
        by=by,
        choices=[
            Choice(application.pk, outcome, next(ranks) if outcome == "reserve" else None)
            for application, outcome in outcomes.items()
        ],
    )
    return selection


def proposed(call: Call, outcomes: Mapping[Application, str], *, by: User | None = None) -> Selection:
    by = by or person(Role.MANAGER)
    selection = drafted(call, outcomes, by=by)
    selecting.propose(selection_id=selection.pk, by=by, note="The best.")
    selection.refresh_from_db()
    return selection


def fill_places(count: int) -> None:
    """Take places 1 to `count` with regions of another call."""
    call = closed_call()
    for place in range(1, count + 1):
        number = next(_number)
        application = Application.objects.create(
            call=call, reference=f"IMPACT-P-{number:04}", title="Taken", status=ApplicationStatus.SELECTED
        )
        PilotRegion.objects.create(application=application, place=place, name=f"Region {number}")


def mails() -> list[tuple[str, str, str]]:
    """What the outbox holds: (template's last part, to, status), in the order of writing."""
    rows = Message.objects.order_by("pk").values_list("template", "to", "status")
    return [(template.rpartition("/")[2], to, status) for template, to, status in rows]
