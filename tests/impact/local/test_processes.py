"""Children end with their owner, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from impact.local.processes import Child, Household, end_process, start_time, wait_until

PATIENCE_SECONDS = 20
# Told to heed Ctrl-C, which a shell lets everything ignore that it starts in the background.
OWNER = """
import signal, sys, time
from pathlib import Path
from impact.local.processes import Household
signal.signal(signal.SIGINT, signal.default_int_handler)
folder = Path(sys.argv[1])
child = Household(folder).start([sys.executable, "-c", "import time; time.sleep(600)"], log=folder / "log")
print(child.pid, flush=True)
time.sleep(600)
"""


class Owner:
    """A process with one child."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(folder)],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.child_pid = int(self.process.stdout.readline())
        self.child_started = start_time(self.child_pid)

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.wait(PATIENCE_SECONDS)

    def child_is_gone(self) -> bool:
        return start_time(self.child_pid) != self.child_started


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    started = Owner(tmp_path)
    yield started
    started.process.kill()
    started.process.communicate()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_child_ends_with_its_owner(owner: Owner, how: signal.Signals) -> None:
    assert not owner.child_is_gone()

    owner.end(how)

    assert wait_until(owner.child_is_gone, PATIENCE_SECONDS)


def test_child_of_a_killed_owner_and_guardian_ends_with_the_next_start(owner: Owner, tmp_path: Path) -> None:
    for guardian in _children_of(owner.process.pid) - {owner.child_pid}:
        os.kill(guardian, signal.SIGKILL)
    owner.end(signal.SIGKILL)
    assert not owner.child_is_gone()

    next_one = Household(tmp_path)

    assert owner.child_is_gone()
    next_one.end()


def test_household_ends_the_last_started_first(tmp_path: Path) -> None:
    household = Household(tmp_path)
    script = "import signal, sys, time; signal.signal(15, lambda *_: (print(sys.argv[1]), sys.exit())); "
    for name in ("first", "second"):
        ready = tmp_path / f"{name}-ready"
        command = [sys.executable, "-c", f"{script} open({str(ready)!r}, 'w'); time.sleep(600)", name]
        household.start(command, log=tmp_path / "log")
        assert wait_until(ready.exists, PATIENCE_SECONDS)

    household.end()

    assert (tmp_path / "log").read_text() == "second\nfirst\n"


def test_child_that_ignores_the_request_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("impact.local.processes.PATIENCE_SECONDS", 0.2)
    stubborn = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(600)",
        ],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert stubborn.stdout
    stubborn.stdout.readline()

    end_process(Child(pid=stubborn.pid, started=start_time(stubborn.pid), signal=signal.SIGTERM))

    assert stubborn.wait() == -signal.SIGKILL
    stubborn.stdout.close()


def test_another_process_of_the_same_number_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as stranger:
        end_process(Child(pid=stranger.pid, started="long before", signal=signal.SIGTERM))

        assert stranger.poll() is None
        stranger.kill()


def test_start_time_of_a_zombie_is_empty() -> None:
    with subprocess.Popen(["true"]) as zombie:
        assert wait_until(lambda: start_time(zombie.pid) == "", PATIENCE_SECONDS)


def test_folder_is_removed_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    household = Household(tmp_path)
    household.remove_at_end(folder)

    household.end()

    assert not folder.exists()


def _children_of(pid: int) -> set[int]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        listed = Path(f"/proc/{pid}/task/{pid}/children")
        if not listed.exists():
            pytest.skip("this system does not list the children of a process")
        if children := {int(child) for child in listed.read_text().split()}:
            return children
    raise AssertionError("no children")
