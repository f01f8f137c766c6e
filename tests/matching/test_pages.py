"""Experts find their own invitations and answer them; nobody finds anybody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.mail.models import Message
from matching.enums import MatchStatus
from matching.models import Match
from tests.matching import factories
from tests.matching.test_teams import confirm, done_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def match():
    factories.region("Rhine Bridges")
    factories.expert("Linden")
    (match,) = confirm(done_run())
    return match


def address(page, match):
    return reverse(f"matching:{page}", args=[match.public_id])


def test_match_list_shows_the_own_invitations(client, match):
    client.force_login(match.expert.user)

    response = client.get(reverse("matching:matches"))

    assert list(response.context["matches"]) == [match]
    assert "Rhine Bridges" in response.content.decode()


def test_match_list_queries_do_not_grow_with_the_rows(client):
    expert = factories.expert(max_regions=5, half_days=40)

    def queries():
        client.force_login(expert.user)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("matching:matches"))
        return len(captured)

    factories.region("One")
    confirm(done_run())
    before = queries()
    for name in ("Two", "Three"):
        factories.region(name)
        confirm(done_run())

    assert Match.objects.count() == 3
    assert queries() == before


@pytest.mark.parametrize("page", ["match", "accept", "decline"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_match_of_somebody_else_is_not_found(client, match, page, method):
    client.force_login(factories.expert("Stranger").user)
    mails = Message.objects.count()

    response = getattr(client, method)(address(page, match), {"reason": "x"})

    assert response.status_code == (405 if (page, method) == ("match", "post") else 404)
    match.refresh_from_db()
    assert match.status == MatchStatus.INVITED
    assert Message.objects.count() == mails


@pytest.mark.parametrize("page", ["match", "accept", "decline"])
def test_match_asks_a_visitor_to_log_in(client, match, page):
    response = client.get(address(page, match))

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_accept_by_button_puts_the_expert_into_the_team(client, match):
    client.force_login(match.expert.user)

    response = client.post(address("accept", match), follow=True)

    match.refresh_from_db()
    assert match.status == MatchStatus.ACCEPTED
    assert "Accepted" in response.content.decode()


def test_accept_twice_says_that_nothing_was_changed(client, match):
    client.force_login(match.expert.user)
    client.post(address("accept", match))
    changes, mails = match.changes.count(), Message.objects.count()

    response = client.post(address("accept", match), follow=True)

    assert "Nothing was changed" in response.content.decode()
    assert (match.changes.count(), Message.objects.count()) == (changes, mails)


def test_accept_by_link_alone_changes_nothing(client, match):
    client.force_login(match.expert.user)

    client.get(address("accept", match))

    match.refresh_from_db()
    assert match.status == MatchStatus.INVITED


def test_decline_asks_for_a_reason(client, match):
    client.force_login(match.expert.user)

    response = client.post(address("decline", match), {"reason": ""})

    assert response.context["form"].errors.keys() == {"reason"}
    match.refresh_from_db()
    assert match.status == MatchStatus.INVITED


def test_decline_keeps_the_reason_for_staff(client, match):
    client.force_login(match.expert.user)

    client.post(address("decline", match), {"reason": "No time this year"})

    match.refresh_from_db()
    assert match.status == MatchStatus.DECLINED
    assert match.changes.last().reason == "No time this year"
