"""No value in an address of the administration leads to an error page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters, ModelAdmin
from django.core.exceptions import SuspiciousOperation
from django.db import transaction

from applications.models import Call
from core.accounts.enums import Role
from tests.builders.applications import submitted
from tests.builders.people import make_staff
from tests.support.lookups import ADMINS, address_of, as_, asked, lists_of

pytestmark = pytest.mark.django_db
HOSTILE = ["\0", "9" * 23, "9" * 5000, "²", "-1", "[("]


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def everyone() -> Any:
    return make_staff(*Role)


def hostile(model_admin: ModelAdmin, person: Any) -> Iterator[dict[str, str]]:
    specs = model_admin.get_changelist_instance(asked(model_admin, person, {})).filter_specs
    names = {str(name) for spec in specs for name in spec.expected_parameters()}
    for name in sorted(names | {"q", "p", "o"}):
        for value in HOSTILE:
            yield {name: value}
    dates = model_admin.date_hierarchy
    if dates:
        for year, month, day in [
            ("9999", "12", "31"),
            ("9" * 23, "1", "1"),
            ("0", "13", "32"),
            ("\0", "", ""),
        ]:
            yield {f"{dates}__year": year, f"{dates}__month": month, f"{dates}__day": day}


# Refused, or led back to the list; both are pages of ours.
ANSWERS = (SuspiciousOperation, IncorrectLookupParameters)


@pytest.mark.parametrize("model_admin", ADMINS, ids=lambda one: one.opts.label)
def test_list_takes_any_value_in_its_address(model_admin: ModelAdmin) -> None:
    person, broken = everyone(), []
    for parameters in hostile(model_admin, person):
        try:
            with transaction.atomic():
                changelist = model_admin.get_changelist_instance(asked(model_admin, person, parameters))
                list(changelist.result_list)
        except ANSWERS:
            continue
        except Exception as error:  # an error page, whatever it is
            broken.append((parameters, error))
    assert broken == []


@pytest.mark.parametrize("model_admin", ADMINS, ids=lambda one: one.opts.label)
def test_pages_of_a_row_take_any_key(model_admin: ModelAdmin) -> None:
    client = as_(everyone())
    for key in ("abc", "²", "9" * 23, "%00", "-1"):
        for page in ("change/", "history/", "history/abc/", f"history/{'9' * 23}/"):
            answer = client.get(f"{address_of(model_admin)}{key}/{page}")
            assert answer.status_code in (302, 404), (key, page)


def test_suggestions_take_any_term_and_are_rows_of_the_list() -> None:
    person = make_staff(Role.REVIEWER, email="reviewer@example.org")
    fields = [(m, f) for m in admin.site._registry for f in m._meta.get_fields() if f.many_to_one]
    client, all_clients = as_(person), as_(everyone())
    for model, field in fields:
        asked_for = {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name,
            "field_name": field.name,
        }
        for term in HOSTILE[:5]:
            answer = all_clients.get("/admin/autocomplete/", asked_for | {"term": term})
            assert answer.status_code in (200, 403, 404), (asked_for, term)
        target = admin.site._registry.get(field.related_model)
        may_list = target is not None and target in list(lists_of(person))
        assert may_list or client.get("/admin/autocomplete/", asked_for).status_code in (403, 404)


@pytest.mark.parametrize("page", ["²", "abc", "-1", "9" * 23])
def test_search_of_the_menu_takes_any_page(page: str) -> None:
    answer = as_(everyone()).get("/admin/search/", {"s": "app", "page": page})
    assert answer.status_code in (200, 404)


def test_own_pages_take_any_number_in_their_address() -> None:
    client = as_(everyone())
    application = submitted(Call.objects.first())
    for number in HOSTILE:
        for address in (
            f"/admin/applications/application/{application.pk}/change/?version={number}",
            f"/admin/applications/selection/compare/?id={number}",
            f"/admin/matching/matchrun/compare/?old={number}&new={number}",
            f"/admin/applications/application/balance/?call={number}",
        ):
            assert client.get(address.replace("\0", "%00")).status_code in (200, 302, 404), address
