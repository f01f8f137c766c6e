"""The image built and docker-compose.yml started, with what people do with it.

They run apart from the other tests, since they install and download:
python3 manage.py test -m containers -n0
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import takewhile

import pytest

from impact.demo import check_public
from impact.demo.visitor import Visitor
from impact.local.containers import Stack, stack_of_containers
from impact.local.engine import CommandFailed, NoEngine
from impact.local.processes import wait_until
from tests.support.catcher import Catcher

pytestmark = pytest.mark.containers

TIMEOUT_SECONDS = 60
MARKER = "marker4711@example.org"
OPEN_A_CALL = (
    "from django.utils import timezone; from impact.demo.world import date_calls_around; "
    "date_calls_around(timezone.now())"
)
BREAK_A_RULE = (
    "from django.db import connection; "
    f"connection.cursor().execute(\"INSERT INTO mail_message (subject, body) VALUES ('{MARKER}', '')\")"
)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    try:
        with stack_of_containers(print) as running:
            yield running
    except NoEngine as reason:
        pytest.skip(f"No container was started: {reason}")


@pytest.fixture(scope="module")
def catcher(stack: Stack) -> Catcher:
    return Catcher(stack.mail_url)


def count_files(stack: Stack, service: str, folder: str) -> int:
    return int(stack.compose("exec", "-T", service, "sh", "-c", f"find {folder} -type f -size +0 | wc -l"))


def test_administrator_made_in_the_container_logs_in_by_the_code_of_the_catcher(
    stack: Stack, catcher: Catcher
) -> None:
    assert "is administrator" in stack.manage("create_administrator", "admin@example.org")

    visitor = Visitor(stack.url).open("accounts/login/")
    check_public.log_in(visitor, catcher, "admin@example.org")
    assert "accounts/login" not in visitor.url


def test_application_is_submitted_with_a_document_and_the_worker_makes_its_pdf(
    stack: Stack, catcher: Catcher
) -> None:
    stack.manage("shell", "--no-imports", "-c", OPEN_A_CALL)

    # Up to the receipt by e-mail; nobody asks for the PDF, so the worker is the one who makes it.
    steps = [
        *takewhile(
            lambda step: "submitted" not in step,
            check_public.apply(check_public.open_call(stack.url), catcher),
        )
    ]
    assert len(steps) == 2
    assert count_files(stack, "worker", "/data/media/documents") == 1
    assert wait_until(lambda: count_files(stack, "web", "/data/media/submissions") == 1, TIMEOUT_SECONDS)


@pytest.mark.parametrize("service", ["web", "worker", "mailer", "beat"])
def test_container_is_not_root_and_cannot_write_but_to_its_data(stack: Stack, service: str) -> None:
    assert stack.compose("exec", "-T", service, "id", "-u").strip() == "10001"
    for folder in ("/app", "/venv", "/static", "/data", "/etc"):
        with pytest.raises(CommandFailed, match="Read-only file system|Permission denied"):
            stack.compose("exec", "-T", service, "touch", f"{folder}/written")
    stack.compose("exec", "-T", service, "touch", "/tmp/written")


def test_every_container_has_limits_of_memory_processes_and_logs_and_reached_none(
    stack: Stack,
) -> None:
    for container in json.loads(stack.inspect()):
        limits, name = container["HostConfig"], container["Name"]
        assert 0 < limits["Memory"] == limits["MemorySwap"], name
        assert limits["PidsLimit"], name
        assert limits["LogConfig"]["Config"] == {"max-file": "5", "max-size": "10m"}, name
        assert not container["State"]["OOMKilled"], name


def test_statement_that_fails_leaves_none_of_its_values_in_any_log(stack: Stack) -> None:
    with pytest.raises(CommandFailed, match="null value in column"):
        stack.manage("shell", "--no-imports", "-c", BREAK_A_RULE)

    logs = stack.compose("logs", "--no-color")
    assert "database system is ready to accept connections" in logs
    assert MARKER not in logs


def test_three_web_containers_answer_also_when_one_of_them_dies(stack: Stack) -> None:
    stack.up("--scale", "web=3")
    stack.kill_one("web")

    def status() -> int:
        try:
            with urllib.request.urlopen(f"{stack.url}health/live/", timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    assert [status() for _ in range(30)] == [200] * 30
