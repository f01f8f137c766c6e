"""A proposed team is locked and unlocked as a whole; and the whole way from a run to a replacement."""

import re

import pytest
from django.utils import timezone

from core.accounts.enums import Role
from core.history import NotAllowed
from matching import actions, snapshots, tasks
from matching.enums import MatchStatus, RuleKind
from matching.exceptions import NothingToDo
from matching.models import Match, MatchRule, MatchRun
from tests.builders import matching as build
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_of_the_builders(settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)


def lock(run, region, by=None):
    return actions.lock_team(
        run_id=run.pk, region_id=region.pk, reason="They know each other", by=by or build.staff()
    )


def team_of(run, region):
    members = run.region_proposals.get(region=region).members.all()
    return {(member.expert.name, member.role) for member in members}


def test_locked_team_stays_though_somebody_better_comes():
    region = build.region()
    build.expert("Linden", languages={"fr": "B2", "de": "B2", "en": "C1"})
    first = done_run()
    (pin,) = lock(first, region)
    build.expert("Elm", languages={"fr": "N", "de": "N", "en": "C2"})

    assert (pin.kind, pin.role, pin.reason) == (RuleKind.PINNED, "lead", "They know each other")
    assert team_of(done_run(), region) == {("Linden", "lead")}

    actions.unlock_team(region_id=region.pk, by=build.staff())
    assert ("Elm", "lead") in team_of(done_run(), region)


def pinned(region, expert, **options):
    return actions.add_rule(
        region_id=region.pk,
        expert_id=expert.pk,
        kind=RuleKind.PINNED,
        reason="x",
        by=build.staff(),
        **options,
    )


def places(region):
    """Return how many members the next run may give the region."""
    (row,) = snapshots.take(today=build.TODAY, parameters={})["regions"]
    assert row["id"] == str(region.pk)
    return row["team_max"]


def test_somebody_may_join_whom_staff_pinned_by_hand():
    region = build.region()
    linden = build.expert("Linden", languages={"fr": "B2", "de": "B2", "en": "C1"})
    pinned(region, linden, role="lead")
    build.expert("Elm", languages={"fr": "N", "de": "N", "en": "C2"}, roles=("support",))
    run = done_run()
    assert team_of(run, region) == {("Linden", "lead"), ("Elm", "support")}
    board = url("matchrun", "change", run.pk)
    assert "Unlock team" not in as_().get(board).content.decode()

    lock(run, region)

    assert MatchRule.objects.in_force().locking().count() == 2
    assert "Unlock team" in as_().get(board).content.decode()
    assert places(region) == 2


def test_locked_team_has_the_places_that_it_had_or_that_were_pinned_since():
    region = build.region(team_max=2)
    linden = build.expert("Linden")
    (pin,) = lock(done_run(), region)
    assert places(region) == 1

    pinned(region, build.expert("Elm"))
    assert places(region) == 2
    pinned(region, build.expert("Ash"))
    assert places(region) == 2

    actions.lift_rule(rule_id=pin.pk, by=build.staff())
    assert pin.expert == linden
    assert MatchRule.objects.in_force().locking().count() == 0


def test_lifting_one_pin_of_a_locked_team_frees_one_place():
    region = build.region()
    build.expert("Linden", languages={"fr": "N", "en": "C1"}, roles=("lead",))
    build.expert("Elm", languages={"de": "N"}, roles=("support",))
    run = done_run()
    pins = {pin.expert.name: pin for pin in lock(run, region)}
    build.expert("Oak", languages={"de": "N"}, areas={"clld-design": 3}, roles=("support",))
    assert team_of(done_run(), region) == {("Linden", "lead"), ("Elm", "support")}

    actions.lift_rule(rule_id=pins["Elm"].pk, by=build.staff())

    assert places(region) == 2
    assert "Unlock team" not in as_().get(url("matchrun", "change", run.pk)).content.decode()


def test_team_with_a_banned_member_is_not_offered_for_locking_and_says_who():
    region, linden = build.region(), build.expert("Linden")
    run = done_run()
    ban = actions.add_rule(
        region_id=region.pk,
        expert_id=linden.pk,
        kind=RuleKind.FORBIDDEN,
        reason="Moves away",
        by=build.staff(),
    )

    board = as_().get(url("matchrun", "change", run.pk)).content.decode()
    assert "Never included: Moves away" in board
    assert url("matchrule", "decide_one", ban.pk, "lift") in board
    assert "Lock team" not in board
    with pytest.raises(NothingToDo, match="a rule for Linden in this region: Never included"):
        lock(run, region)
    assert not MatchRule.objects.in_force().pins().exists()


@pytest.mark.parametrize("verb", ["decline", "end"])
def test_pin_ends_with_the_match_so_that_nobody_is_asked_again_by_it(verb):
    region, expert = build.region(), build.expert("Linden")
    run = done_run()
    lock(run, region)
    (match,) = confirm(run)

    if verb == "decline":
        actions.decline(match_id=match.pk, by=expert.user, reason="No time")
    else:
        actions.end_match(match_id=match.pk, by=build.staff(), reason="Moved away")

    assert not MatchRule.objects.in_force().exists()
    problem = snapshots.take(today=build.TODAY, parameters={})
    assert problem["pinned"] == []
    if verb == "decline":
        assert problem["forbidden"] == [{"region": str(region.pk), "expert": str(expert.pk)}]


