"""What the other tests may rely on: no other machine, and a database as the migrations left it."""

import socket

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.support.database import contents, restore_migrated_rows
from tests.support.network import NetworkIsBlocked

# One for each way in which a table can come to differ; the last one is empty after the migrations.
WRITTEN = [
    "UPDATE django_content_type SET model = 'x' WHERE model = 'user'",
    "DELETE FROM django_content_type WHERE model = 'user'",
    "DELETE FROM django_content_type",
    "INSERT INTO django_content_type (app_label, model) VALUES ('left', 'behind')",
    "DELETE FROM django_content_type WHERE model = 'user';"
    " INSERT INTO django_content_type (app_label, model) VALUES ('left', 'behind')",
    "INSERT INTO django_admin_log (action_time, object_repr, action_flag, change_message, user_id)"
    " VALUES (now(), 'x', 1, '', 1)",
]


def test_other_machines_are_out_of_reach() -> None:
    with socket.socket() as outward, pytest.raises(NetworkIsBlocked, match=r"192\.0\.2\.1"):
        outward.connect(("192.0.2.1", 80))


def test_names_of_other_machines_are_not_looked_up() -> None:
    with pytest.raises(NetworkIsBlocked, match=r"example\.org"):
        socket.create_connection(("example.org", 80))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("repetition", [1, 2])
def test_rows_of_the_migrations_survive_a_test_that_commits(repetition: int) -> None:
    """The second finds what the first deleted, and not what it added."""
    assert ContentType.objects.filter(app_label="accounts", model="user").exists()
    assert not ContentType.objects.filter(app_label="left behind").exists()

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM django_content_type WHERE model = 'user'")
        cursor.execute("SET session_replication_role = origin")
    ContentType.objects.create(app_label="left behind", model="x")


@pytest.mark.django_db(transaction=True)
def test_whatever_was_written_is_undone() -> None:
    """Tables that nobody wrote to are left alone, so it must be known of every one that somebody did."""
    before = _rows()

    assert {written: _is_undone(written, before) for written in WRITTEN} == dict.fromkeys(WRITTEN, True)


def _is_undone(written: str, before: dict[str, list[bytes]]) -> bool:
    with connection.cursor() as cursor:
        # Without checks of foreign keys, so that any table can be emptied.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(written)
        cursor.execute("SET session_replication_role = origin")
    assert _rows() != before, written
    restore_migrated_rows()
    return _rows() == before


def _rows() -> dict[str, list[bytes]]:
    """What every table holds; in which order is PostgreSQL's own business."""
    return {table: sorted(rows.splitlines()) for table, rows in contents().items()}
