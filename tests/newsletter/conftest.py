"""Who writes bulletins."""

from __future__ import annotations

import pytest

from core.accounts.enums import Role
from tests.builders.people import make_staff


@pytest.fixture
def writer():
    return make_staff(Role.COMMUNICATIONS, email="news@oecd.example")


@pytest.fixture
def desk(client, settings, writer):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")
    return client
