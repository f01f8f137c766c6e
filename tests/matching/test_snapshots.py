"""The frozen input of a run says what the database says, and nothing that is not ready."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import engine
from experts.enums import ExpertRole, ExpertStatus
from matching import actions, snapshots
from matching.enums import MatchStatus, RuleKind
from matching.models import Match, MatchRule, MatchRun, RegionProposal
from tests.builders import matching as build

pytestmark = pytest.mark.django_db


def take(**parameters):
    return snapshots.take(today=build.TODAY, parameters=parameters)


def standing_match(region, expert, *, role=ExpertRole.LEAD, half_days=4, by=None):
    by = by or build.staff()
    match = Match.objects.create(
        region=region, expert=expert, role=role, confirmed_by=by, answer_by=timezone.now() + timedelta(days=3)
    )
    for month in build.MONTHS:
        match.months.create(month=month, half_days=half_days)
    return match


def confirmed_team(region, matches, by):
    run = MatchRun.objects.create(requested_by=by, problem={"version": 1}, problem_sha256="0" * 64)
    actions.cancel_run(run_id=run.pk, by=by)
    proposal = RegionProposal.objects.create(
        run=run, region=region, score=700, confirmed_by=by, confirmed_at=timezone.now()
    )
    for match in matches:
        proposal.members.create(expert=match.expert, role=match.role, half_days=[4, 4])
    return proposal


def test_snapshot_is_a_valid_problem_of_the_contract():
    region, expert = (
        build.region(),
        build.expert(organisations=("Université de Liège",), unit="BE335"),
    )

    problem = take(change_cost=5)

    assert problem["months"] == ["2026-09", "2026-10"]
    assert problem["regions"] == [
        {
            "id": str(region.pk),
            "sides": [{"country": "FR", "languages": ["fr"]}, {"country": "DE", "languages": ["de"]}],
            "working_languages": ["en"],
            "needs": [
                {"area": "clld-design", "weight": 2, "level": 2, "must": False},
                {"area": "gov-crossborder", "weight": 2, "level": 2, "must": False},
            ],
            "half_days": [8, 8],
            "team_max": 3,
            "organisations": ["cityofstrasbourg", "townofortenau"],
            "places": ["DE134", "FRF11"],
        }
    ]
    assert problem["experts"] == [
        {
            "id": str(expert.pk),
            "country": "BE",
            "languages": {"fr": "C1", "de": "C1", "en": "C1"},
            "areas": {"clld-design": 3, "gov-crossborder": 3},
            "half_days": [20, 20],
            "max_regions": 2,
            "roles": ["lead", "support"],
            "organisations": ["universitedeliege"],
            "places": ["BE335"],
        }
    ]
    assert problem["parameters"]["change_cost"] == 5
    engine.load_problem(problem)


def test_snapshot_of_the_same_database_is_the_same():
    for _ in range(3):
        build.expert()
    build.region()

    assert snapshots.digest(take()) == snapshots.digest(take())


def test_snapshot_leaves_out_months_that_are_over():
    build.region()
    build.expert()

    problem = snapshots.take(today=date(2026, 10, 31), parameters={})

    assert problem["months"] == ["2026-10"]
    assert problem["experts"][0]["half_days"] == [20]


@pytest.mark.parametrize("status", [s for s in ExpertStatus if s != ExpertStatus.APPROVED])
def test_snapshot_leaves_out_experts_who_are_not_approved(status):
    build.region()
    build.expert(status=status)

    assert take()["experts"] == []


def test_snapshot_leaves_out_a_region_that_lacks_something():
    region = build.region()
    region.sides.first().delete()
    region.needs.all().delete()
    region.months.update(half_days=0)
    region.refresh_from_db()

    assert snapshots.lacks(region) == ["sides", "needs", "months"]
    assert take()["regions"] == []


def test_snapshot_locks_the_days_of_a_complete_team():
    by, done, waiting = build.staff(), build.region("Done"), build.region("Waiting")
    match = standing_match(done, build.expert(), by=by)
    confirmed_team(done, [match], by)

    problem = take()

    assert [row["id"] for row in problem["regions"]] == [str(waiting.pk)]
    assert problem["locked"] == [
        {"region": str(done.pk), "expert": str(match.expert_id), "role": "lead", "half_days": [4, 4]}
    ]


def test_snapshot_keeps_who_stands_and_never_asks_again_who_declined():
    by, region = build.staff(), build.region()
    lead = standing_match(region, build.expert("Lead"), by=by)
    gone = standing_match(region, build.expert("Gone"), role=ExpertRole.SUPPORT, by=by)
    confirmed_team(region, [lead, gone], by)
    build.bring_match_to(gone, MatchStatus.DECLINED)

    problem = take()

    pair = {"region": str(region.pk), "expert": str(lead.expert_id), "role": "lead"}
    assert problem["pinned"] == [pair]
    assert problem["previous"] == [pair]
    assert problem["forbidden"] == [{"region": str(region.pk), "expert": str(gone.expert_id)}]
    assert problem["locked"] == []


def test_snapshot_keeps_a_paused_expert_in_the_present_team_only():
    by, region, other = build.staff(), build.region("Here"), build.region("Other")
    lead = standing_match(region, build.expert("Paused", status=ExpertStatus.PAUSED), by=by)

    problem = take()

    assert [row["id"] for row in problem["experts"]] == [str(lead.expert_id)]
    assert problem["pinned"] == [{"region": str(region.pk), "expert": str(lead.expert_id), "role": "lead"}]
    assert problem["forbidden"] == [{"region": str(other.pk), "expert": str(lead.expert_id)}]


def test_snapshot_takes_pins_and_bans_in_force():
    by, region = build.staff(), build.region()
    pinned, banned, freed = build.expert(), build.expert(), build.expert()
    rule = {"region": region, "made_by": by, "reason": "Asked for"}
    MatchRule.objects.create(expert=pinned, kind=RuleKind.PINNED, role="lead", **rule)
    MatchRule.objects.create(expert=banned, kind=RuleKind.FORBIDDEN, **rule)
    MatchRule.objects.create(
        expert=freed, kind=RuleKind.FORBIDDEN, lifted_at=timezone.now(), lifted_by=by, **rule
    )

    problem = take()

    assert problem["pinned"] == [{"region": str(region.pk), "expert": str(pinned.pk), "role": "lead"}]
    assert problem["forbidden"] == [{"region": str(region.pk), "expert": str(banned.pk)}]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Université de Liège", "universite de liege"), ("City-of Strasbourg ", "City of Strasbourg")],
)
def test_organisation_key_ignores_how_a_name_is_typed(one, other):
    assert snapshots.organisation_key(one) == snapshots.organisation_key(other)


def queries_of_take():
    with CaptureQueriesContext(connection) as captured:
        take()
    return len(captured)


def test_snapshot_queries_do_not_grow_with_the_rows():
    build.region()
    build.expert()
    before = queries_of_take()
    for _ in range(4):
        build.region()
        build.expert(organisations=("A", "B"))

    assert queries_of_take() == before
