"""Health: alive without any part, ready only with all of them, and never a reason on the web."""

import pytest
from django.test import Client
from kombu.exceptions import OperationalError

from impact.pages import health


def test_live_needs_no_database(client: Client) -> None:
    response = client.get("/health/live/")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_when_all_parts_answer(client: Client) -> None:
    response = client.get("/health/ready/")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "cache": "ok", "broker": "ok"},
    }
    assert "no-cache" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("part", "code", "status"),
    [
        ("database", 503, "failed"),
        ("migrations", 503, "failed"),
        ("cache", 200, "degraded"),
        ("broker", 200, "degraded"),
    ],
)
def test_ready_names_the_part_that_fails(
    client: Client, monkeypatch: pytest.MonkeyPatch, part: str, code: int, status: str
) -> None:
    def fails() -> None:
        raise OSError("secret address of the part")

    monkeypatch.setitem(health.CHECKS, part, fails)

    response = client.get("/health/ready/")

    assert (response.status_code, response.json()["status"]) == (code, status)
    assert response.json()["checks"][part] == "failed"
    assert list(response.json()["checks"].values()).count("ok") == 3
    assert "secret" not in response.content.decode()


def test_broker_that_refuses_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(health.app.conf, "broker_write_url", "redis://127.0.0.1:1/0")

    with pytest.raises(OperationalError, match="refused"):
        health.check_broker()
