"""A question is answered once, by the worker, for everybody who asks the same; and forgotten after a day."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.calculations import actions, calculators, pipeline, tasks
from core.calculations.models import Calculation
from core.history import IllegalMove, move
from impact.demo.clock import at

pytestmark = pytest.mark.django_db


class Doubling:
    """A calculator that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.fails = False

    def __call__(self, question: Any, report: calculators.StepReport) -> Any:
        self.asked.append(question)
        report(1, 2)
        if self.fails:
            raise RuntimeError("no\0 solver")
        return {"double": 2 * question["number"]}


@pytest.fixture
def doubling(monkeypatch: pytest.MonkeyPatch) -> Doubling:
    calculator = Doubling()
    monkeypatch.setitem(calculators._CALCULATORS, "double", calculator)
    return calculator


def ask(number: int = 4) -> Calculation:
    return actions.ask("double", {"number": number, "why": "é"}, seconds=0)


def statuses(calculation: Calculation) -> list[str]:
    return [change.to_status for change in calculation.changes.all()]


@pytest.mark.usefixtures("calculates_at_once")
def test_what_is_answered_at_once_is_there_when_asked(doubling: Doubling) -> None:
    calculation = ask()

    assert (calculation.is_done, calculation.answer) == (True, {"double": 8})
    assert statuses(calculation) == ["queued", "running", "done"]


def test_same_question_is_answered_once_whatever_the_order_of_its_keys(doubling: Doubling) -> None:
    first = ask()
    assert actions.known_answer("double", {"number": 4, "why": "é"}) is None
    tasks.compute_due()

    again = actions.ask("double", {"why": "é", "number": 4}, seconds=0)
    other = ask(5)

    assert (again.pk, again.answer, other.is_done) == (first.pk, {"double": 8}, False)
    assert actions.known_answer("double", {"number": 4, "why": "é"}) == {"double": 8}
    assert len(doubling.asked) == 1


def test_failure_is_told_with_its_reason_and_asked_anew_a_moment_later(doubling: Doubling) -> None:
    doubling.fails = True
    calculation, now = ask(), timezone.now()
    for turn in range(len(Calculation.WAITS) + 1):
        with at(now + turn * timedelta(minutes=1)):
            tasks.sweep()
    with at(now + turn * timedelta(minutes=1)):
        failed = ask()

    assert (failed.status, failed.error) == ("failed", "RuntimeError: no solver")
    assert len(doubling.asked) == len(Calculation.WAITS) + 1

    doubling.fails = False
    with at(now + timedelta(hours=1)):
        assert ask().is_under_way
        tasks.compute_due()
        assert ask().answer == {"double": 8}
    assert failed.pk == calculation.pk


def test_question_whose_worker_died_is_taken_over(doubling: Doubling) -> None:
    ask()
    claimed = pipeline.claim()
    assert claimed is not None
    Calculation.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))

    tasks.sweep()
    pipeline._finish(claimed, {"double": "of the one that was taken for dead"})

    calculation = Calculation.objects.get()
    assert (calculation.answer, calculation.claims) == ({"double": 8}, 2)


def test_progress_is_written_while_it_is_calculated(doubling: Doubling) -> None:
    ask()
    claimed = pipeline.claim()
    assert claimed is not None
    watch = pipeline.Watch(claimed)

    watch.report(1, 3)
    watch.beat()

    claimed.refresh_from_db()
    assert claimed.progress == {"done": 1, "of": 3}


def test_status_and_answer_belong_together(doubling: Doubling) -> None:
    calculation = ask()
    for changed in ({"status": "done"}, {"answer": {"double": 8}}, {"status": "failed"}, {"status": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Calculation.objects.filter(pk=calculation.pk).update(**changed)
    for status in ("done", "failed"):
        with pytest.raises(IllegalMove):
            move(calculation, status, by=None)


@pytest.mark.django_db(transaction=True)
def test_asked_by_many_at_once_it_is_one_question(
    monkeypatch: pytest.MonkeyPatch, doubling: Doubling
) -> None:
    start, keys = threading.Barrier(4), []
    monkeypatch.setattr(tasks.compute_due, "delay", lambda: None)

    def press() -> None:
        start.wait(timeout=30)
        keys.append(ask().pk)
        connection.close()

    threads = [threading.Thread(target=press) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(keys) == 4
    assert len(set(keys)) == 1
    assert statuses(Calculation.objects.get()) == ["queued"]
