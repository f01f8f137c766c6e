"""Rows of which the page did not send how many there are: people read a sentence, not Django's own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.forms.formsets import BaseFormSet
from django.test import Client

from core.accounts.enums import Role
from tests.applications.staff_clients import as_
from tests.builders.calls import closed_call

APPS = ("core.", "applications.", "experts.", "matching.", "newsletter.")
SENTENCE = "Part of the page did not arrive. Please send it again."


def below(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from below(child)


def test_every_set_of_rows_of_ours_says_a_sentence():
    # Those of administrations are made for each request of the classes that they name.
    ours = [each for each in below(BaseFormSet) if each.__module__.startswith(APPS)]
    assert len(ours) > 3
    for each in ours:
        said = [
            base.default_error_messages for base in each.__mro__ if "default_error_messages" in vars(base)
        ]
        words = next(said_["missing_management_form"] for said_ in said if "missing_management_form" in said_)
        assert words == SENTENCE, each


@pytest.mark.django_db
def test_page_of_criteria_that_arrives_in_part_says_so(settings: Any):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client: Client = as_(Role.MANAGER)
    call = closed_call()
    page = client.post(f"/admin/applications/call/{call.pk}/criteria/change/", {"reason": "Typed"})
    text = page.content.decode()
    assert SENTENCE in text
    assert "ManagementForm" not in text
    assert "Typed" in text
