"""The test run: PostgreSQL and Valkey once for all its processes, then pytest."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from impact.local.postgres import Postgres
from impact.local.processes import Household
from impact.local.valkey import Valkey


def run_tests(arguments: list[str]) -> int:
    """Run pytest with these arguments against services of its own; returns its exit code."""
    folder = Path(tempfile.mkdtemp(prefix="impact-test-"))
    household = Household(folder)
    try:
        household.remove_at_end(folder)
        # The tests wipe databases, so whatever the environment names is left alone.
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(_services(household, folder), IMPACT_LOCAL_DIR=str(folder))
        return pytest.main(arguments)
    finally:
        sys.stdout.flush()
        household.end()


def _services(household: Household, folder: Path) -> dict[str, str]:
    postgres = Postgres(household, folder / "postgres", durable=False)
    household.remove_at_end(postgres.folder)
    valkey = Valkey(household, folder / "valkey", durable=False)
    return {**postgres.start().environment, "PGDATABASE": "impact", "REDIS_URL": valkey.start().url}
