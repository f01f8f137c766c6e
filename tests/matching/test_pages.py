"""Experts find their own invitations and answer them; nobody finds anybody else's."""

from datetime import timedelta
from html import unescape
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.mail.models import Message
from core.templatetags.impact_time import brussels
from experts.models import Expert
from matching import actions
from matching.enums import MatchStatus
from matching.models import Match
from tests.builders import matching as build
from tests.matching.test_teams import confirm, done_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def match():
    build.region("Rhine Bridges")
    build.expert("Linden")
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
    expert = build.expert(max_regions=5, half_days=40)

    def queries():
        client.force_login(expert.user)
        # What the menu reads is kept for a minute.
        client.get("/about/")
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("matching:matches"))
        return len(captured)

    build.region("One")
    confirm(done_run())
    before = queries()
    for name in ("Two", "Three"):
        build.region(name)
        confirm(done_run())

    assert Match.objects.count() == 3
    assert queries() == before


def test_match_of_somebody_else_is_not_found(client, match):
    client.force_login(build.expert("Stranger").user)
    mails = Message.objects.count()

    for page, method in product(("match", "accept", "decline"), ("get", "post")):
        response = getattr(client, method)(address(page, match), {"reason": "x"})
        expected = 405 if (page, method) == ("match", "post") else 404
        assert response.status_code == expected, (page, method)

    match.refresh_from_db()
    assert match.status == MatchStatus.INVITED
    assert Message.objects.count() == mails


def test_match_asks_a_visitor_to_log_in(client, match):
    for page in ("match", "accept", "decline"):
        response = client.get(address(page, match))
        assert response.status_code == 302, page
        assert response["Location"].startswith("/accounts/login/"), page


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

    sure = client.post(address("decline", match), {"reason": "No time this year"}).content.decode()
    match.refresh_from_db()
    assert match.status == MatchStatus.INVITED
    assert 'name="reason" value="No time this year"' in sure
    client.post(address("decline", match), {"reason": "No time this year", "is_sure": "1"})

    match.refresh_from_db()
    assert match.status == MatchStatus.DECLINED
    assert match.changes.last().reason == "No time this year"


def test_menu_costs_no_page_a_query(client, match, django_capture_on_commit_callbacks):
    """Neither experts, who see one link more, nor others; and an invitation is seen at once."""
    other = build.expert("Without").user
    client.get("/about/")

    def asked(user):
        client.force_login(user)
        client.get("/about/")
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/about/").content.decode()
        return [q for q in captured if "matching_match" in q["sql"]], ">My regions<" in page

    assert asked(match.expert.user) == ([], True)
    assert asked(other) == ([], False)
    build.region("Second Banks")
    with django_capture_on_commit_callbacks(execute=True):
        matches = confirm(done_run())
    assert matches
    assert all(asked(new.expert.user) == ([], True) for new in matches)


@pytest.mark.parametrize("is_in_time", [True, False])
def test_decline_promises_a_way_back_only_while_there_is_time(client, match, is_in_time):
    ends_at = timezone.now() + timedelta(days=1 if is_in_time else -1)
    Match.objects.update(answer_by=ends_at)
    client.force_login(match.expert.user)

    sure = client.post(address("decline", match), {"reason": "No time"}).content.decode()
    client.post(address("decline", match), {"reason": "No time", "is_sure": "1"})

    letter = Message.objects.get(template="matching/email/decline_noted").body
    for text in (sure, letter):
        assert (brussels(ends_at) in text) is is_in_time
        assert ("he time to answer has passed" in text) is not is_in_time


def test_invitation_is_found_from_the_menu_and_the_own_pages(client, match):
    Expert.objects.update(confirmed_at=timezone.now())
    client.force_login(match.expert.user)

    for place in ("/accounts/", "/me/", "/experts/profile/", "/experts/matches/"):
        page = client.get(place).content.decode()
        assert "/experts/matches/" in page, place
        assert (address("match", match) in page) is (place != "/accounts/"), place

    client.force_login(build.expert("Without").user)
    assert ">My regions<" not in client.get("/accounts/").content.decode()


def test_invitation_tells_region_partners_team_contact_and_why(client, settings):
    region = build.region("Rhine Bridges", partners=("Town of FRF11",))
    lead = region.application.members.get().user
    experts = [
        build.expert("Linden", languages={"fr": "C1", "en": "C1"}, areas={"clld-design": 3}),
        build.expert("Elm", languages={"de": "C1", "en": "C1"}, areas={"gov-crossborder": 3}),
    ]
    matches = {match.expert_id: match for match in confirm(done_run())}
    assert len(matches) == 2
    mine, hers = (matches[expert.pk] for expert in experts)
    client.force_login(mine.expert.user)

    page = unescape(client.get(address("match", mine)).content.decode())
    letter = Message.objects.get(template="matching/email/invitation", to=mine.expert.user.email).body

    told = ["Two banks of one river.", "One network of care.", "Town of FRF11", "Elm", lead.name]
    for words in (*told, "Speaks French at C1", "at level 2 (level 2 requested)"):
        assert words in page, words
        assert words in letter, words
    assert settings.CONTACT_EMAIL in page
    for address_of in (lead.email, hers.expert.user.email):
        assert address_of not in page + letter
    for match in (mine, hers):
        actions.accept(match_id=match.pk, by=match.expert.user)
    page = client.get(address("match", mine)).content.decode()
    assert lead.email in page
    assert hers.expert.user.email in page


def test_decline_is_taken_back_by_a_button_that_goes_with_the_place(client, match):
    client.force_login(match.expert.user)
    client.post(address("decline", match), {"reason": "Oops", "is_sure": "1"})
    assert address("reopen", match) in client.get(address("match", match)).content.decode()

    assert "open again" in client.post(address("reopen", match), follow=True).content.decode()
    client.post(address("decline", match), {"reason": "After all", "is_sure": "1"})
    assert [m.to for m in Message.objects.filter(template="matching/email/decline_noted")] == [
        match.expert.user.email
    ] * 2
    Match.objects.update(answer_by=timezone.now())

    page = client.get(address("match", match)).content.decode()
    assert "The deadline for answering this invitation has passed." in page
    refused = client.post(address("reopen", match), follow=True).content.decode()
    assert "The deadline for answering this invitation has passed." in refused
    match.refresh_from_db()
    assert match.status == MatchStatus.DECLINED
