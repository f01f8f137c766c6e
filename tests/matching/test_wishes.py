"""Teams are shown before they are confirmed: experts say their wishes, regions refuse; who may."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from applications.enums import MemberRole
from core.accounts.enums import Role
from core.history import NotAllowed
from core.mail.enums import MessageStatus
from core.mail.models import Message
from experts.enums import ExpertStatus
from experts.models import Expert
from impact.demo.clock import at
from matching import actions, freshness, snapshots
from matching.board import Board, names_of_all
from matching.enums import RuleKind, RuleOrigin
from matching.exceptions import NothingToDo, OutOfDate
from matching.models import MatchRule, Proposal, RegionProposal
from tests.builders import matching as build
from tests.builders.people import make_person
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, queries_of, url
from tests.support.people import fresh_address
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db

REASON = "We worked with them before"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def lead_of(region):
    return region.application.members.get(role=MemberRole.LEAD).user


def show(run, by=None):
    proposals = [row.pk for row in run.region_proposals.served()]
    return actions.show_teams(run_id=run.pk, regions=proposals, by=by or build.staff())


def world():
    """A region, two experts of whom one is proposed to it, and the run."""
    region = build.region("Rhine", team_max=1)
    ash = build.expert("Ash", areas={"clld-design": 3, "gov-crossborder": 3})
    elm = build.expert("Elm", areas={"clld-design": 2})
    return region, ash, elm, done_run()


def member_of(run):
    return Proposal.objects.get(region_proposal__run=run)


def team_address(region, page="team", *args):
    return reverse(f"matching_teams:{page}", args=[region.application.public_id, *args])


def in_force():
    return [(r.expert.name, r.kind, r.origin, r.reason) for r in MatchRule.objects.in_force().order_by("pk")]


def test_staff_show_teams_once_letters_have_left_and_only_managers_may():
    region, _ash, _elm, run = world()
    held = build.region("Saar", team_max=1, is_told=False)
    build.expert("Oak")
    run = done_run()
    rows = {row.region: row for row in run.region_proposals.served()}

    for role in set(Role) - {Role.MANAGER}:
        with pytest.raises(NotAllowed):
            show(run, by=build.staff(role))
    for chosen in ([], [rows[region].pk, rows[held].pk], [rows[held].pk]):
        with pytest.raises(NothingToDo):
            actions.show_teams(run_id=run.pk, regions=chosen, by=build.staff())
    assert not RegionProposal.objects.filter(shown_at__isnull=False).exists()

    client = as_()
    address = url("matchrun", "decide_one", run.pk, "show")
    assert client.get(address).context["form"].fields["regions"].initial == [str(r.pk) for r in rows.values()]
    client.post(address, {"regions": [rows[region].pk]})

    assert list(RegionProposal.objects.open()) == [rows[region]]
    assert RegionProposal.objects.get(pk=rows[region].pk).shown_by == client.user
    assert "Shown to the region" in client.get(url("matchrun", "change", run.pk)).content.decode()


def test_nobody_outside_finds_a_region_or_a_team_that_is_not_open():
    """A table of when: before it is shown, while it is, once it is confirmed, shown anew, or held again."""
    region, ash, _elm, run = world()
    expert, lead = as_(ash.user), as_(lead_of(region))

    def found():
        listed = "Rhine" in expert.get(reverse("matching:wishes")).content.decode()
        wish = expert.get(reverse("matching:wish", args=[region.pk])).status_code
        team = lead.get(team_address(region)).status_code
        refuse = lead.get(team_address(region, "refuse", member_of(run).pk)).status_code
        linked = team_address(region) in lead.get(region.application.get_absolute_url()).content.decode()
        return listed, wish, team, refuse, linked

    nothing, everything = (False, 404, 404, 404, False), (True, 200, 200, 200, True)
    assert found() == nothing
    show(run)
    assert found() == everything
    with undone():
        confirm(run)
        assert found() == nothing
    with undone():
        # No action leads here: a letter that has left is not held again, but another one may be.
        Message.objects.filter(
            pk=Message.objects.filter(about=region.application.about).latest("pk").pk
        ).update(status=MessageStatus.HELD, sent_at=None)
        assert found() == nothing
    newer = done_run()
    assert found() == everything
    show(newer)
    assert RegionProposal.objects.open().get().run == newer
    assert lead.get(team_address(region, "refuse", member_of(run).pk)).status_code == 404


def test_only_approved_experts_say_wishes_and_only_the_lead_sees_and_refuses():
    """A table of who: by account, whether the expert's pages and the region's pages are found."""
    region, ash, _elm, run = world()
    other = build.region("Saar", team_max=1)
    show(run)
    paused = build.expert("Yew", status=ExpertStatus.PAUSED)
    editor = make_person(fresh_address("editor"), name="Editor")
    region.application.members.create(user=editor, role=MemberRole.EDIT)
    who = {
        "approved expert": (ash.user, 200, 404),
        "paused expert": (paused.user, 404, 404),
        "lead": (lead_of(region), 404, 200),
        "somebody else of the application": (editor, 404, 404),
        "lead of another region": (lead_of(other), 404, 404),
        "stranger": (make_person(fresh_address("stranger"), name="Stranger"), 404, 404),
        **{role: (build.staff(role), 404, 404) for role in Role},
    }
    member = member_of(run).pk
    for name, (user, as_expert, as_lead) in who.items():
        client = as_(user)
        assert client.get(reverse("matching:wishes")).status_code == as_expert, name
        assert client.get(reverse("matching:wish", args=[region.pk])).status_code == as_expert, name
        for page in (team_address(region), team_address(region, "refuse", member)):
            assert client.get(page).status_code == as_lead, name
        if as_expert != 200:
            posted = client.post(reverse("matching:wish", args=[region.pk]), {"wish": "wished"})
            assert posted.status_code == 404, name
            with pytest.raises(NotAllowed):
                actions.say_wish(region_id=region.pk, wish="wished", by=user)
        if as_lead != 200:
            assert client.post(team_address(region, "refuse", member), {"reason": "x"}).status_code == 404
            assert client.post(team_address(region, "take_back", member)).status_code == 404
            with pytest.raises(NotAllowed):
                actions.refuse_member(proposal_id=member, reason="x", by=user)
            with pytest.raises(NotAllowed):
                actions.take_back_refusal(proposal_id=member, by=user)
    assert not MatchRule.objects.exists()
    assert build.mails("objected") == []
    for page in ("matching:wishes", "matching:wish"):
        address = reverse(page, args=[region.pk] if page == "matching:wish" else [])
        assert as_(make_person(fresh_address("x"))).get(address).status_code == 404


def test_expert_says_wishes_and_takes_them_back_and_the_next_run_knows():
    region, _ash, elm, run = world()
    show(run)
    client, page = as_(elm.user), reverse("matching:wish", args=[region.pk])
    before = snapshots.take(today=build.TODAY, parameters={})
    assert "wishes" not in before

    client.post(page, {"wish": "wished", "reason": ""})
    assert in_force() == [("Elm", RuleKind.WISHED, RuleOrigin.EXPERT, "")]
    assert snapshots.take(today=build.TODAY, parameters={})["wishes"] == [
        {"region": str(region.pk), "expert": str(elm.pk)}
    ]
    assert "Experts’ wishes have changed." in freshness.changes(run, names_of_all(), today=build.TODAY)
    refused = client.post(page, {"wish": "forbidden", "reason": " "})
    assert list(refused.context["form"].errors) == ["reason"]
    client.post(page, {"wish": "forbidden", "reason": "No time for it"})
    assert in_force() == [("Elm", RuleKind.FORBIDDEN, RuleOrigin.EXPERT, "No time for it")]
    assert build.mails("objected") == [Message.objects.latest("pk").to]
    assert {"region": str(region.pk), "expert": str(elm.pk)} in snapshots.take(
        today=build.TODAY, parameters={}
    )["forbidden"]
    assert "No time for it" in client.get(page).content.decode()
    client.post(page, {"wish": "", "reason": ""})

    assert in_force() == []
    assert MatchRule.objects.count() == 2
    assert snapshots.take(today=build.TODAY, parameters={}) == before


def test_what_an_expert_says_never_shows_what_others_decided():
    region, ash, _elm, run = world()
    show(run)
    actions.refuse_member(proposal_id=member_of(run).pk, reason=REASON, by=lead_of(region))
    client, page = as_(ash.user), reverse("matching:wish", args=[region.pk])
    assert REASON not in client.get(page).content.decode()
    assert client.get(page).context["form"].initial["wish"] == ""

    client.post(page, {"wish": "forbidden", "reason": "No time"})

    assert client.get(page).context["form"].initial == {"wish": "forbidden", "reason": "No time"}
    assert "No time" not in as_(lead_of(region)).get(team_address(region)).content.decode()
    client.post(page, {"wish": "", "reason": ""})
    assert in_force() == [("Ash", RuleKind.FORBIDDEN, RuleOrigin.REGION, REASON)]


def test_a_wish_is_a_reason_on_the_board_and_weighs_between_equals():
    region, ash, elm, run = world()
    Expert.objects.filter(pk=ash.pk).update(max_regions=2)
    elm.expertise.all().delete()
    for row in ash.expertise.all():
        elm.expertise.create(area=row.area, level=row.level)
    show(run)
    for person in (ash, elm):
        with undone():
            actions.say_wish(region_id=region.pk, wish="wished", by=person.user)
            new = done_run()

            (row,) = Board.of(new).rows
            (member,) = row.members
            assert member.proposal.expert == person
            assert "Would like to support this region (+10 points)" in member.reasons
            assert member.rule is None


def test_region_refuses_a_member_and_the_next_run_leaves_the_pair_out():
    region, ash, elm, run = world()
    manager = build.staff()
    show(run, by=manager)
    actions.add_rule(
        region_id=region.pk, expert_id=ash.pk, kind=RuleKind.PINNED, reason="x", by=build.staff()
    )
    client, member = as_(lead_of(region)), member_of(run)
    page = client.get(team_address(region)).content.decode()
    assert "Ash" in page
    assert ash.user.email not in page
    assert "Elm" not in page

    empty = client.post(team_address(region, "refuse", member.pk), {"reason": ""})
    assert list(empty.context["form"].errors) == ["reason"]
    client.post(team_address(region, "refuse", member.pk), {"reason": REASON})

    assert in_force() == [("Ash", RuleKind.FORBIDDEN, RuleOrigin.REGION, REASON)]
    assert build.mails("objected") == [manager.email]
    assert REASON in client.get(team_address(region)).content.decode()
    board = as_().get(url("matchrun", "change", run.pk)).content.decode()
    assert f"Refused by the region: {REASON}" in board
    with pytest.raises(OutOfDate, match="Refused by the region"):
        confirm(run)
    with pytest.raises(NothingToDo):
        actions.refuse_member(proposal_id=member.pk, reason="again", by=lead_of(region))
    (row,) = Board.of(done_run()).rows
    assert [each.proposal.expert for each in row.members] == [elm]
    client.post(team_address(region, "take_back", member.pk))
    assert in_force() == []
    confirm(run)


def test_an_expert_who_stands_in_the_team_is_neither_refused_nor_says_no():
    region = build.region(
        "Rhine", team_max=2, must=("terr-rural",), needs={"clld-design": 2, "terr-rural": 2}
    )
    ash = build.expert("Ash", areas={"clld-design": 3})
    build.expert("Elm", areas={"terr-rural": 3})
    first = done_run()
    matches = confirm(first)
    (stays,) = [match for match in matches if match.expert == ash] or matches[:1]
    (leaves,) = [match for match in matches if match != stays]
    with at(timezone.now()):
        actions.accept(match_id=stays.pk, by=stays.expert.user)
        actions.decline(match_id=leaves.pk, by=leaves.expert.user, reason="x")
    build.expert("Oak", areas={"terr-rural": 3, "clld-design": 2})
    run = done_run()
    show(run)
    proposal = Proposal.objects.get(region_proposal__run=run, expert=stays.expert)

    with pytest.raises(NothingToDo):
        actions.refuse_member(proposal_id=proposal.pk, reason="x", by=lead_of(region))
    with pytest.raises(NothingToDo):
        actions.say_wish(region_id=region.pk, wish="forbidden", reason="x", by=stays.expert.user)
    assert (
        "This expert is already in your team."
        in as_(lead_of(region)).get(team_address(region)).content.decode()
    )
    assert not MatchRule.objects.exists()


def test_database_keeps_rules_to_those_who_may_make_them():
    region, ash, _elm, run = world()
    pair = {"region": region, "expert": ash, "made_by": build.staff()}
    for kind in RuleKind:
        for origin in RuleOrigin:
            fits = (origin == RuleOrigin.STAFF) == (kind != RuleKind.WISHED) or kind == RuleKind.FORBIDDEN
            fits &= origin != RuleOrigin.REGION or kind == RuleKind.FORBIDDEN
            with undone():
                if fits:
                    MatchRule.objects.create(**pair, kind=kind, origin=origin)
                else:
                    with pytest.raises(IntegrityError), transaction.atomic():
                        MatchRule.objects.create(**pair, kind=kind, origin=origin)
    with pytest.raises(IntegrityError), transaction.atomic():
        run.region_proposals.update(shown_at=timezone.now())


def test_pages_ask_as_much_for_many_regions_as_for_one():
    region, ash, _elm, run = world()
    show(run)
    client = as_(ash.user)
    queries_of(client, reverse("matching:wishes"))
    small = queries_of(client, reverse("matching:wishes"))
    for name in ("Saar", "Meuse"):
        build.region(name, team_max=1)
        build.expert(f"Expert {name}")
    show(done_run())

    assert queries_of(client, reverse("matching:wishes")) == small
