"""The demo's world as other tests get it: the second time copied, and no other than the first."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from applications.models import Application, Call
from tests.builders.applications import started
from tests.support import demo_world
from tests.support.database import contents
from tests.support.undoing import undone


@pytest.mark.django_db
def test_world_that_is_copied_is_the_one_that_was_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(demo_world, "MADE", tmp_path / "world")
    worlds = []
    for _turn in ("made", "copied by another process"):
        monkeypatch.setattr(demo_world, "_kept", {})
        with undone():
            give_numbers_as_if_nothing_was_made()
            demo_world.load()
            # In which order rows lie is PostgreSQL's own business.
            worlds.append({table: sorted(rows.splitlines()) for table, rows in contents().items()})
            assert started(Call.objects.open().get()).pk > Application.objects.earliest("pk").pk

    assert worlds[0] == worlds[1]
    assert worlds[0]["applications_pilotregion"]


def give_numbers_as_if_nothing_was_made() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('applications_application', 'id'), 1, false)")
