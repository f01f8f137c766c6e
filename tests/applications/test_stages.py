"""How far each call is: every number is that of the list behind it, in as many queries for many calls."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from applications import stages
from applications.enums import SelectionOutcome
from applications.screening import actions as screening
from core.accounts.enums import Role
from core.counts import count_together
from matching import dashboard
from matching.enums import MatchStatus, TeamState
from matching.models import Match
from tests.builders import matching as build
from tests.builders.applications import draft, eligible, submitted
from tests.builders.calls import closed_call, open_call
from tests.builders.people import make_staff, person
from tests.builders.reviews import scored
from tests.builders.selections import decided, told
from tests.matching.test_teams import confirm, done_run
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_manager():
    client = Client()
    client.force_login(make_staff(Role.MANAGER))
    return client


def bars_of(call, user):
    (chart,) = stages.Way([call], user).charts()
    return {str(bar.label): bar for bar in chart.bars}


def test_every_stage_of_a_call_has_the_number_of_the_list_behind_it():
    call, client, user = closed_call(reviews_wanted=1), as_manager(), person(Role.MANAGER)
    submitted(call)
    refused = submitted(call)
    screening.declare_ineligible(application_id=refused.pk, by=user, reason="No partner.")
    reviewed = eligible(call)
    told({eligible(call): SelectionOutcome.SELECTED, eligible(call): SelectionOutcome.NOT_SELECTED})
    untold = eligible(call)
    scored(untold, 3)
    decided({untold: SelectionOutcome.RESERVE})
    scored(reviewed, 4)

    bars = bars_of(call, user)

    assert {label: bar.value for label, bar in bars.items()} == {
        "Drafts": 0,
        "Submitted": 6,
        "Screened": 5,
        "Reviewed": 2,
        "Decided": 3,
        "Told of the outcome": 2,
        "Matched with experts": 0,
        "All experts accepted": 0,
    }
    assert bars.pop("Drafts").url == ""
    assert {label: len(client.get(bar.url).context["cl"].result_list) for label, bar in bars.items()} == {
        label: bar.value for label, bar in bars.items()
    }
    page = client.get(reverse("admin:applications_call_change", args=[call.pk])).content.decode()
    assert bars["Screened"].url.replace("&", "&amp;") in page
    assert bars["Screened"].url.replace("&", "&amp;") in client.get("/admin/").content.decode()


def test_team_that_somebody_has_left_counts_as_whole_nowhere_and_waits_on_the_home_page():
    region, client, user = build.region("Rhine"), as_manager(), person(Role.MANAGER)
    build.expert("Elm", areas={"clld-design": 3})
    build.expert("Ash", areas={"gov-crossborder": 3})

    def state():
        bars = bars_of(region.application.call, user)
        shown = [bars["Matched with experts"], bars["All experts accepted"]]
        assert [len(client.get(b.url).context["cl"].result_list) for b in shown] == [b.value for b in shown]
        waiting = {w.url.partition("?team=")[2]: w for w in dashboard.waiting_for(user)}
        for code in ("none", "incomplete"):
            assert len(client.get(waiting[code].url).context["cl"].result_list) == waiting[code].count
        (row,) = client.get(reverse("admin:applications_pilotregion_changelist")).context["cl"].result_list
        return [b.value for b in shown], row.team_state, waiting["none"].count, waiting["incomplete"].when

    assert state() == ([0, 0], TeamState.NONE, 1, "")
    confirm(done_run())
    first, second = Match.objects.current()
    assert state() == ([1, 0], TeamState.AWAITED, 0, "")
    build.bring_match_to(first, MatchStatus.ACCEPTED)
    with undone():
        build.bring_match_to(second, MatchStatus.ACCEPTED)
        assert state() == ([1, 1], TeamState.COMPLETE, 0, "")
    build.bring_match_to(second, MatchStatus.DECLINED)
    assert state() == ([0, 0], TeamState.INCOMPLETE, 0, f"since {date_format(localtime(), 'j F Y')}")


def test_stages_ask_as_few_queries_for_many_calls_as_for_one():
    user = person(Role.MANAGER)
    calls = [closed_call(), closed_call(), open_call()]
    draft(calls[2])
    submitted(calls[0])

    assert user.has_perm("applications.view_application")

    with CaptureQueriesContext(connection) as queries:
        found = stages.Way(calls, user)
        count_together(found.counts)
        found = found.charts()

    assert [chart.bars[0].value for chart in found] == [0, 0, 1]
    assert len(queries) == 1
    assert stages.Way(calls, person(Role.COMMUNICATIONS)).charts() == []
    assert stages.Way([], user).charts() == []
