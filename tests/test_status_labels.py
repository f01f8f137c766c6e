"""The colour of a status says the same in every language."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.builders.people import person_with_every_role
from tests.support import demo_world

pytestmark = pytest.mark.django_db
# Of a label: green, red, orange, blue, or grey where no colour says anything.
COLOUR = re.compile(r"bg-(green|red|orange|blue|base)-100[^>]*>")


@pytest.fixture
def everybody(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    demo_world.load()
    return person_with_every_role()


def pages_with_a_status() -> list[str]:
    """Address of each list that shows one, and of the page of its first row."""
    found = []
    for model, page in admin.site._registry.items():
        if "status_label" in page.list_display:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            found.append(reverse(f"{name}_changelist"))
            found += [reverse(f"{name}_change", args=[row.pk]) for row in model._default_manager.all()[:1]]
    return found


def test_statuses_have_the_same_colours_in_both_languages_and_are_words(everybody):
    client = Client()
    client.force_login(everybody, backend="django.contrib.auth.backends.ModelBackend")
    coloured = 0
    for page in pages_with_a_status():
        english, french = (client.get(at, follow=True).content.decode() for at in (page, f"/fr{page}"))
        assert COLOUR.findall(english) == COLOUR.findall(french), page
        assert "(&#x27;" not in english + french, page
        coloured += len(COLOUR.findall(english))
    assert coloured > 50
