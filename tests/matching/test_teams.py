"""Teams are confirmed by a second person, experts answer, both sides are told, nothing is promised twice."""

from itertools import product

import pytest
from django.utils import timezone

from core.accounts.enums import Role
from core.history import IllegalMove, NotAllowed, move
from core.mail.models import Message
from experts.enums import ExpertStatus
from matching import actions, tasks
from matching.enums import MATCH_MOVES, MatchStatus, RuleKind
from matching.exceptions import NothingToDo, OutOfDate
from matching.models import Match, MatchRule, MatchRun
from tests.matching import factories

pytestmark = pytest.mark.django_db


def done_run(by=None):
    run = actions.start_run(by=by or factories.staff(), today=factories.TODAY)
    tasks.run_due()
    run.refresh_from_db()
    return run


def confirm(run, by=None, **options):
    proposals = [row.pk for row in run.region_proposals.served()]
    return actions.confirm_teams(run_id=run.pk, regions=proposals, by=by or factories.staff(), **options)


def confirmed_match():
    region, expert = factories.region(), factories.expert()
    (match,) = confirm(done_run())
    return region, expert, match


def test_confirm_invites_the_experts_and_tells_the_regions():
    region, expert, match = confirmed_match()

    assert (match.region, match.expert, match.role, match.status) == (region, expert, "lead", "invited")
    assert [(row.month, row.half_days) for row in match.months.all()] == [
        (month, 8) for month in factories.MONTHS
    ]
    assert factories.mails("invitation") == [expert.user.email]
    assert factories.mails("team_proposed") == [region.application.members.get().user.email]
    assert [change.to_status for change in match.changes.all()] == ["invited"]


def test_confirm_needs_a_second_person():
    factories.region()
    factories.expert()
    by = factories.staff()
    run = done_run(by)

    with pytest.raises(NotAllowed):
        confirm(run, by)

    assert not Match.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_confirm_refuses_other_roles(role):
    factories.region()
    factories.expert()
    run = done_run()

    with pytest.raises(NotAllowed):
        confirm(run, factories.staff(role))

    assert not Match.objects.exists()
    assert not Message.objects.exists()


def test_confirm_twice_changes_nothing_the_second_time():
    factories.region()
    factories.expert()
    run = done_run()
    confirm(run)
    mails = Message.objects.count()

    with pytest.raises(OutOfDate):
        confirm(run)

    assert Match.objects.count() == 1
    assert Message.objects.count() == mails


def test_confirm_refuses_a_result_without_proof_unless_accepted():
    factories.region()
    factories.expert()
    run = done_run()
    run.result["status"] = "feasible"
    run.save()

    with pytest.raises(NothingToDo):
        confirm(run)

    assert not Match.objects.exists()
    assert len(confirm(run, accepts_unproven=True)) == 1


def test_confirm_refuses_an_expert_who_was_paused_since():
    factories.region()
    expert = factories.expert()
    run = done_run()
    type(expert).objects.update(status=ExpertStatus.PAUSED)

    with pytest.raises(OutOfDate):
        confirm(run)

    assert not Match.objects.exists()
    assert not Message.objects.exists()


def test_confirm_refuses_days_that_are_gone_since():
    factories.region()
    expert = factories.expert()
    run = done_run()
    expert.months.update(half_days=1)

    with pytest.raises(OutOfDate):
        confirm(run)

    assert not Match.objects.exists()


def test_confirm_of_nothing_is_refused():
    factories.region()
    factories.expert()
    run = done_run()

    with pytest.raises(NothingToDo):
        actions.confirm_teams(run_id=run.pk, regions=[], by=factories.staff())


def test_accept_completes_the_team_and_tells_the_region_once():
    region, expert, match = confirmed_match()

    actions.accept(match_id=match.pk, by=expert.user)

    match.refresh_from_db()
    assert match.status == MatchStatus.ACCEPTED
    assert match.changes.last().by == expert.user
    assert factories.mails("accepted") == [expert.user.email]
    assert factories.mails("team_complete") == [region.application.members.get().user.email]


