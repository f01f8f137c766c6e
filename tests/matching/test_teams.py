"""Teams are confirmed by a second person, experts answer, both sides are told, nothing is promised twice."""

import pytest

from core.accounts.enums import Role
from core.checklists import NotFinished
from core.history import IllegalMove, NotAllowed, move
from core.mail.models import Message
from experts import actions as expert_actions
from matching import actions, readiness, tasks
from matching.enums import MATCH_MOVES, MatchStatus, RuleKind
from matching.exceptions import NothingToDo, OutOfDate
from matching.models import Match, MatchRule, MatchRun
from tests.builders import matching as build
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.matching import bring_match_to
from tests.support.matching_pages import as_, url
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db


def done_run(by=None):
    run = actions.start_run(accepting=ALL_THE_SAME, by=by or build.staff(), today=build.TODAY)
    tasks.run_due()
    run.refresh_from_db()
    return run


def confirm(run, by=None, **options):
    proposals = [row.pk for row in run.region_proposals.served()]
    options = {"accepting": ALL_THE_SAME} | options
    return actions.confirm_teams(run_id=run.pk, regions=proposals, by=by or build.staff(), **options)


def confirmed_match():
    region, expert = build.region(), build.expert()
    (match,) = confirm(done_run())
    return region, expert, match


def test_confirm_invites_the_experts_and_tells_the_regions():
    region, expert, match = confirmed_match()

    assert (match.region, match.expert, match.role, match.status) == (region, expert, "lead", "invited")
    assert [(row.month, row.half_days) for row in match.months.all()] == [
        (month, 8) for month in build.MONTHS
    ]
    assert build.mails("invitation") == [expert.user.email]
    assert build.mails("team_proposed") == [region.application.members.get().user.email]
    assert [change.to_status for change in match.changes.all()] == ["invited"]


def test_confirm_needs_a_second_person():
    build.region()
    build.expert()
    by = build.staff()
    run, mails = done_run(by), Message.objects.count()

    with pytest.raises(NotAllowed):
        confirm(run, by)

    assert not Match.objects.exists()
    assert Message.objects.count() == mails


def test_confirm_refuses_other_roles():
    build.region()
    build.expert()
    run, mails = done_run(), Message.objects.count()

    for role in set(Role) - {Role.MANAGER}:
        with pytest.raises(NotAllowed):
            confirm(run, build.staff(role))

    assert not Match.objects.exists()
    assert Message.objects.count() == mails


def test_confirm_twice_changes_nothing_the_second_time():
    build.region()
    build.expert()
    run = done_run()
    confirm(run)
    mails = Message.objects.count()

    with pytest.raises(OutOfDate):
        confirm(run)

    assert Match.objects.count() == 1
    assert Message.objects.count() == mails


def test_confirm_refuses_a_result_without_proof_unless_accepted():
    build.region()
    build.expert()
    run = done_run()
    run.result["status"] = "feasible"
    run.save()

    with pytest.raises(NotFinished, match="not proven"):
        confirm(run, accepting=None)

    assert not Match.objects.exists()
    assert len(confirm(run)) == 1


def test_confirm_refuses_an_expert_who_was_paused_since():
    build.region()
    expert = build.expert()
    run = done_run()
    expert_actions.pause(expert_id=expert.pk, by=expert.user)
    mails = Message.objects.count()

    with pytest.raises(OutOfDate):
        confirm(run)

    assert not Match.objects.exists()
    assert Message.objects.count() == mails


def test_confirm_refuses_days_that_are_gone_since():
    build.region()
    expert = build.expert()
    run = done_run()
    expert.months.update(half_days=1)

    with pytest.raises(OutOfDate):
        confirm(run)

    assert not Match.objects.exists()


def test_confirm_of_nothing_is_refused():
    build.region()
    build.expert()
    run = done_run()

    with pytest.raises(NothingToDo):
        actions.confirm_teams(accepting=ALL_THE_SAME, run_id=run.pk, regions=[], by=build.staff())


def test_accept_completes_the_team_and_tells_the_region_once():
    region, expert, match = confirmed_match()

    actions.accept(match_id=match.pk, by=expert.user)

    match.refresh_from_db()
    assert match.status == MatchStatus.ACCEPTED
    assert match.changes.last().by == expert.user
    assert build.mails("accepted") == [expert.user.email]
    assert build.mails("team_complete") == [region.application.members.get().user.email]


