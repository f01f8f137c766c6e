"""What the other tests may rely on: no other machine, and a database as the migrations left it."""

import socket

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.support.network import NetworkIsBlocked


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
