"""Questions that staff have marked for the list of experts: columns, filters, export, and nothing hidden."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from core.accounts.enums import Role
from experts import actions
from experts.models import Expert
from tests.applications.staff_clients import as_, queries_of
from tests.builders.experts import COMPLETE, fill_in, make_complete_expert, save
from tests.experts.test_form_of_experts import ask, published

pytestmark = pytest.mark.django_db
LIST = reverse("admin:experts_expert_changelist")
TYPES = [{"key": key, "label": {"en": key.title(), "fr": key.title()}} for key in ("rural", "urban", "coast")]
HIDDEN = {"join": "all", "clauses": [{"question": "kind", "operator": "is", "value": "rural"}]}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def listing(content: dict[str, Any]) -> dict[str, Any]:
    """Ask a choice, several of them, and a line that only some are asked; list these and two others."""
    ask(content, "kind", kind="choice", settings={"choices": TYPES}, listed=True, required=False)
    ask(content, "places", kind="choices", settings={"choices": TYPES}, listed=True, required=False)
    ask(content, "seat", kind="term", settings={"vocabulary": "countries"}, listed=True, required=False)
    ask(content, "farm", condition=HIDDEN, listed=True, required=False)
    for section in content["sections"]:
        for question in section["questions"]:
            question["listed"] = question.get("listed") or question["key"] in ("max_regions", "countries")
    return content


def sent(name: str, **answers: Any) -> Expert:
    expert = make_complete_expert()
    fill_in(expert, {"about": COMPLETE["about"] | {"name": name} | answers})
    return actions.submit(expert_id=expert.pk, by=expert.user)


def test_marked_questions_are_columns_filters_and_columns_of_the_export_and_what_is_hidden_is_in_none():
    published(listing)
    rural = sent("Ann Rural", kind="rural", places=["urban", "coast"], farm="Windmill Farm")
    urban = sent("Bo Urban", kind="urban", places=["urban"], farm="Hidden Farm")
    client = as_(Role.MANAGER)

    def found(query: str) -> set[str]:
        return {row.name for row in client.get(f"{LIST}?{query}").context["cl"].result_list}

    page = client.get(LIST).content.decode()
    assert "Which kind?" in page
    assert "Windmill Farm" in page
    assert "Hidden Farm" not in page
    assert "Hidden Farm" not in client.get(f"{LIST}{urban.pk}/change/").content.decode()
    table = client.get(reverse("admin:experts_expert_export", args=["csv"])).content.decode()
    assert "Windmill Farm" in table
    assert "Hidden Farm" not in table
    assert found("answer_kind=rural") == {"Ann Rural"}
    assert found("answer_places=coast") == {"Ann Rural"}
    assert found("answer_places=urban") == {"Ann Rural", "Bo Urban"}
    # Nobody has said in which: who has not answered has not said this.
    assert found("answer_seat=FR") == set()
    assert found("answer_countries=HR") == {"Ann Rural", "Bo Urban"}
    assert found("answer_max_regions=2") == {"Ann Rural", "Bo Urban"}
    assert found("answer_max_regions=3") == set()
    assert found("q=Windmill") == {"Ann Rural"}
    assert found("q=Hidden") == set()
    # What is typed, and neither codes of options nor the hash of the CV.
    assert found("q=coast") == set()
    assert client.get(f"{LIST}?answer_kind=<script>").status_code == 302

    save(rural, "about", COMPLETE["about"] | {"name": "Ann Rural", "kind": "coast", "places": [], "farm": ""})
    assert found("answer_kind=rural") == set()
    assert found("answer_kind=coast") == {"Ann Rural"}


def test_no_role_lists_what_it_may_not_read_on_the_page_of_an_expert():
    published(listing)
    expert = sent("Ann Rural", kind="rural", farm="Windmill Farm")

    for role in Role:
        client = as_(role)
        listed = client.get(LIST)
        if listed.status_code == 200 and "Windmill Farm" in listed.content.decode():
            assert "Windmill Farm" in client.get(f"{LIST}{expert.pk}/change/").content.decode(), role
        else:
            assert client.get(f"{LIST}{expert.pk}/change/").status_code in (302, 403), role


def test_queries_do_not_grow_with_the_experts():
    def with_region(content: dict[str, Any]) -> dict[str, Any]:
        return ask(listing(content), "home", kind="region", listed=True, required=False)

    published(with_region)
    sent("Ann", home="SI031")
    client = as_(Role.MANAGER)
    client.get(LIST)
    few = queries_of(client, LIST)

    for name, region in (("Bo", "HR061"), ("Cy", "AT221"), ("Di", "SI043")):
        sent(name, home=region)

    assert queries_of(client, LIST) <= few + 1  # the regions that nobody had asked for yet, all at once
