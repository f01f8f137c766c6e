"""The demo's world as other tests get it: the second time copied, and no other than the first."""

from __future__ import annotations

import pytest

from tests.support import demo_world
from tests.support.database import contents
from tests.support.undoing import undone


@pytest.mark.django_db
def test_world_that_is_copied_is_the_one_that_was_made(monkeypatch):
    monkeypatch.setattr(demo_world, "_kept", {})
    worlds = []
    for _turn in range(2):
        with undone():
            demo_world.load()
            # In which order rows lie is PostgreSQL's own business.
            worlds.append({table: sorted(rows.splitlines()) for table, rows in contents().items()})

    assert worlds[0] == worlds[1]
    assert worlds[0]["applications_pilotregion"]