def test_lock_refuses_twice_and_without_a_team():
    region, other = build.region(), build.region(sides={"PL": ("pl",), "CZ": ("cs",)})
    build.expert()
    run = done_run()
    lock(run, region)

    for asked in (region, other):
        with pytest.raises(NothingToDo):
            lock(run, asked)
    with pytest.raises(NothingToDo):
        actions.unlock_team(region_id=other.pk, by=build.staff())

    assert MatchRule.objects.count() == 1


def test_lock_and_unlock_refuse_other_roles():
    region = build.region()
    build.expert()
    run = done_run()
    for role in set(Role) - {Role.MANAGER}:
        with pytest.raises(NotAllowed):
            lock(run, region, by=build.staff(role))
    lock(run, region)
    for role in set(Role) - {Role.MANAGER}:
        with pytest.raises(NotAllowed):
            actions.unlock_team(region_id=region.pk, by=build.staff(role))

    assert MatchRule.objects.in_force().count() == 1


def test_team_is_locked_and_unlocked_from_the_board():
    region = build.region()
    build.expert("Linden")
    run, client = done_run(), as_()
    board = url("matchrun", "change", run.pk)
    answers = {"run": run.pk, "region_id": region.pk}
    assert "Lock team" in client.get(board).content.decode()

    locked = client.post(url("matchrule", "decide_many", "lock"), answers | {"reason": "x"})
    shown = client.get(board).content.decode()
    unlocked = client.post(url("matchrule", "decide_many", "unlock"), answers)

    assert locked["Location"] == unlocked["Location"] == f"{board}#region-{region.pk}"
    assert "Unlock team" in shown
    assert re.search(r">\s*Locked\s*<", shown)
    assert not MatchRule.objects.in_force().exists()
    assert not re.search("Unlock team|Locked", client.get(board).content.decode())


def press(client, model, page, *args, **answers):
    response = client.post(url(model, page, *args), answers)
    assert response.status_code == 302, response.content.decode()[-3000:]


def run_again(client):
    """Start a run over HTTP; in tests the worker's task is called by hand."""
    press(client, "matchrun", "decide_many", "start", change_cost=0, time_limit_s=30)
    tasks.run_due()
    return MatchRun.objects.first()


def confirm_all(client, run):
    teams = [row.pk for row in run.region_proposals.served().filter(confirmed_at__isnull=True)]
    press(client, "matchrun", "decide_one", run.pk, "confirm", regions=teams)


def answer(match, client_of, verb, **fields):
    client = client_of(match.expert.user)
    assert client.post(f"/experts/matches/{match.public_id}/{verb}/", fields).status_code == 302


def test_way_from_the_first_run_to_a_replacement_over_http():
    """Run, pin, undo, confirm by another, decline, run with fewest changes, complete, end, replaced."""
    rhine, meuse = build.region("Rhine"), build.region("Meuse")
    for name in ("Ash", "Elm", "Linden", "Oak"):
        build.expert(name, max_regions=1, half_days=8)
    manager, second = as_(), as_()
    first = run_again(manager)
    (chosen,) = first.region_proposals.get(region=rhine).members.all()
    spare = next(e for e in build.Expert.objects.order_by("pk") if e.name not in taken(first))
    rule = {"region_id": rhine.pk, "expert_id": spare.pk, "kind": "pinned", "reason": "x", "run": first.pk}
    press(manager, "matchrule", "decide_many", "add", **rule)
    press(manager, "matchrule", "decide_one", MatchRule.objects.get().pk, "lift", run=first.pk)

    run = run_again(manager)
    assert team_of(run, rhine) == {(chosen.expert.name, "lead")}
    confirm_all(second, run)
    of_rhine, of_meuse = Match.objects.get(region=rhine), Match.objects.get(region=meuse)
    answer(of_meuse, as_, "accept")
    answer(of_rhine, as_, "decline", reason="No time", is_sure="1")
    assert build.mails("team_complete") == [lead_of(meuse)]

    run = run_again(manager)
    assert {row.region for row in run.region_proposals.all()} == {rhine}
    confirm_all(second, run)
    replaced = Match.objects.get(region=rhine, status=MatchStatus.INVITED)
    assert replaced.expert not in (of_rhine.expert, of_meuse.expert)
    answer(replaced, as_, "accept")
    assert build.mails("team_complete") == [lead_of(meuse), lead_of(rhine)]
    calendar = as_(replaced.expert.user).get("/experts/matches/calendar.ics")
    assert calendar.content.decode().count("BEGIN:VEVENT") == len(build.MONTHS)

    press(manager, "match", "decide_one", of_meuse.pk, "end", reason="Moved away")
    run = run_again(manager)
    assert {row.region for row in run.region_proposals.all()} == {meuse}
    assert Match.objects.current().get() == replaced
    confirm_all(second, run)
    successor = Match.objects.get(region=meuse, status=MatchStatus.INVITED)
    assert successor.expert not in (of_meuse.expert, replaced.expert)
    answer(successor, as_, "accept")
    assert build.mails("team_complete") == [lead_of(meuse), lead_of(rhine), lead_of(meuse)]
    assert set(Match.objects.current()) == {replaced, successor}
    of_meuse.refresh_from_db()
    assert [(c.to_status, c.reason) for c in of_meuse.changes.all()] == [
        ("invited", ""),
        ("accepted", ""),
        ("ended", "Moved away"),
    ]


def taken(run):
    return {member.expert.name for row in run.region_proposals.all() for member in row.members.all()}


def lead_of(region):
    return region.application.members.get().user.email
