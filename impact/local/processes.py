"""Child processes that never outlive their owner, however it goes; standard library only.

A guardian, a process of its own, reads what to end from a pipe that the owner holds open. When the owner
ends, be it by Ctrl-C, SIGTERM or `kill -9`, the pipe closes and the guardian ends the children, the last
started first. A list on disk serves the case that both were killed: the next start ends what is on it.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypedDict

PATIENCE_SECONDS = 10
POLL_SECONDS = 0.02


class Child(TypedDict):
    """What it takes to end a process later, and to be sure that it is still the same one."""

    pid: int
    started: str
    signal: int


class Household:
    """The processes and folders of one owner.

    Args:
        state_dir: made if absent; holds the list of children.
    """

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._list = state_dir / "processes"
        end_leftovers(self._list)
        self._children: list[subprocess.Popen[bytes]] = []
        self._guardian = subprocess.Popen(
            [sys.executable, str(Path(__file__)), str(self._list)],
            stdin=subprocess.PIPE,
            # A Ctrl-C reaches every process of the terminal's group; the guardian must survive it.
            start_new_session=True,
        )

    def start(
        self,
        command: list[str],
        *,
        env: dict[str, str] | None = None,
        log: Path,
        cwd: Path | None = None,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        end_with: signal.Signals = signal.SIGTERM,
        user: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a child whose output goes to a file.

        Args:
            command: program and arguments.
            env: the whole environment; None inherits ours.
            log: appended to.
            cwd: where it runs.
            stdin: what it reads.
            end_with: the signal that asks it to end.
            user: numeric user and group to run as; only root may ask for one.
        """
        with log.open("ab") as output:
            child = subprocess.Popen(
                command,
                env=env,
                cwd=cwd,
                stdin=stdin,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **identity(user),
            )
        self._children.append(child)
        self._tell(Child(pid=child.pid, started=start_time(child.pid), signal=end_with))
        return child

    def remove_at_end(self, folder: Path) -> None:
        """Have a folder deleted once the children are gone."""
        self._tell({"remove": str(folder)})

    def end(self) -> None:
        """End all children and wait for it."""
        if self._guardian.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._guardian.stdin.close()
        self._guardian.wait()
        # Nothing is left to do, unless somebody killed the guardian.
        end_leftovers(self._list)
        for child in self._children:
            child.wait()

    def _tell(self, entry: Child | dict[str, str]) -> None:
        line = json.dumps(entry) + "\n"
        with self._list.open("a") as file:
            file.write(line)
        assert self._guardian.stdin
        self._guardian.stdin.write(line.encode())
        self._guardian.stdin.flush()


def end_leftovers(list_file: Path) -> None:
    """End what a killed owner and guardian left behind."""
    if list_file.exists():
        _end_all(list_file.read_text().splitlines())
        list_file.unlink(missing_ok=True)


def start_time(pid: int) -> str:
    """When the process started, to tell it from a later one of that number; empty for none or a zombie."""
    if Path("/proc/self/stat").exists():
        # The name, in brackets, may contain anything; the state is field 3 and the start time field 22.
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return "" if fields[0] == "Z" else fields[19]
        return ""
    shown = _ps(pid, "stat=", "lstart=")
    return "" if shown.startswith("Z") else shown.partition(" ")[2]


def command_line(pid: int) -> str:
    """How the process was called; empty for none."""
    if not Path("/proc/self/cmdline").exists():
        return _ps(pid, "command=")
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    return ""


def identity(user: int | None) -> dict[str, Any]:
    """Arguments of Popen that make a program run as another user; None keeps ours."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def free_port() -> int:
    """A port of this machine that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], bool], timeout_seconds: float) -> bool:
    """Whether the condition became true in time."""
    end = time.monotonic() + timeout_seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_SECONDS)
    return True


def end_process(child: Child) -> None:
    """Ask politely, wait, then kill whatever is left of the process and its group."""

    def is_gone() -> bool:
        return not child["started"] or start_time(child["pid"]) != child["started"]

    if not is_gone():
        with contextlib.suppress(ProcessLookupError):
            os.kill(child["pid"], child["signal"])
        wait_until(is_gone, PATIENCE_SECONDS)
    # A number is not given away again while a group bears it, so a group without leader is still ours.
    if start_time(child["pid"]) in ("", child["started"]):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child["pid"], signal.SIGKILL)
        wait_until(is_gone, PATIENCE_SECONDS)


def _ps(pid: int, *columns: str) -> str:
    """For systems without /proc."""
    options = [option for column in columns for option in ("-o", column)]
    return subprocess.run(["ps", *options, "-p", str(pid)], capture_output=True, text=True).stdout.strip()


def _end_all(lines: list[str]) -> None:
    entries = [json.loads(line) for line in lines if line.endswith("}")]
    for entry in reversed(entries):
        if "pid" in entry:
            end_process(entry)
    for entry in entries:
        if "remove" in entry:
            shutil.rmtree(entry["remove"], ignore_errors=True)


def _guard(list_file: Path) -> None:
    """Wait for the owner's end, then end its children."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    lines = sys.stdin.read().splitlines()
    _end_all(lines)
    # The next owner may already have begun a list of its own.
    if list_file.exists() and list_file.read_text().splitlines() == lines:
        list_file.unlink(missing_ok=True)


if __name__ == "__main__":
    _guard(Path(sys.argv[1]))
