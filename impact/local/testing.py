"""The test run: PostgreSQL and Valkey once for all its processes, then pytest."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from impact.local.postgres import Postgres
from impact.local.processes import Household
from impact.local.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT_DUMPS = ROOT / ".local" / "test-databases"
# Collected once for every portal that a test starts, and by the demo: it takes longer than all else.
KEPT_STATIC_FILES = ROOT / ".local" / "static"
# Every test process's database starts as a copy of this one: settings.test names it.
MIGRATED_DATABASE = "impact_migrated"
# What decides how a migrated database looks: migrations, the data they load, and the packages.
DECISIVE_FILES = [
    "*/migrations/*.py",
    "*/migrations/data/*",
    "core/*/migrations/*.py",
    "core/*/data/**/*",
    "requirements.lock",
]


def run_tests(arguments: list[str]) -> int:
    """Run pytest with these arguments against services of its own; returns its exit code."""
    folder = Path(tempfile.mkdtemp(prefix="impact-test-"))
    household = Household(folder)
    try:
        household.remove_at_end(folder)
        # The tests wipe databases, so whatever the environment names is left alone.
        os.environ.pop("DATABASE_URL", None)
        os.environ["IMPACT_LOCAL_DIR"] = str(folder)
        _keep_what_is_compiled()
        _start_services(household, folder)
        return pytest.main(arguments)
    finally:
        sys.stdout.flush()
        household.end()


def _keep_what_is_compiled() -> None:
    """Let modules be compiled once, not by each process that a test starts, whatever the environment says."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def _start_services(household: Household, folder: Path) -> None:
    os.environ["REDIS_URL"] = Valkey(household, folder / "valkey", durable=False).start().url
    postgres = Postgres(household, folder / "postgres", durable=False)
    household.remove_at_end(postgres.folder)
    os.environ.update(postgres.start().environment, PGDATABASE="impact")
    _make_migrated_database(postgres)


def _make_migrated_database(postgres: Postgres) -> None:
    """Migrations take longer than most tests, so their outcome is kept until one of them changes."""
    postgres.create_database(MIGRATED_DATABASE)
    KEPT_DUMPS.mkdir(parents=True, exist_ok=True)
    dump = KEPT_DUMPS / f"{_digest_of_decisive_files()}.sql"
    if dump.exists():
        postgres.restore(MIGRATED_DATABASE, dump)
        return
    environment = os.environ | {"PGDATABASE": MIGRATED_DATABASE}
    command = [sys.executable, "manage.py", "migrate", "-v", "0", "--skip-checks"]
    # A failure stays silent: it shows itself again, in full, in the first test that needs the database.
    migrated = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True)
    if migrated.returncode == 0:
        unfinished = dump.with_suffix(f".{os.getpid()}")
        postgres.dump(MIGRATED_DATABASE, unfinished)
        for outdated in KEPT_DUMPS.glob("*.sql"):
            outdated.unlink()
        unfinished.rename(dump)


def kept_dump() -> Path | None:
    """Return the SQL of a migrated database that this test run started from, if the migrations went well."""
    return next(KEPT_DUMPS.glob("*.sql"), None)


def _digest_of_decisive_files() -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in DECISIVE_FILES for path in ROOT.glob(pattern) if path.is_file()}):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]