def test_accept_refuses_somebody_else():
    _region, _expert, match = confirmed_match()
    other = build.expert().user
    mails = Message.objects.count()

    with pytest.raises(NotAllowed):
        actions.accept(match_id=match.pk, by=other)

    match.refresh_from_db()
    assert match.status == MatchStatus.INVITED
    assert Message.objects.count() == mails


def test_decline_frees_the_place_and_the_next_run_asks_somebody_else():
    region, expert, match = confirmed_match()
    other = build.expert("Other")

    actions.decline(match_id=match.pk, by=expert.user, reason="No time")
    run = done_run()

    assert build.mails("declined") == [match.confirmed_by.email]
    assert match.changes.last().reason == "No time"
    assert [member.expert for member in run.region_proposals.get(region=region).members.all()] == [other]


def test_complete_team_is_left_alone_by_the_next_run():
    _region, expert, match = confirmed_match()
    actions.accept(match_id=match.pk, by=expert.user)
    second = build.region("Second", units=("AT112", "HU221"), sides={"AT": ("de",), "HU": ("en",)})

    run = done_run()

    assert [row.region for row in run.region_proposals.all()] == [second]
    assert [row["expert"] for row in run.problem["locked"]] == [str(expert.pk)]


def test_end_frees_the_days_and_tells_the_expert():
    _region, expert, match = confirmed_match()
    by = build.staff()

    actions.end_match(match_id=match.pk, by=by, reason="Changed plans")

    match.refresh_from_db()
    assert match.status == MatchStatus.ENDED
    assert (match.changes.last().by, match.changes.last().reason) == (by, "Changed plans")
    assert build.mails("ended") == [expert.user.email]


@pytest.mark.parametrize("before", MatchStatus)
def test_match_moves_only_as_the_table_says(before):
    _region, _expert, match = confirmed_match()
    bring_match_to(match, before)
    rows = match.changes.count()

    for after in MatchStatus:
        with undone():
            match.refresh_from_db()
            if after in MATCH_MOVES[before]:
                move(match, after, by=None)
                assert match.changes.count() == rows + 1, after
            else:
                with pytest.raises(IllegalMove):
                    move(match, after, by=None)
                assert match.changes.count() == rows, after
                assert Match.objects.get().status == before, after


def test_pin_brings_the_expert_into_the_team():
    by, region = build.staff(), build.region(team_max=1)
    build.expert("Better", languages={"fr": "C2", "de": "C2", "en": "C2"})
    wanted = build.expert("Wanted", languages={"fr": "B2", "de": "B2", "en": "C1"})

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
            by=build.staff(),
        )

    assert not MatchRule.objects.exists()


def test_lifted_rule_counts_no_longer_and_stays_on_record():
    by, region, expert = build.staff(), build.region(), build.expert()
    rule = actions.add_rule(
        region_id=region.pk, expert_id=expert.pk, kind=RuleKind.FORBIDDEN, reason="Conflict", by=by
    )

    actions.lift_rule(rule_id=rule.pk, by=by)

    assert MatchRun.objects.count() == 0
    assert done_run().problem["forbidden"] == []
    assert MatchRule.objects.get().lifted_by == by


def test_end_of_a_match_of_an_erased_expert_writes_to_nobody():
    _region, expert, match = confirmed_match()
    expert_actions.erase(expert_id=expert.pk, by=expert.user)
    expert_actions.erase(expert_id=expert.pk, by=build.staff(), reason="As asked.")

    actions.end_match(match_id=match.pk, by=build.staff(), reason="Left")

    match.refresh_from_db()
    assert match.status == MatchStatus.ENDED
    assert build.mails("ended") == []


def test_page_names_the_regions_whose_letter_is_held_and_does_not_choose_their_teams(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    told, untold = build.region("Rhine"), build.region("Meuse", is_told=False)
    build.expert("Elm", max_regions=2, half_days=20)
    run = done_run()

    page = as_().get(url("matchrun", "decide_one", run.pk, "confirm"))

    chosen = page.context["form"].fields["regions"].initial
    assert chosen == [str(run.region_proposals.get(region=told).pk)]
    (line,) = [
        line for line, _is_new in page.context["checklist"]["lines"] if line.check is readiness.LETTERS
    ]
    assert line.details == ("Meuse",)
    assert str(line) in page.content.decode()
    assert run.region_proposals.served().filter(region=untold).exists()
