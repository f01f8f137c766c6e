"""A run: queued by staff, claimed once, solved on its frozen input, written whole or not at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

import engine
from core.accounts.enums import Role
from core.checklists import NotFinished
from core.history import IllegalMove, NotAllowed
from matching import actions, pipeline, tasks
from matching.enums import RUN_MOVES, RunStatus
from matching.exceptions import NothingToDo
from matching.models import MatchRun, Proposal, RegionProposal
from tests.builders import matching as build
from tests.builders.acceptance import ALL_THE_SAME

pytestmark = pytest.mark.django_db


def start(by=None, **options):
    return actions.start_run(accepting=ALL_THE_SAME, by=by or build.staff(), today=build.TODAY, **options)


def queued(by=None):
    """A run as it stands in the queue; no worker has heard of it."""
    build.region()
    build.expert()
    return start(by)


def test_start_run_freezes_the_input_and_the_worker_solves_it(django_capture_on_commit_callbacks):
    region, expert = build.region(), build.expert()

    with django_capture_on_commit_callbacks(execute=True):
        run = start(note="First")

    run.refresh_from_db()
    assert run.status == RunStatus.DONE
    assert run.result["status"] == "optimal"
    assert [(c.from_status, c.to_status) for c in run.changes.all()] == [
        ("", "queued"),
        ("queued", "running"),
        ("running", "done"),
    ]
    proposal = RegionProposal.objects.get(run=run, region=region)
    assert [(m.expert, m.role, m.half_days) for m in proposal.members.all()] == [(expert, "lead", [8, 8])]
    assert proposal.score == run.result["regions"][0]["score"] > 0


def test_start_run_says_what_a_region_without_a_team_lacks(django_capture_on_commit_callbacks):
    build.region(must=("clld-design",))
    build.expert(languages={"fr": "C2", "en": "C1"})

    with django_capture_on_commit_callbacks(execute=True):
        run = start()

    proposal = RegionProposal.objects.get(run=run)
    assert (proposal.score, list(proposal.members.all())) == (-1, [])
    assert proposal.unserved["missing"] != []


def test_start_run_refuses_other_roles():
    build.region()
    build.expert()

    for role in set(Role) - {Role.MANAGER}:
        with pytest.raises(NotAllowed):
            start(build.staff(role))

    assert not MatchRun.objects.exists()


def test_start_run_refuses_when_nothing_waits():
    build.expert()
    with pytest.raises(NothingToDo):
        start()

    assert not MatchRun.objects.exists()


def test_start_run_refuses_without_experts():
    build.region()
    with pytest.raises(NothingToDo):
        start()

    assert not MatchRun.objects.exists()


def test_start_run_refuses_a_second_one_at_a_time():
    build.region()
    build.expert()
    first = start()

    with pytest.raises(NotFinished, match="under way"):
        start()

    assert list(MatchRun.objects.all()) == [first]


def test_database_refuses_a_second_run_at_a_time():
    run = queued()
    run.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        run.save(force_insert=True)


def test_claim_takes_the_oldest_queued_run_once():
    run = queued()

    claimed = pipeline.claim()

    assert (claimed, claimed.status, claimed.claims) == (run, RunStatus.RUNNING, 1)
    assert pipeline.claim() is None


def test_execute_fails_with_the_place_when_the_input_is_wrong():
    # No action leads here: it would be a fault of ours.
    MatchRun.objects.create(requested_by=build.staff(), problem={}, problem_sha256="0" * 64)

    pipeline.execute(pipeline.claim())

    run = MatchRun.objects.get()
    assert run.status == RunStatus.FAILED
    assert "$" in run.error
    assert not Proposal.objects.exists()


def test_execute_waits_with_its_reason_when_the_engine_breaks(monkeypatch):
    def broken(*_args, **_kwargs):
        raise MemoryError("too large")

    build.region()
    build.expert()
    start()
    monkeypatch.setattr(engine, "solve", broken)

    tasks.run_due()

    run = MatchRun.objects.get()
    assert (run.status, run.error) == (RunStatus.QUEUED, "MemoryError: too large")
    assert run.not_before > timezone.now()


def test_execute_writes_nothing_when_another_worker_took_over():
    build.region()
    build.expert()
    start()
    claimed = pipeline.claim()
    MatchRun.objects.filter(pk=claimed.pk).update(claims=2)

    pipeline.execute(claimed)

    assert MatchRun.objects.get().status == RunStatus.RUNNING
    assert not RegionProposal.objects.exists()


def test_requeue_gives_an_abandoned_run_to_another_worker():
    queued()
    run = pipeline.claim()
    MatchRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))

    pipeline.requeue_abandoned()

    run.refresh_from_db()
    assert run.status == RunStatus.QUEUED


def test_requeue_leaves_a_living_run_alone():
    queued()
    run = pipeline.claim()

    pipeline.requeue_abandoned()

    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING


def test_requeue_gives_up_a_run_that_kills_its_workers():
    queued()
    for _ in range(1 + len(MatchRun.WAITS)):
        run = pipeline.claim()
        MatchRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
        pipeline.requeue_abandoned()

    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert run.error != ""


def test_cancel_ends_a_queued_run_at_once():
    by, run = build.staff(), queued()

    actions.cancel_run(run_id=run.pk, by=by, reason="Not now")

    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    assert (run.changes.last().by, run.changes.last().reason) == (by, "Not now")


def test_cancel_of_a_running_run_proposes_nothing():
    build.region()
    build.expert()
    by = build.staff()
    start(by)
    run = pipeline.claim()

    actions.cancel_run(run_id=run.pk, by=by)
    pipeline.execute(run)

    run.refresh_from_db()
    assert (run.status, run.changes.last().by) == (RunStatus.CANCELLED, by)
    assert not RegionProposal.objects.exists()


@pytest.mark.parametrize("status", [RunStatus.DONE, RunStatus.CANCELLED])
def test_cancel_refuses_a_run_that_is_over(status):
    run = queued()
    if status == RunStatus.DONE:
        tasks.run_due()
    else:
        actions.cancel_run(run_id=run.pk, by=build.staff())
    run.refresh_from_db()
    rows = run.changes.count()

    with pytest.raises(IllegalMove):
        actions.cancel_run(run_id=run.pk, by=build.staff())

    assert (run.status, run.changes.count()) == (status, rows)


def test_moves_table_ends_in_final_statuses():
    final = {status for status, following in RUN_MOVES.items() if not following}

    assert set(RUN_MOVES) == set(RunStatus)
    assert final == {RunStatus.DONE, RunStatus.CANCELLED}
