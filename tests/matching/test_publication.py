"""Visitors see the pilot regions that agreed to it, and of their experts those who said that they may."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from experts import actions as expert_actions
from experts.enums import DeclarationKind, ExpertStatus, ProfileSection
from experts.models import Expert
from impact.demo.clock import at
from matching import actions
from matching.enums import MatchStatus
from matching.models import Match
from tests.builders import matching as build
from tests.builders.experts import make_expert_at, save
from tests.experts.test_pages import log_in
from tests.matching.test_teams import confirm, done_run
from tests.support.caching import empty_caches
from tests.support.expert_forms import answers_of, by_browser

pytestmark = pytest.mark.django_db
ADDRESS = "/map/"


def invited():
    """Somebody who agreed to be named, invited to a region that is shown to the public."""
    region, _expert = build.region("Rhine Bridges"), build.expert("Linden")
    type(region).objects.update(is_public=True)
    Expert.objects.update(agrees_to_listing=True, headline="Adviser of border towns")
    (match,) = confirm(done_run())
    return match


@pytest.fixture
def match():
    return build.bring_match_to(invited(), MatchStatus.ACCEPTED)


def page(client):
    # What visitors are shown may be some seconds old.
    empty_caches()
    return client.get(ADDRESS).content.decode()


def test_public_page_names_the_region_and_the_expert_who_agreed(client, match):
    shown = page(client)

    assert "Rhine Bridges" in shown
    assert "Linden · Lead expert" in shown
    assert "Adviser of border towns" in shown


def test_public_page_shows_no_region_that_did_not_agree(client, match):
    type(match.region).objects.update(is_public=False)

    shown = page(client)

    assert "Rhine Bridges" not in shown
    assert "Linden" not in shown


def test_public_page_names_nobody_who_did_not_agree(client, match):
    Expert.objects.update(agrees_to_listing=False)

    shown = page(client)

    assert "Rhine Bridges" in shown
    assert "Linden" not in shown
    assert "Adviser" not in shown


@pytest.mark.parametrize("status", [status for status in MatchStatus if status != MatchStatus.ACCEPTED])
def test_public_page_names_nobody_who_is_not_in_the_team(client, status):
    build.bring_match_to(invited(), status)

    assert "Linden" not in page(client)


@pytest.mark.parametrize(
    "status", [s for s in ExpertStatus if s not in (ExpertStatus.APPROVED, ExpertStatus.PAUSED)]
)
def test_public_page_names_nobody_who_left_the_pool(client, match, status):
    owner = {"expert_id": match.expert_id, "by": match.expert.user}
    if status == ExpertStatus.DECLINED:
        expert_actions.decline(expert_id=match.expert_id, by=build.staff(), reason="Not in time.")
    else:
        expert_actions.withdraw(**owner)
    if status == ExpertStatus.DRAFT:
        expert_actions.reopen(**owner)
    if status == ExpertStatus.SUBMITTED:
        expert_actions.reopen(**owner)
        with at(build.NOON):  # while the expert's days are ahead
            expert_actions.submit(**owner)
    assert Expert.objects.get().status == status

    assert "Linden" not in page(client)


def test_public_page_tells_nothing_else_of_an_expert(client, match):
    Expert.objects.update(answers={"biography": "Secret history", "website": "https://linden.example"})
    match.expert.organisations.create(name="Linden Ltd")

    shown = page(client)

    for secret in ("Secret history", "linden.example", "Linden Ltd", match.expert.user.email):
        assert secret not in shown


@pytest.mark.parametrize("form", ["json", "csv"])
def test_open_data_names_no_expert(client, match, form):
    answer = client.get(reverse("pages:open_data_live", args=["pilot-regions", form])).content.decode()

    assert "Rhine Bridges" in answer
    assert "Linden" not in answer


def test_public_page_queries_do_not_grow_with_the_regions(client, match):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    few = queries()
    for name in ("Meuse", "Oder"):
        build.region(name)
    build.expert("Elm", max_regions=5, half_days=60)
    type(match.region).objects.update(is_public=True)
    Expert.objects.update(agrees_to_listing=True)
    for new in confirm(done_run()):
        actions.accept(match_id=new.pk, by=new.expert.user)

    assert Match.objects.public().count() == 3
    assert queries() == few


def declarations(expert):
    """What was said of being listed, in its order."""
    rows = expert.declarations.filter(kind=DeclarationKind.LISTING)
    return [row.is_given for row in rows]


def test_listing_is_off_until_the_expert_ticks_it_and_can_be_taken_back(client):
    expert = make_expert_at(ExpertStatus.APPROVED)
    log_in(client, expert)
    address = reverse("experts:section", args=["declarations"])
    given = {"declares_truth": True, "agrees_to_sharing": True}
    before = answers_of(expert, ProfileSection.DECLARATIONS)
    assert not expert.agrees_to_listing
    assert declarations(expert) == []

    client.post(address, by_browser("declarations", given | {"agrees_to_listing": True}, before))
    agreed = Expert.objects.listed().get()
    client.post(address, by_browser("declarations", given, answers_of(agreed, "declarations")))

    assert declarations(expert) == [True, False]
    assert not Expert.objects.listed().exists()
    assert Expert.objects.get(pk=expert.pk).status == ExpertStatus.APPROVED
    row = expert.declarations.filter(kind=DeclarationKind.LISTING).first()
    assert row.wording.startswith(
        "My name, my line and my role may be shown publicly with the pilot regions that I support"
    )


def test_listing_on_record_cannot_be_changed():
    expert = make_expert_at(ExpertStatus.APPROVED)
    save(
        expert,
        ProfileSection.DECLARATIONS,
        {"declares_truth": True, "agrees_to_sharing": True, "agrees_to_listing": True},
    )
    row = expert.declarations.get(kind=DeclarationKind.LISTING)

    with pytest.raises(ProgrammingError), transaction.atomic():
        row.delete()
    row.is_given = False
    with pytest.raises(ProgrammingError), transaction.atomic():
        row.save()


def test_deleted_profile_is_listed_nowhere(client, match):
    expert_actions.erase(expert_id=match.expert_id, by=match.expert.user)
    assert "Linden" not in page(client)

    expert_actions.erase(expert_id=match.expert_id, by=build.staff(), reason="Asked for")

    assert not Expert.objects.get().agrees_to_listing
