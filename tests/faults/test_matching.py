"""A run survives a killed worker, an emptied broker and a world that moves on: whole, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from applications.models import PilotRegion
from core.mail.models import Message
from experts import actions as expert_actions
from experts.models import Expert
from impact.celery import app
from impact.local.processes import wait_until
from matching import actions, freshness, replaying, tasks
from matching.board import names_of_all
from matching.enums import RunStatus
from matching.exceptions import NothingToDo, OutOfDate
from matching.models import Match, MatchRun, Proposal, RegionProposal
from tests.builders import matching as build
from tests.builders.acceptance import ALL_THE_SAME

WAIT_SECONDS = 60
WRITTEN_IN_TURN = ["matching_regionproposal", "matching_proposal"]


def start(by=None):
    return actions.start_run(accepting=ALL_THE_SAME, by=by or build.staff(), today=build.TODAY)


def status_is(run, status):
    def reached():
        run.refresh_from_db()
        return run.status == status

    return reached


def statuses_of(run):
    return [change.to_status for change in run.changes.all()]


def changes_of(run):
    return freshness.changes(run, names_of_all(), today=build.TODAY)


def confirm(run):
    regions = [row.pk for row in run.region_proposals.served()]
    return actions.confirm_teams(accepting=ALL_THE_SAME, run_id=run.pk, regions=regions, by=build.staff())


def empty_the_broker():
    """Throw away everything that the broker holds: the queue, and what it knows of tasks under way."""
    with app.connection_for_write() as broker:
        broker.default_channel.client.flushdb()


def let_its_worker_be_missed():
    MatchRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))


@pytest.fixture
def held_up():
    """Hold a worker up at the moment when it writes into a table; what it wrote before stands in no view."""
    second = connection.copy()

    @contextmanager
    def held(table=WRITTEN_IN_TURN[0]):
        second.set_autocommit(False)
        with second.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        try:
            yield
        finally:
            second.rollback()

    yield held
    second.close()


@pytest.fixture
def computing(celery_worker_process, held_up):
    """A run that its worker has claimed and solved, and is about to write."""
    build.region("Rhine")
    build.expert("Linden")

    @contextmanager
    def under_way():
        with held_up():
            run = start()
            assert wait_until(status_is(run, RunStatus.RUNNING), WAIT_SECONDS)
            yield run
        assert wait_until(status_is(run, RunStatus.DONE), WAIT_SECONDS)

    return under_way


@pytest.mark.parametrize("table", WRITTEN_IN_TURN)
def test_run_is_taken_over_when_its_worker_is_killed(celery_worker_process, held_up, table):
    build.region()
    build.expert()
    with held_up(table):
        run = start()
        assert wait_until(status_is(run, RunStatus.RUNNING), WAIT_SECONDS)
        celery_worker_process.kill()
    assert (RegionProposal.objects.count(), Proposal.objects.count()) == (0, 0)

    let_its_worker_be_missed()
    celery_worker_process.ensure_running()
    tasks.sweep.delay()

    assert wait_until(status_is(run, RunStatus.DONE), WAIT_SECONDS)
    assert run.claims == 2
    assert (RegionProposal.objects.count(), Proposal.objects.count()) == (1, 1)
    assert statuses_of(run) == ["queued", "running", "queued", "running", "done"]
    assert changes_of(run) == []


def test_run_that_keeps_killing_its_worker_fails_with_its_reason_and_another_can_start(
    celery_worker_process, held_up
):
    build.region()
    build.expert()
    with held_up():
        run = start()
        assert wait_until(status_is(run, RunStatus.RUNNING), WAIT_SECONDS)
        celery_worker_process.kill()
    # As if it had been the last of the attempts that a run is given.
    MatchRun.objects.update(failures=len(MatchRun.WAITS))
    let_its_worker_be_missed()
    celery_worker_process.ensure_running()
    tasks.sweep.delay()

    assert wait_until(status_is(run, RunStatus.FAILED), WAIT_SECONDS)
    assert run.error == "The run stopped unexpectedly in the background."
    assert not RegionProposal.objects.exists()
    again = start()
    assert wait_until(status_is(again, RunStatus.DONE), WAIT_SECONDS)
    assert again.problem_sha256 == run.problem_sha256


def test_run_is_found_again_when_the_broker_lost_it(celery_worker_process):
    celery_worker_process.kill()
    build.region()
    build.expert()
    run = start()
    empty_the_broker()
    celery_worker_process.ensure_running()

    tasks.sweep.delay()

    assert wait_until(status_is(run, RunStatus.DONE), WAIT_SECONDS)
    assert run.claims == 1


def test_run_goes_on_when_the_broker_is_emptied_under_it(computing):
    with computing() as run:
        empty_the_broker()

    assert run.claims == 1
    assert RegionProposal.objects.filter(run=run).count() == 1
    assert statuses_of(run) == ["queued", "running", "done"]
    assert len(confirm(run)) == 1


def test_worker_takes_the_next_run_after_the_broker_was_emptied(computing):
    with computing():
        empty_the_broker()

    again = start()

    assert wait_until(status_is(again, RunStatus.DONE), WAIT_SECONDS)


def test_two_runs_started_at_once_are_one(celery_worker_process):
    # Without a worker the first cannot be done before the second is asked for.
    celery_worker_process.kill()
    build.region()
    build.expert()
    people, together = [build.staff(), build.staff()], Barrier(2)

    def press(by):
        connection.ensure_connection()
        together.wait(WAIT_SECONDS)
        try:
            return start(by)
        except NothingToDo as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, people))

    (run,) = MatchRun.objects.all()
    assert sorted(map(str, answers)) == sorted(
        ["A run is in progress. Wait for it to finish, or cancel it.", str(run)]
    )
    celery_worker_process.ensure_running()
    assert wait_until(status_is(run, RunStatus.DONE), WAIT_SECONDS)
    assert run.claims == 1
    assert RegionProposal.objects.count() == 1


def test_run_ends_on_its_snapshot_when_an_expert_withdraws_during_it(computing):
    with computing() as run:
        expert = Expert.objects.get(name="Linden")
        expert_actions.withdraw(expert_id=expert.pk, by=expert.user)

    assert [member.expert for member in Proposal.objects.all()] == [expert]
    assert changes_of(run) == ["Linden no longer takes part."]
    assert replaying.replay(run).is_same
    mails = Message.objects.count()
    with pytest.raises(OutOfDate, match="Linden is no longer available"):
        confirm(run)
    assert not Match.objects.exists()
    assert not RegionProposal.objects.confirmed().exists()
    assert Message.objects.count() == mails


def test_run_ends_on_its_snapshot_when_a_region_is_edited_during_it(computing):
    with computing() as run:
        region = PilotRegion.objects.get()
        region.months.update(half_days=6)
        region.needs.filter(area="clld-design").update(level=3)

    assert [member.half_days for member in Proposal.objects.all()] == [[8, 8]]
    assert changes_of(run) == ["Rhine has changed: expertise areas, days."]
    assert replaying.replay(run).is_same
    again = start()
    assert wait_until(status_is(again, RunStatus.DONE), WAIT_SECONDS)
    assert changes_of(again) == []
    assert [member.half_days for member in Proposal.objects.filter(region_proposal__run=again)] == [[6, 6]]