def test_accept_refuses_somebody_else():
    _region, _expert, match = confirmed_match()
    mails = Message.objects.count()

    with pytest.raises(NotAllowed):
        actions.accept(match_id=match.pk, by=factories.expert().user)

    match.refresh_from_db()
    assert match.status == MatchStatus.INVITED
    assert Message.objects.count() == mails


def test_decline_frees_the_place_and_the_next_run_asks_somebody_else():
    region, expert, match = confirmed_match()
    other = factories.expert("Other")

    actions.decline(match_id=match.pk, by=expert.user, reason="No time")
    run = done_run()

    assert factories.mails("declined") == [match.confirmed_by.email]
    assert match.changes.last().reason == "No time"
    assert [member.expert for member in run.region_proposals.get(region=region).members.all()] == [other]


def test_complete_team_is_left_alone_by_the_next_run():
    _region, expert, match = confirmed_match()
    actions.accept(match_id=match.pk, by=expert.user)
    second = factories.region("Second", units=("AT112", "HU221"), sides={"AT": ("de",), "HU": ("en",)})

    run = done_run()

    assert [row.region for row in run.region_proposals.all()] == [second]
    assert [row["expert"] for row in run.problem["locked"]] == [str(expert.pk)]


def test_end_frees_the_days_and_tells_the_expert():
    _region, expert, match = confirmed_match()
    by = factories.staff()

    actions.end_match(match_id=match.pk, by=by, reason="Changed plans")

    match.refresh_from_db()
    assert match.status == MatchStatus.ENDED
    assert (match.changes.last().by, match.changes.last().reason) == (by, "Changed plans")
    assert factories.mails("ended") == [expert.user.email]


@pytest.mark.parametrize(("before", "after"), list(product(MatchStatus, MatchStatus)))
def test_match_moves_only_as_the_table_says(before, after):
    _region, _expert, match = confirmed_match()
    Match.objects.update(status=before)
    match.refresh_from_db()
    rows = match.changes.count()

    if after in MATCH_MOVES[before]:
        move(match, after, by=None)
        assert match.changes.count() == rows + 1
    else:
        with pytest.raises(IllegalMove):
            move(match, after, by=None)
        assert match.changes.count() == rows
        assert Match.objects.get().status == before


def test_pin_brings_the_expert_into_the_team():
    by, region = factories.staff(), factories.region(team_max=1)
    factories.expert("Better", languages={"fr": "C2", "de": "C2", "en": "C2"})
    wanted = factories.expert("Wanted", languages={"fr": "B2", "de": "B2", "en": "C1"})

    actions.add_rule(
        region_id=region.pk, expert_id=wanted.pk, kind=RuleKind.PINNED, reason="Knows them", by=by
    )

    run = done_run()
    assert [member.expert for member in run.region_proposals.get().members.all()] == [wanted]


def test_ban_of_a_team_member_is_refused():
    region, expert, _match = confirmed_match()

    with pytest.raises(NothingToDo):
        actions.add_rule(
            region_id=region.pk,
            expert_id=expert.pk,
            kind=RuleKind.FORBIDDEN,
            reason="x",
            by=factories.staff(),
        )

    assert not MatchRule.objects.exists()


def test_lifted_rule_counts_no_longer_and_stays_on_record():
    by, region, expert = factories.staff(), factories.region(), factories.expert()
    rule = actions.add_rule(
        region_id=region.pk, expert_id=expert.pk, kind=RuleKind.FORBIDDEN, reason="Conflict", by=by
    )

    actions.lift_rule(rule_id=rule.pk, by=by)

    assert MatchRun.objects.count() == 0
    assert done_run().problem["forbidden"] == []
    assert MatchRule.objects.get().lifted_by == by


def test_end_of_a_match_of_an_erased_expert_writes_to_nobody():
    _region, expert, match = confirmed_match()
    type(expert).objects.filter(pk=expert.pk).update(user=None, name="", erased_at=timezone.now())

    actions.end_match(match_id=match.pk, by=factories.staff(), reason="Left")

    match.refresh_from_db()
    assert match.status == MatchStatus.ENDED
    assert factories.mails("ended") == []
