"""All parts of the portal on one machine, as the demo runs them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from impact.local import static_files
from impact.local.parts import PARTS, WEB_PROCESSES, PartFailed, RunningPart, arguments_of
from impact.local.postgres import Postgres
from impact.local.processes import Household, free_port, wait_until
from impact.local.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent.parent
READY_TIMEOUT_SECONDS = 90
REQUEST_TIMEOUT_SECONDS = 10
# Names of another server's database must not leak into ours.
NOT_INHERITED = ("PGDATABASE", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGSERVICE")


class NotOurData(Exception):
    """Raised when a reset would empty a database that the demo did not make."""


class Portal:
    """PostgreSQL, Valkey, web, worker, mailer and beat.

    Args:
        household: ends them.
        local_dir: where data, uploads and mails lie.
        static_root: where the collected static files lie.
        port: of the web server, on this machine only.
        may_use_given_services: whether DATABASE_URL and REDIS_URL of the environment are used.
        dump: SQL of a migrated database to begin with, instead of an empty one.
        web_processes: of the web server.
    """

    def __init__(
        self,
        household: Household,
        *,
        local_dir: Path,
        static_root: Path,
        port: int,
        may_use_given_services: bool,
        dump: Path | None = None,
        web_processes: int = WEB_PROCESSES,
    ) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.logs = local_dir / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        if not may_use_given_services:
            self.environment.pop("DATABASE_URL", None)
            self.environment.pop("REDIS_URL", None)
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "impact.settings.local",
            "IMPACT_LOCAL_DIR": str(local_dir),
            "STATIC_ROOT": str(static_root),
            "SITE_URL": self.url.rstrip("/"),
            # As in the Dockerfile: else each thread keeps memory of its own that it once needed.
            "MALLOC_ARENA_MAX": "2",
        }
        self._household, self._local_dir, self._port = household, local_dir, port
        self._static_root, self._dump, self._web_processes = static_root, dump, web_processes
        self._valkey: Valkey | None = None
        self._postgres = None
        if "DATABASE_URL" not in self.environment:
            self._postgres = Postgres(household, local_dir / "postgres")
        self._parts: list[RunningPart] = []

    @property
    def web_pids(self) -> list[int]:
        """The processes of the web server, once it runs."""
        return self.pids("web")

    def pids(self, name: str) -> list[int]:
        """Return the processes of a part that runs, the one that started the others first."""
        first = self._process_of(name).pid
        return [first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())]

    @property
    def mail(self) -> Path:
        """Where the e-mails arrive, a file for each."""
        return self._local_dir / "mail"

    @property
    def data(self) -> list[Path]:
        """Where the demo's data lies."""
        folders = [self._local_dir / name for name in ("valkey", "media", "mail")]
        return [*folders, self._postgres.folder] if self._postgres else folders

    @property
    def environment_of_services(self) -> dict[str, str]:
        """What another process needs in order to work on the same data."""
        names = ("REDIS_URL", "DATABASE_URL", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "SITE_URL")
        return {name: self.environment[name] for name in names if name in self.environment}

    def start(self, say: Callable[[str], object], *, with_data: bool = True) -> None:
        """Start everything; returns when the portal answers.

        Args:
            say: takes a line before each stage.
            with_data: whether the demo's are loaded.

        Raises:
            ServiceDidNotStart, PartFailed: with the end of the log.
        """
        say("Starting PostgreSQL and Valkey …")
        self.start_services()
        say("Bringing the database and the static files up to date …")
        migration = self._begin("migrate", "--no-input")
        self._collect_static_files()
        migration.finish()
        say("Loading the demo data, starting web, workers and beat …")
        self.start_processes()
        if with_data:
            self.run_command("load_demo")
        self.wait_until_ready()

    def _collect_static_files(self) -> None:
        with static_files.collected_by_one(self._static_root):
            if not static_files.are_collected(self._static_root):
                self.run_command("collectstatic", "--no-input")
                static_files.mark_collected(self._static_root)

    def delete_data(self) -> None:
        """Delete what earlier starts left; the services must not run.

        Raises:
            NotOurData: the environment names a database that is not the demo's.
        """
        if not self._postgres:
            raise NotOurData(
                "DATABASE_URL names a database of yours. Unset it, or empty that database yourself."
            )
        for folder in self.data:
            shutil.rmtree(folder, ignore_errors=True)
        self._postgres = Postgres(self._household, self._local_dir / "postgres")

    def start_services(self) -> None:
        """Start PostgreSQL and Valkey, unless the environment names others.

        Raises:
            ServiceDidNotStart: with the end of its log.
        """
        if "REDIS_URL" not in self.environment:
            self._valkey = Valkey(self._household, self._local_dir / "valkey").start()
            self.environment["REDIS_URL"] = self._valkey.url
        if self._postgres:
            self._postgres.start().create_database("impact")
            if self._dump:
                self._postgres.restore("impact", self._dump)
            self.environment |= {**self._postgres.environment, "PGDATABASE": "impact"}

    def run_command(self, *words: str) -> None:
        """Run a management command and wait for it.

        Raises:
            PartFailed: with the end of its log.
        """
        self._begin(*words).finish()

    def _begin(self, *words: str) -> RunningPart:
        return self._start(words[0], ["manage.py", *words])

    def start_processes(self) -> None:
        """Start web, workers and beat; returns before they are ready."""
        self._parts = [self._start_part(name) for name in PARTS]

    def kill(self, name: str) -> None:
        """End a part as a machine that loses power would.

        Args:
            name: web, worker, mailer, beat or broker; the broker only if the portal started it.
        """
        process = self._process_of(name)
        # Each part leads a group of its own, with all that it has started.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def revive(self, name: str) -> None:
        """Start a part again that was killed; returns before it is ready."""
        if name == "broker":
            assert self._valkey
            self._valkey.start()
            return
        self._parts = [self._start_part(name) if part.name == name else part for part in self._parts]

    def _process_of(self, name: str) -> subprocess.Popen[bytes]:
        if name == "broker":
            assert self._valkey
            assert self._valkey.process
            return self._valkey.process
        return next(part.process for part in self._parts if part.name == name)

    def _start_part(self, name: str) -> RunningPart:
        arguments = arguments_of(
            name, port=self._port, local_dir=self._local_dir, web_processes=self._web_processes
        )
        return self._start(name, arguments, end_with=signal.SIGINT if name == "web" else signal.SIGTERM)

    def wait_until_ready(self) -> None:
        """Return when the web server says that all it depends on answers.

        Raises:
            PartFailed: a part ended, or it took too long.
        """
        wait_until(lambda: self._is_ready() or self._ended() is not None, READY_TIMEOUT_SECONDS)
        self.raise_if_ended()
        if not self._is_ready():
            raise PartFailed(self._parts[0].report)

    def raise_if_ended(self) -> None:
        """Return while web, worker, mailer and beat run.

        Raises:
            PartFailed: with the end of the log of the one that ended.
        """
        if part := self._ended():
            raise PartFailed(part.report)

    def _ended(self) -> RunningPart | None:
        return next((part for part in self._parts if part.process.poll() is not None), None)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}health/ready/", timeout=REQUEST_TIMEOUT_SECONDS):
                return True
        except OSError:
            return False

    def _start(
        self, name: str, arguments: list[str], *, end_with: signal.Signals = signal.SIGTERM
    ) -> RunningPart:
        log = self.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        process = self._household.start(
            [sys.executable, *arguments], env=self.environment, log=log, cwd=ROOT, end_with=end_with
        )
        return RunningPart(name, process, log)


@contextmanager
def throwaway_portal(
    static_root: Path, dump: Path | None = None, *, web_processes: int = WEB_PROCESSES
) -> Iterator[Portal]:
    """Give a portal on a free port with data of its own; all of it is gone at the end.

    Args:
        static_root: where the static files are collected, once for every portal.
        dump: SQL of a migrated database to begin with, instead of an empty one.
        web_processes: of the web server.
    """
    folder = Path(tempfile.mkdtemp(prefix="impact-check-"))
    household = Household(folder)
    try:
        portal = Portal(
            household,
            local_dir=folder,
            static_root=static_root,
            port=free_port(),
            may_use_given_services=False,
            dump=dump,
            web_processes=web_processes,
        )
        for path in [*portal.data, folder]:
            household.remove_at_end(path)
        yield portal
    finally:
        household.end()


def port_is_free(port: int) -> bool:
    """Whether a web server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
