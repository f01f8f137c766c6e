"""Regions by their code: one query for all that are not at hand, none for the others."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from core.cache import forget_all
from core.reference.models import NutsUnit
from core.reference.units import units

pytestmark = pytest.mark.django_db


def test_regions_are_asked_for_together_and_once(django_assert_num_queries: DjangoAssertNumQueries):
    with django_assert_num_queries(1):
        found = units(["FRF11", "DE131"])
        assert {code: unit.country.code for code, unit in found.items()} == {"FRF11": "FR", "DE131": "DE"}
    with django_assert_num_queries(0):
        assert units(iter(["FRF11"])) == {"FRF11": found["FRF11"]}
    with django_assert_num_queries(1):
        assert set(units(["FRF11", "DE132"])) == {"FRF11", "DE132"}


def test_retired_region_is_found_and_one_that_does_not_exist_is_not():
    NutsUnit.objects.filter(pk="DE131").update(is_active=False)
    assert [(code, unit.is_active) for code, unit in units(["DE131", "XX999"]).items()] == [("DE131", False)]


def test_region_that_staff_correct_is_shown_so_once_the_minute_is_over():
    before = units(["DE131"])["DE131"].name
    NutsUnit.objects.filter(pk="DE131").update(name_latin="Corrected", name_local="Corrected")
    assert units(["DE131"])["DE131"].name == before
    forget_all()
    assert units(["DE131"])["DE131"].name == "Corrected"
