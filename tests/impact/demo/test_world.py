"""The demo's data is made by the portal's own actions, and gives every page something to show."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from applications.enums import ApplicationStatus, CallState
from applications.models import Application, Call, PilotRegion
from experts.enums import ExpertStatus
from experts.models import Expert
from impact.demo import people, pool, world
from impact.demo.territories import DECIDED, DRAFTS, WAITING
from matching.enums import RunStatus
from matching.models import MatchRun
from newsletter.models import Subscriber

pytestmark = pytest.mark.django_db


def test_demo_world_fills_every_page_and_moves_with_the_day(settings):
    settings.DEMO_MODE = True

    call_command("load_demo")

    calls = Call.objects.order_by("number")[:3]
    assert [call.state for call in calls] == [CallState.PUBLISHED, CallState.OPEN, CallState.COMING]
    assert Counter(Application.objects.values_list("status", flat=True)) == {
        ApplicationStatus.SELECTED: world.PLACES_OF_FIRST_CALL,
        ApplicationStatus.RESERVE: world.RESERVES,
        ApplicationStatus.NOT_SELECTED: len(DECIDED) - world.PLACES_OF_FIRST_CALL - world.RESERVES,
        ApplicationStatus.ELIGIBLE: 1,
        ApplicationStatus.SUBMITTED: len(WAITING) - 1,
        ApplicationStatus.DRAFT: len(DRAFTS),
    }
    assert PilotRegion.objects.public().count() == world.PLACES_OF_FIRST_CALL
    assert Expert.objects.filter(status=ExpertStatus.SUBMITTED).count() == pool.WAITING
    run = MatchRun.objects.get()
    assert (run.status, run.result["status"]) == (RunStatus.DONE, "optimal")
    assert run.result["objective"]["served"] >= world.PLACES_OF_FIRST_CALL - 1
    assert Subscriber.objects.confirmed().exists()
    submitted = Application.objects.filter(call=calls[0]).first().submissions.get()
    assert submitted.submitted_at < calls[0].closes_at

    world.date_calls_around(timezone.now() + timedelta(days=40))
    call_command("load_demo")

    # A later start moves the calls to its day and adds nothing.
    assert Application.objects.count() == len(DECIDED) + len(WAITING) + len(DRAFTS)
    assert Call.objects.get(number=2).state == CallState.OPEN


def test_demo_data_never_reaches_a_real_portal():
    with pytest.raises(CommandError):
        call_command("load_demo")

    assert not Application.objects.exists()


def test_password_that_the_start_prints_opens_the_staff_again_after_a_change():
    manager = people.make_staff()[people.STAFF_EMAIL]
    manager.set_password("something else")
    manager.save()

    again = people.make_staff()

    assert all(user.check_password(people.STAFF_PASSWORD) for user in again.values())
    assert people.make_staff()[people.STAFF_EMAIL].password == again[people.STAFF_EMAIL].password
