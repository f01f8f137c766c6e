"""The web server's processes share connections that are kept, whoever is the first to see them."""

from __future__ import annotations

import http.client
import os
import signal
import sys
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

from django.conf import settings

from impact.local.processes import Household, free_port, wait_until

APP = """
import os
def application(environ, start_response):
    start_response("200 OK", [("Content-Length", str(len(str(os.getpid()))))])
    return [str(os.getpid()).encode()]
"""
CONNECTIONS = 40


def test_kept_connections_are_shared_evenly_and_a_process_that_died_counts_for_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "says_who.py").write_text(APP)
    household, port = Household(tmp_path), free_port()
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--pythonpath", f"{tmp_path}"]
    try:
        household.start(
            [sys.executable, "-m", "gunicorn", "says_who", *bind],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "impact.settings.empty"},
            log=tmp_path / "log",
            cwd=Path(settings.BASE_DIR),
            end_with=signal.SIGINT,
        )
        assert wait_until(lambda: who_answers(port) != [], 30), (tmp_path / "log").read_text()
        assert wait_until(lambda: len({*who_answers(port, 2)}) == 2, 30)

        before = Counter(who_answers(port, CONNECTIONS))
        dead = who_answers(port)[0]
        os.kill(dead, signal.SIGKILL)
        assert wait_until(lambda: len({*who_answers(port, 2)} - {dead}) == 2, 30)
        after = Counter(who_answers(port, CONNECTIONS))
    finally:
        household.end()

    # A connection that was closed just before may not have been noticed yet.
    assert [max(shares.values()) <= CONNECTIONS / 2 + 1 for shares in (before, after)] == [True, True]


def who_answers(port: int, connections: int = 1) -> list[int]:
    """Return the processes that answer over so many connections, all kept until the last has answered."""
    found = []
    with ExitStack() as kept:
        for _connection in range(connections):
            connection = kept.enter_context(
                closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10))
            )
            try:
                connection.request("GET", "/")
                found.append(int(connection.getresponse().read()))
            except OSError:
                return []
    return found
