"""Every kind of job: it is tried less and less often and then given up, stops no other, and staff see it.

The table is held against the models and against what the beat sweeps, so that no kind is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from smtplib import SMTPResponseException
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.files.storage import FileSystemStorage
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import engine
from applications import tasks as application_tasks
from applications import typst
from applications.applying import pdf as pdfs
from applications.calls import views as call_views
from applications.models import Document, Submission
from core.accounts.models import User
from core.calculations import tasks as calculation_tasks
from core.calculations.models import Calculation
from core.files import actions as files
from core.files import making
from core.files import tasks as file_tasks
from core.files.models import PreparedFile
from core.history import IllegalMove
from core.jobs import Job, try_again
from core.mail import pipeline as mail_pipeline
from core.mail import tasks as mail_tasks
from core.mail.models import Message
from core.privacy import retention
from impact.demo.clock import at
from matching import tasks as matching_tasks
from matching.actions import start_run
from matching.models import Analysis, MatchRun
from newsletter import actions as newsletter
from newsletter import pipeline as newsletter_pipeline
from newsletter import tasks as newsletter_tasks
from newsletter.models import Bulletin
from tests.applications.applying.test_documents import add, pdf_bytes
from tests.builders import matching
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import ready, submit
from tests.builders.calls import closed_call
from tests.builders.mails import make_message
from tests.builders.newsletter import make_bulletin, make_subscriber
from tests.builders.people import person_with_every_role

pytestmark = pytest.mark.django_db
BAD = "Cannot be made"
# Longer than the longest wait between two tries, and more rounds than tries.
STEP, ROUNDS = timedelta(hours=7), 8


class Kind(NamedTuple):
    """One kind of job: how one is made (a bad one fails), and where staff find it."""

    model: type[Model]
    make: Callable[[User, str], Any]
    sweep: Callable[[], Any]
    break_it: Callable[[pytest.MonkeyPatch], None]
    is_done: Callable[[Any], bool]
    waits: str
    press: str
    row: Callable[[Any], Any] = lambda job: job


def bulletin(by: User, title: str) -> Bulletin:
    made = make_bulletin(subject={"en": title, "fr": title})
    return newsletter.schedule(bulletin_id=made.pk, by=by)


def run(by: User, note: str) -> MatchRun:
    if not MatchRun.objects.exists():
        matching.region()
        matching.expert()
    return start_run(accepting=ALL_THE_SAME, by=by, note=note, today=matching.TODAY)


def analysis(by: User, note: str) -> Analysis:
    made = run(by, note)
    matching_tasks.run_due()
    return made.analysis


def file(by: User, title: str) -> PreparedFile:
    return files.request(by=by, kind="test", title=title, parameters={"title": title}, language="en")


def make_file(_file: PreparedFile, _by: User) -> making.Made:
    return making.Made("a.txt", "text/plain", b"a")


def failing(function: Callable[..., Any], is_bad: Callable[..., bool], error: Exception) -> Any:
    def broken(*args: Any, **kwargs: Any) -> Any:
        if is_bad(*args):
            raise error
        return function(*args, **kwargs)

    return broken


def break_pdfs(patch: pytest.MonkeyPatch) -> None:
    bad = failing(pdfs.compiled, lambda _template, data, *_more: data["title"] == BAD, RuntimeError("typst"))
    patch.setattr(pdfs, "compiled", bad)


def break_runs(patch: pytest.MonkeyPatch) -> None:
    def is_bad(*_args: Any) -> bool:
        return MatchRun.objects.filter(status="running", note=BAD).exists()

    patch.setattr(engine, "solve", failing(engine.solve, is_bad, RuntimeError("engine")))


def break_analyses(patch: pytest.MonkeyPatch) -> None:
    def is_bad(*_args: Any) -> bool:
        return Analysis.objects.filter(status="running", run__note=BAD).exists()

    patch.setattr(engine, "Insights", failing(engine.Insights, is_bad, RuntimeError("engine")))


def break_files(patch: pytest.MonkeyPatch) -> None:
    bad = failing(make_file, lambda file, _by: file.title == BAD, RuntimeError("maker"))
    patch.setitem(making._MAKERS, "test", bad)


def break_bulletins(patch: pytest.MonkeyPatch) -> None:
    letter = newsletter_pipeline.letter

    def is_bad(bulletin: Bulletin, _subscriber: Any) -> bool:
        return bulletin.subject.get("en") == BAD

    patch.setattr(newsletter_pipeline, "letter", failing(letter, is_bad, RuntimeError("a\0b")))


def break_mails(patch: pytest.MonkeyPatch) -> None:
    def is_bad(message: Message, _secrets: Any) -> bool:
        return message.subject == BAD

    error = SMTPResponseException(451, b"later")
    patch.setattr(mail_pipeline, "email_of", failing(mail_pipeline.email_of, is_bad, error))


KINDS = [
    Kind(
        Submission,
        lambda _by, title: submit(ready(title=title)).submission,
        application_tasks.sweep,
        break_pdfs,
        lambda version: hasattr(version, "pdf"),
        "versions whose PDF could not be created",
        "try-pdf-again",
        lambda version: version.application,
    ),
    Kind(
        MatchRun,
        run,
        matching_tasks.sweep,
        break_runs,
        lambda job: job.status == "done",
        "match runs failed",
        "try-again",
    ),
    Kind(
        Analysis,
        analysis,
        matching_tasks.sweep,
        break_analyses,
        lambda job: job.status == "done",
        "match run analyses failed",
        "analyse",
        lambda job: job.run,
    ),
    Kind(
        PreparedFile,
        file,
        file_tasks.sweep,
        break_files,
        lambda job: job.status == "done",
        "downloads could not be prepared for you",
        "try-again",
    ),
    Kind(
        Bulletin,
        bulletin,
        newsletter_tasks.sweep,
        break_bulletins,
        lambda job: job.status == "sent",
        "bulletins could not be sent",
        "try-again",
    ),
    Kind(
        Message,
        lambda _by, title: make_message(subject=title),
        mail_tasks.sweep,
        break_mails,
        lambda job: job.status == "sent",
        "e-mails could not be sent",
        "resend",
    ),
]


@pytest.fixture(autouse=True)
def _one_more_maker_and_no_second_factor(settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    monkeypatch.setitem(making._MAKERS, "test", make_file)


def test_no_kind_of_job_is_forgotten():
    tried_again = {"failures", "attempts", "claims"}
    models = {
        model
        for model in apps.get_models()
        if issubclass(model, Job) or tried_again & {field.name for field in model._meta.local_fields}
    }
    sweeps = {entry["task"] for entry in project.CELERY_BEAT_SCHEDULE.values() if ".sweep" in entry["task"]}

    # The tries of a version, which nobody may change, are rows of their own. Whoever asks for a calculation
    # sees that it failed and asks again: tests/core/calculations.
    assert (models | {Submission}) - {Calculation} == {kind.model for kind in KINDS}
    assert sweeps == {kind.sweep.name for kind in KINDS} | {calculation_tasks.sweep.name}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.model.__name__)
def test_job_that_always_fails_is_given_up_and_stops_no_other_and_is_tried_again(kind, monkeypatch):
    by, client = person_with_every_role(), Client()
    client.force_login(by)
    make_subscriber()
    now = timezone.now()
    with monkeypatch.context() as patch:
        kind.break_it(patch)
        bad = kind.make(by, BAD)
        for turn in range(ROUNDS):
            with at(now + turn * STEP):
                kind.sweep()
            assert turn > 0 or kind.waits not in home(client)
        good = kind.make(by, "Can be made")
        kind.sweep()

        assert kind.is_done(fresh(good))
        assert not kind.is_done(fresh(bad))
        if kind.model is not MatchRun:  # a result that came later is what staff waited for
            assert kind.waits in home(client)
        press = address(kind, bad)
        if kind.model is not Message:  # the server is asked when the worker comes
            client.post(press)
            kind.sweep()
            assert not kind.is_done(fresh(bad))
            give_up(kind, bad, now)

    assert "Try" in unescape(client.get(press).content.decode()) or kind.press == "resend"
    answer = client.post(press)
    kind.sweep()

    assert answer.status_code == 302
    assert kind.is_done(fresh(bad))
    assert kind.waits not in home(client)


def give_up(kind: Kind, job: Any, now: Any) -> None:
    for turn in range(ROUNDS):
        with at(now + (ROUNDS + turn) * STEP):
            kind.sweep()


def fail(kind: Kind) -> None:
    """Let time pass until the worker has tried as often as it does."""
    now = timezone.now()
    for turn in range(ROUNDS):
        with at(now + turn * STEP):
            kind.sweep()


def home(client: Client) -> str:
    return unescape(client.get("/admin/").content.decode())


def fresh(job: Any) -> Any:
    return type(job).objects.get(pk=job.pk)


def address(kind: Kind, job: Any) -> str:
    row = kind.row(job)
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_decide_one"
    return reverse(name, args=[row.pk, kind.press])


@pytest.mark.parametrize("model", [Analysis, MatchRun, PreparedFile, Bulletin])
def test_only_a_job_that_failed_is_tried_again(model):
    for status in set(model.ALLOWED_MOVES) - {model.FAILED}:
        with pytest.raises(IllegalMove):
            try_again(model(status=status), by=None)


def test_match_run_that_failed_waits_on_the_home_page_until_a_later_one_is_done(monkeypatch):
    by, client = person_with_every_role(), Client()
    client.force_login(by)
    with monkeypatch.context() as patch:
        break_runs(patch)
        failed = run(by, BAD)
        fail(KINDS[1])
    assert "match runs failed" in home(client)

    client.post(address(KINDS[1], failed).replace("try-again", "cancel"))

    assert fresh(failed).status == "cancelled"
    assert "match runs failed" not in home(client)


def test_file_is_tried_again_by_the_person_alone_who_asked_for_it(monkeypatch):
    asker, other, client = person_with_every_role(), person_with_every_role(), Client()
    with monkeypatch.context() as patch:
        break_files(patch)
        mine = file(asker, BAD)
        fail(KINDS[3])
        client.force_login(other)
        client.post(address(KINDS[3], mine))

    assert fresh(mine).status == "failed"


def test_pdf_on_request_that_fails_leads_to_the_page_and_is_not_tried_all_the_time(client, monkeypatch):
    call, tries = closed_call(), []

    def compiled(*_args: Any) -> bytes:
        tries.append(1)
        raise RuntimeError("typst")

    monkeypatch.setattr(typst, "compiled", compiled)
    for _press in range(3):
        answer = client.get(f"/calls/{call.slug}/questions.pdf", follow=True)
        assert "The PDF could not be created." in unescape(answer.content.decode())

    assert len(tries) == 1
    call_views.cache.clear()


def test_row_of_a_nightly_job_that_fails_stops_no_other(monkeypatch):
    application = ready()
    rows = [add(application, "bad.pdf"), add(application, "good.pdf", pdf_bytes(pages=2)), add(ready())]
    long_ago = timezone.now() - timedelta(days=project.REMOVED_DOCUMENTS_KEPT_DAYS + 1)
    Document.objects.update(removed_at=long_ago)
    delete, bad = FileSystemStorage.delete, rows[0].file.name
    monkeypatch.setattr(
        FileSystemStorage, "delete", lambda self, name: 1 / 0 if name == bad else delete(self, name)
    )

    retention.run(names=["removed-documents"])

    assert [fresh(row).file_deleted_at is None for row in rows] == [True, False, False]
