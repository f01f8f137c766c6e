"""The page of a pilot region: its team with every answer, what waits, days, what happened, e-mails."""

import pytest
from django.test import Client
from django.urls import reverse

from core.accounts.enums import Role
from matching.board import Board
from matching.enums import MatchStatus, TeamState
from matching.models import Match
from tests.builders import matching as build
from tests.builders.people import make_staff
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, queries_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_page_and_board_tell_of_a_team_from_before_the_run_to_after_a_decline():
    region, client = build.region("Rhine"), as_()
    build.expert("Elm", areas={"clld-design": 3})
    build.expert("Ash", areas={"gov-crossborder": 3})
    page = reverse("admin:applications_pilotregion_change", args=[region.pk])
    start = reverse("admin:matching_matchrun_decide_many", args=["start"])

    found = text_of(client.get(page))
    assert f'href="{start}">It has no team yet: a run proposes one.</a>' in found
    assert "No expert has been invited yet." in found

    run = done_run()
    assert "A proposed team waits for a second person." in text_of(client.get(page))
    confirm(run)
    invited = text_of(client.get(page))
    assert "Answers awaited" in invited
    assert "Elm has until" in invited
    assert Board.of(run).rows[0].team_state == TeamState.AWAITED

    first, second = Match.objects.current().order_by("pk")
    build.bring_match_to(first, MatchStatus.ACCEPTED)
    build.bring_match_to(second, MatchStatus.DECLINED)
    queries = queries_of(client, page)
    found = text_of(client.get(page))
    for words in ("A member of the team is missing", "A member is missing", "Declined", "No time"):
        assert words in found
    assert region.application.reference in found
    assert "fewer than needed" in found
    (row,) = Board.of(run).rows
    assert (row.team_state, [m.proposal.expert for m in row.gone]) == (TeamState.INCOMPLETE, [second.expert])
    board = text_of(client.get(url("matchrun", "change", run.pk)))
    assert "no longer in the team" in board
    assert "The team lacks a member" in board

    build.expert("Oak", areas={"gov-crossborder": 3, "clld-design": 3})
    confirm(done_run())
    assert Board.of(run).rows[0].team_state is None
    assert "Replaced by a later run" in text_of(client.get(url("matchrun", "change", run.pk)))
    assert queries_of(client, page) <= queries


def test_region_is_not_told_that_its_team_is_complete_while_a_member_is_missing():
    build.region("Rhine")
    build.expert("Elm", areas={"clld-design": 3})
    build.expert("Ash", areas={"gov-crossborder": 3})
    confirm(done_run())
    first, second = Match.objects.current().order_by("pk")

    build.bring_match_to(first, MatchStatus.DECLINED)
    build.bring_match_to(second, MatchStatus.ACCEPTED)

    assert build.mails("team_complete") == []


def test_whoever_sees_no_matches_reads_nothing_of_the_team():
    region = build.region("Rhine")
    build.expert("Elm")
    confirm(done_run())
    client = Client()
    client.force_login(make_staff(Role.COMMUNICATIONS))

    page = client.get(reverse("admin:applications_pilotregion_change", args=[region.pk])).content.decode()

    assert "Elm" not in page
    assert "What waits here" not in page
