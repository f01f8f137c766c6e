"""An expert takes a decline back: only from there, in time, with the place and the days still free."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.selecting.actions import lettering, piloting
from core.history import IllegalMove, NotAllowed
from core.mail.models import Message
from experts import actions as expert_actions
from matching import actions
from matching.enums import MatchStatus, RuleKind
from matching.exceptions import NothingToDo, OutOfDate
from matching.models import Match
from tests.builders import matching as build
from tests.builders.acceptance import ALL_THE_SAME
from tests.matching.test_teams import confirm, confirmed_match, done_run
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The months of the builders are ahead."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: build.TODAY)


def declined():
    _region, expert, match = confirmed_match()
    actions.decline(match_id=match.pk, by=expert.user, reason="No time")
    match.refresh_from_db()
    return match


def state(match):
    match.refresh_from_db()
    return match.status, match.changes.count(), Message.objects.count()


@pytest.mark.parametrize("status", MatchStatus)
def test_reopening_works_from_declined_alone(status):
    _region, _expert, match = confirmed_match()
    build.bring_match_to(match, status)
    before = state(match)

    if status == MatchStatus.DECLINED:
        actions.reopen(match_id=match.pk, by=match.expert.user)
        assert state(match) == (MatchStatus.INVITED, before[1] + 1, before[2] + 2)
        change = match.changes.last()
        assert (change.from_status, change.to_status, change.by) == ("declined", "invited", match.expert.user)
        assert build.mails("reopened") == [match.expert.user.email]
        assert build.mails("reopened_by_expert") == [match.confirmed_by.email]
        assert actions.accept(match_id=match.pk, by=match.expert.user).is_accepted
    else:
        with pytest.raises(IllegalMove):
            actions.reopen(match_id=match.pk, by=match.expert.user)
        assert state(match) == before


def test_reopening_is_for_the_expert_alone():
    match, other = declined(), build.expert("Other").user
    before = state(match)

    with pytest.raises(NotAllowed):
        actions.reopen(match_id=match.pk, by=other)

    assert state(match) == before


def _somebody_else(match):
    build.expert("Somebody else")
    confirm(done_run())


def _banned(match):
    pair = {"region_id": match.region_id, "expert_id": match.expert_id}
    actions.add_rule(**pair, kind=RuleKind.FORBIDDEN, reason="x", by=build.staff())


def _busy_elsewhere(match, half_days=20):
    # Another region takes the days that this one would need.
    other = Match.objects.create(
        region=build.region("Elsewhere"),
        expert=match.expert,
        role="support",
        confirmed_by=match.confirmed_by,
        answer_by=match.answer_by,
    )
    other.months.create(month=build.MONTHS[0], half_days=half_days)


def _one_region(match):
    type(match.expert).objects.filter(pk=match.expert_id).update(max_regions=1)
    _busy_elsewhere(match, half_days=1)


SPOILED = {
    "time over": lambda m: Match.objects.update(answer_by=timezone.now() - timedelta(seconds=1)),
    "place given": _somebody_else,
    "banned": _banned,
    "days gone": lambda m: m.expert.months.update(half_days=1),
    "days given elsewhere": _busy_elsewhere,
    "one region at most": _one_region,
    "paused": lambda m: expert_actions.pause(expert_id=m.expert_id, by=m.expert.user),
    "region ended": lambda m: piloting.end(region_id=m.region_id, by=build.staff(), reason="Over."),
}


def test_reopening_is_refused_where_it_can_no_longer_stand():
    match = declined()
    for name, spoil in SPOILED.items():
        with undone():
            spoil(match)
            before = state(match)
            with pytest.raises(OutOfDate):
                actions.reopen(match_id=match.pk, by=match.expert.user)
            assert state(match) == before, name
        # Nor does the row remember what a case has made of those around it.
        match = Match.objects.get(pk=match.pk)


def test_each_decline_is_told_anew():
    match = declined()
    actions.reopen(match_id=match.pk, by=match.expert.user)
    actions.decline(match_id=match.pk, by=match.expert.user, reason="Really")

    assert build.mails("declined") == [match.confirmed_by.email] * 2
    assert build.mails("decline_noted") == [match.expert.user.email] * 2


def test_run_that_did_not_know_of_a_reopened_invitation_ends_it_not():
    match = declined()
    build.expert("Somebody else")
    run = done_run()
    actions.reopen(match_id=match.pk, by=match.expert.user)
    before = state(match)

    with pytest.raises(OutOfDate):
        confirm(run)

    assert state(match) == before


def test_nobody_hears_of_a_team_before_the_letter_with_the_outcome_leaves():
    expert = build.expert()
    region = build.region(is_told=False)
    run, mails = done_run(), Message.objects.count()

    with pytest.raises(NothingToDo, match="Release it first"):
        confirm(run)

    assert not Match.objects.exists()
    assert Message.objects.count() == mails
    lettering.release(
        accepting=ALL_THE_SAME,
        selection_id=region.application.selection_entries.get().selection_id,
        by=build.staff(),
    )
    confirm(run)
    assert build.mails("invitation") == [expert.user.email]


def test_expert_changes_the_mind_three_times_at_most():
    match = declined()
    for _turn in range(3):
        actions.reopen(match_id=match.pk, by=match.expert.user)
        actions.decline(match_id=match.pk, by=match.expert.user, reason="No time")
    before = state(match)

    with pytest.raises(OutOfDate, match="several times"):
        actions.reopen(match_id=match.pk, by=match.expert.user)

    assert state(match) == before


def test_profile_that_was_withdrawn_accepts_nothing():
    _region, expert, match = confirmed_match()
    expert_actions.withdraw(expert_id=expert.pk, by=expert.user)
    match.refresh_from_db()

    with pytest.raises(IllegalMove):
        actions.accept(match_id=match.pk, by=expert.user)
