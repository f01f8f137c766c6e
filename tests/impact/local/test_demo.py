"""`manage.py demo` as a person uses it: started, killed, started again, stopped; nothing is left behind."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from impact.demo.people import STAFF_EMAIL
from impact.local import running, static_files
from impact.local.parts import PartFailed
from impact.local.portal import NotOurData, Portal, port_is_free
from impact.local.postgres import Postgres
from impact.local.processes import Household, free_port, start_time, wait_until
from impact.local.testing import KEPT_STATIC_FILES, kept_dump

# A machine that runs the rest of the tests beside it is slow; the demo itself takes seconds.
READY_TIMEOUT_SECONDS = 240
END_TIMEOUT_SECONDS = 60
READY = "Ctrl-C stops everything"
OF_THE_TEST_RUN = ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


class Demo:
    """A demo with data of its own."""

    def __init__(self, folder: Path) -> None:
        self.local_dir, self.port = folder / "local", free_port()
        self.output = folder / "output"
        self.household = Household(folder / "household")
        self.process: subprocess.Popen[bytes] | None = None

    def begin_migrated(self) -> None:
        """Lay down the database that migrations would make, so that only one test waits for them."""
        if dump := kept_dump():
            preparation = Household(self.local_dir)
            postgres = Postgres(preparation, self.local_dir / "postgres").start()
            postgres.create_database("impact")
            postgres.restore("impact", dump)
            preparation.end()

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST_RUN}
        environment |= {"IMPACT_LOCAL_DIR": str(self.local_dir)}
        environment |= {"STATIC_ROOT": str(KEPT_STATIC_FILES)}
        command = [sys.executable, "manage.py", "demo", "--port", str(self.port), *options]
        self.output.write_text("")
        self.process = self.household.start(command, env=environment, log=self.output, cwd=settings.BASE_DIR)
        return self.process

    def wait_until_ready(self) -> None:
        assert self.process
        process = self.process
        wait_until(lambda: READY in self.said() or process.poll() is not None, READY_TIMEOUT_SECONDS)
        assert READY in self.said(), self.said()

    def end(self, how: signal.Signals) -> int:
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(END_TIMEOUT_SECONDS)

    def said(self) -> str:
        return self.output.read_text()

    def children(self) -> dict[int, str]:
        """Numbers and start times of everything that it started."""
        entries = map(json.loads, (self.local_dir / "processes").read_text().splitlines())
        return {entry["pid"]: entry["started"] for entry in entries if "pid" in entry}

    def opens(self, path: str) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as response:
            return response.status == 200


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    prepared = Demo(tmp_path)
    yield prepared
    prepared.household.end()
    # Its own guardian needs a moment longer.
    Household(prepared.local_dir).end()


def test_check_runs_the_main_job_from_end_to_end(demo: Demo) -> None:
    """Slow: alone in running every migration and all processes at once, from a visitor to a match."""
    process = demo.start("--check")

    assert process.wait(READY_TIMEOUT_SECONDS) == 0, demo.said()
    assert "region: told who its experts are" in demo.said()
    assert not (demo.local_dir / "postgres").exists()


@pytest.mark.xdist_group("demo")
def test_demo_starts_again_after_a_kill_and_leaves_nothing_behind(demo: Demo) -> None:
    """Slow: alone in finding what a killed demo leaves behind, or cannot open again."""
    demo.begin_migrated()
    demo.start()
    demo.wait_until_ready()
    killed = demo.children()
    assert STAFF_EMAIL in demo.said()
    demo.end(signal.SIGKILL)

    demo.start()
    demo.wait_until_ready()
    assert {number for number, started in killed.items() if start_time(number) == started} == set()
    assert demo.opens("/")
    assert demo.opens("/demo/mail/")
    ended = demo.children()

    assert demo.end(signal.SIGTERM) == 0
    assert {number for number, started in ended.items() if start_time(number) == started} == set()
    assert port_is_free(demo.port)
    assert not (demo.local_dir / running.FILE_NAME).exists()


def test_second_demo_of_a_folder_is_refused(demo: Demo) -> None:
    demo.local_dir.mkdir()
    with (demo.local_dir / "demo.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)

        assert demo.start().wait(END_TIMEOUT_SECONDS) == 1

    assert "runs already" in demo.said()


def test_demo_names_another_port_when_its_own_is_taken(demo: Demo) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", demo.port))
        stranger.listen()

        assert demo.start().wait(END_TIMEOUT_SECONDS) == 1

    assert f"Port {demo.port} is taken. Choose another: manage.py demo --port {demo.port + 1}" in demo.said()


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    started = Household(tmp_path / "household")
    yield started
    started.end()


def _portal(household: Household, folder: Path) -> Portal:
    return Portal(
        household,
        local_dir=folder,
        static_root=folder / "static",
        port=free_port(),
        may_use_given_services=True,
    )


def test_reset_throws_all_data_away(household: Household, tmp_path: Path) -> None:
    portal = _portal(household, tmp_path)
    for folder in portal.data:
        folder.mkdir(exist_ok=True)
        (folder / "old").touch()

    portal.delete_data()

    assert [folder for folder in portal.data if (folder / "old").exists()] == []


def test_reset_leaves_a_given_database_alone(
    household: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@elsewhere.example/theirs")
    portal = _portal(household, tmp_path)

    with pytest.raises(NotOurData, match="DATABASE_URL"):
        portal.delete_data()


def test_failed_command_shows_the_end_of_its_log(household: Household, tmp_path: Path) -> None:
    with pytest.raises(PartFailed, match=r"Unknown command: 'no_such_command'"):
        _portal(household, tmp_path).run_command("no_such_command")


def test_other_commands_join_the_running_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OF_THE_TEST_RUN:
        monkeypatch.delenv(name, raising=False)

    with running.announced(tmp_path, {"PGHOST": "there", "REDIS_URL": "redis://there"}):
        assert (tmp_path / running.FILE_NAME).stat().st_mode & 0o777 == 0o600
        running.join(tmp_path)

    assert (os.environ["PGHOST"], os.environ["REDIS_URL"]) == ("there", "redis://there")
    assert not (tmp_path / running.FILE_NAME).exists()


def test_other_commands_keep_the_services_they_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in OF_THE_TEST_RUN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgres://given")

    with running.announced(tmp_path, {"PGHOST": "there"}):
        running.join(tmp_path)

    assert "PGHOST" not in os.environ


def test_static_files_are_collected_by_one_start_at_a_time(tmp_path: Path) -> None:
    static_root = tmp_path / "local" / "static"

    with static_files.collected_by_one(static_root), pytest.raises(BlockingIOError):
        _take_lock(static_root)

    _take_lock(static_root)


def _take_lock(static_root: Path) -> None:
    with static_root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
