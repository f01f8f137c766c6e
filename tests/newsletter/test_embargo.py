"""No bulletin names those who do not know their outcome yet, unless somebody says that it tells none."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from applications.models import PilotRegion
from applications.selecting.actions import lettering
from core import embargo
from core.accounts.enums import Role
from newsletter import actions
from newsletter.models import Bulletin
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.newsletter import make_bulletin, make_subscriber
from tests.builders.people import person, the_manager
from tests.builders.selections import decided

pytestmark = pytest.mark.django_db


def writing(text: str) -> Bulletin:
    return make_bulletin(body={"en": text, "fr": "Bonjour"})


def test_bulletin_waits_for_the_letters_of_those_whom_it_names() -> None:
    make_subscriber()
    application = eligible(closed_call(), title="Upper Valley")
    selection = decided({application: "selected"})
    PilotRegion.objects.update(name="Green Valley")
    by, manager = person(Role.COMMUNICATIONS), the_manager()
    for text in (f"See {application.reference}!", "The **upper\nvalley**", "Welcome, GREEN VALLEY."):
        with pytest.raises(ValidationError, match="still held"):
            actions.schedule(bulletin_id=writing(text).pk, by=by)

    for text in ("Upper Valleys", "A greenish valley"):
        assert actions.schedule(bulletin_id=writing(text).pk, by=by).status != "draft"
    bulletin = writing("Upper Valley")
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=manager)
    assert actions.schedule(bulletin_id=bulletin.pk, by=by).status != "draft"


def test_page_offers_to_confirm_that_it_tells_nothing_and_names_whom_it_means(desk: Client) -> None:
    make_subscriber()
    decided({eligible(closed_call(), title="Upper Valley"): "not_selected"})
    harmless, naming = writing("Hello"), writing("A webinar with Upper Valley")

    def page(bulletin: Bulletin) -> str:
        return reverse("admin:newsletter_bulletin_decide_one", args=[bulletin.pk, "schedule"])

    when = {"send_at": ""}
    assert "tells_no_outcome" not in desk.get(page(harmless)).content.decode()
    assert "Their letters are still held: Upper Valley." in desk.get(page(naming)).content.decode()
    refused = desk.post(page(naming), when).content.decode()
    assert "The bulletin names applicants whose outcome letters are still held: Upper Valley." in refused
    assert Bulletin.objects.get(pk=naming.pk).status == "draft"

    desk.post(page(naming), when | {"tells_no_outcome": "on"})

    assert Bulletin.objects.get(pk=naming.pk).status != "draft"


def test_names_are_found_as_words_and_short_ones_never(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embargo, "_PROVIDERS", [lambda: ["Öland (SE)", "Rhin", "Po", "C++ valley"]])

    assert embargo.named_in(["on öland  (se).", "Po"]) == ["Öland (SE)"]
    assert embargo.named_in(["Rhine", "the C++\nValley"]) == ["C++ valley"]
    assert embargo.named_in(["RHIN"]) == ["Rhin"]
