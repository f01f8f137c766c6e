"""What the web server loads before its first visitor comes."""

from pathlib import Path

import pytest
from django.template import engines
from django.template.loaders import filesystem
from django.test import Client

from impact import wsgi


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/fr/"])
def test_no_visitor_waits_until_our_templates_are_read(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    for loader in engines["django"].engine.template_loaders:
        loader.reset()
    wsgi.load_ahead()
    read: list[Path] = []
    monkeypatch.setattr(filesystem.Loader, "get_contents", lambda _self, origin: read.append(origin.name))

    response = client.get(address)

    assert response.status_code == 200
    assert not read
