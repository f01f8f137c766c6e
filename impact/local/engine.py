"""A container engine of our own for as long as it is needed, where none runs: Debian's, as root."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from impact.local.processes import Household, wait_until

START_TIMEOUT_SECONDS = 60
INSTALL_TIMEOUT_SECONDS = 600
LOG_TAIL_CHARS = 2000
# Program → Debian's package.
PACKAGES = {
    "dockerd": "docker.io",
    "docker": "docker.io",
    "docker-compose": "docker-compose",
    "debootstrap": "debootstrap",
    "iptables": "iptables",
}
# Nothing but the containers' own network: ports are published by a process of the engine.
APART = ["--bridge=none", "--ip-forward=false", "--ip-masq=false"]
ADDRESSES = "base=10.213.16.0/20,size=24"


class NoEngine(Exception):
    """Raised with the reason why no container can be started on this machine."""


class CommandFailed(Exception):
    """Raised with the end of what a command wrote."""


class Engine:
    """Runs the commands of Docker and Compose against one engine.

    Args:
        socket: on which it listens.
    """

    def __init__(self, socket: Path) -> None:
        # The builder of Debian's engine, which needs no plug-in of its client.
        self.environment = {
            **os.environ,
            "DOCKER_HOST": f"unix://{socket}",
            "DOCKER_BUILDKIT": "0",
            "COMPOSE_HTTP_TIMEOUT": "300",
        }

    def run(self, *command: str, cwd: Path | None = None, timeout_seconds: float = 900) -> str:
        """Run a command to its end and return what it wrote to its standard output.

        Raises:
            CommandFailed: it failed, or took longer.
        """
        try:
            finished = subprocess.run(
                command,
                cwd=cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout_seconds,
            )
        except subprocess.TimeoutExpired as late:
            raise CommandFailed(f"{' '.join(command)} did not end in {timeout_seconds:.0f} s") from late
        if finished.returncode:
            written = finished.stdout[-LOG_TAIL_CHARS:] + finished.stderr[-LOG_TAIL_CHARS:]
            raise CommandFailed(f"{' '.join(command)}\n{written}")
        return finished.stdout

    def answers(self) -> bool:
        try:
            self.run("docker", "version", timeout_seconds=10)
        except CommandFailed:
            return False
        return True


@contextmanager
def own_engine(folder: Path) -> Iterator[Engine]:
    """Start an engine whose images, containers and volumes lie in a folder; at the end all of it is gone.

    Args:
        folder: empty, with a short path: sockets lie in it.

    Raises:
        NoEngine: this machine lets none start.
    """
    require_programs()
    if _another_runs():
        raise NoEngine("An engine runs on this machine already, and two would share its firewall's rules.")
    household = Household(folder / "household")
    engine = Engine(folder / "docker.sock")
    with _firewall_as_it_was():
        try:
            _start(household, folder, engine)
            yield engine
        finally:
            household.end()
            _unmount_all(folder)
            shutil.rmtree(folder, ignore_errors=True)


def require_programs() -> None:
    """Return when Docker's engine and what builds a base image are installed; as root it installs them.

    Raises:
        NoEngine: they are missing and cannot be installed.
    """
    missing = sorted({package for program, package in PACKAGES.items() if shutil.which(program) is None})
    if os.geteuid() != 0:
        raise NoEngine("Only root can start a container engine.")
    if missing and shutil.which("apt-get") is None:
        raise NoEngine(f"These are missing, and there is no apt-get to install them: {', '.join(missing)}")
    if missing:
        _install(missing)


def _another_runs() -> bool:
    return subprocess.run(["docker", "version"], capture_output=True).returncode == 0


@contextmanager
def _firewall_as_it_was() -> Iterator[None]:
    """Dockerd adds rules and forbids to forward, and takes nothing back when it ends."""
    saved = subprocess.run(["iptables-save"], capture_output=True)
    if saved.returncode:
        raise NoEngine(f"The firewall's rules cannot be read: {saved.stderr.decode(errors='replace')}")
    try:
        yield
    finally:
        subprocess.run(["iptables-restore"], input=saved.stdout, check=True)


def _install(packages: list[str]) -> None:
    # RUNLEVEL keeps the installation from starting an engine beside ours.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_SECONDS
        )
        if done.returncode:
            raise NoEngine(f"{' '.join(command)} failed: {(done.stdout + done.stderr)[-LOG_TAIL_CHARS:]}")


def _start(household: Household, folder: Path, engine: Engine) -> None:
    log = folder / "dockerd.log"
    places = {"--data-root": "data", "--exec-root": "exec", "--pidfile": "pid"}
    options = [part for option, name in places.items() for part in (option, str(folder / name))]
    daemon = household.start(
        ["dockerd", *options, "-H", engine.environment["DOCKER_HOST"], *APART]
        + ["--default-address-pool", ADDRESSES, "--shutdown-timeout", "5"],
        log=log,
    )
    wait_until(lambda: daemon.poll() is not None or engine.answers(), START_TIMEOUT_SECONDS)
    if daemon.poll() is not None or not engine.answers():
        raise NoEngine(f"dockerd did not start: {log.read_text(errors='replace')[-LOG_TAIL_CHARS:]}")


def _unmount_all(folder: Path) -> None:
    """Unmount what an engine that was killed left mounted; the folder could not be deleted."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in reversed([mount for mount in mounts if mount.startswith(f"{folder}/")]):
        subprocess.run(["umount", "--lazy", mount], capture_output=True)
