"""Questions that staff have marked for their list: columns, filters and exports of what was submitted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.accounts.enums import Role
from core.questionnaires.actions.importing import take_over
from core.questionnaires.content import content_of
from tests.applications.staff_clients import as_, queries_of, url
from tests.builders.applications import ready, submit
from tests.builders.calls import open_call

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def call_listing(*names: str) -> Any:
    call = open_call()
    content = content_of(call.form.published_version)
    for section in content["sections"]:
        for question in section["questions"]:
            question["listed"] = question["key"] in names
    take_over(form_id=call.form_id, content=content, by=None, publishes=True)
    return call


def test_marked_questions_are_columns_and_those_of_lists_are_filters():
    call = call_listing("governance_form", "population", "challenges")
    first = ready(call, governance_form="egtc", population=12_000, challenges=["health"])
    second = ready(call, governance_form="agreement", challenges=["labour", "health"])
    for application in (first, second):
        submit(application)
    ready(call, population=77)
    client, address = as_(Role.MANAGER), url("application")

    page = client.get(address).content.decode()
    assert "How you co-operate today" in page
    assert "European Grouping of Territorial Cooperation (EGTC)" in page
    assert "12,000" in page
    assert not re.search(r">\s*77\s*<", page.split("result_list")[1].split("</table>")[0])

    def found(query: str) -> set[str]:
        rows = client.get(f"{address}?{query}").context["cl"].result_list
        return {row.reference for row in rows}

    assert found("answer_governance_form=egtc") == {first.reference}
    assert found("answer_challenges=labour") == {second.reference}
    assert found("answer_challenges=health") == {first.reference, second.reference}
    # What the list does not offer is no filter.
    assert client.get(f"{address}?answer_governance_form=<script>").status_code == 302


def test_queries_do_not_grow_with_the_applications():
    call = call_listing("governance_form", "population")
    submit(ready(call))
    client, address = as_(Role.MANAGER), url("application")
    client.get(address)
    few = queries_of(client, address)

    for _number in range(3):
        submit(ready(call))

    assert queries_of(client, address) == few
