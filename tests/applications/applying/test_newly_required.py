"""What staff read of a submitted application whose form has changed since, or whose version was undone."""

from __future__ import annotations

from typing import Any

import pytest

from core.accounts.enums import Role
from core.questionnaires.actions.publishing import publish_former
from tests.applications.applying.test_column_conditions import when
from tests.applications.staff_clients import as_
from tests.builders.applications import answer, ready, submit
from tests.builders.calls import open_call
from tests.builders.people import the_manager
from tests.core.questionnaires.test_publishing import new_question, published, question_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def page_of(application: Any) -> Any:
    return as_(Role.MANAGER).get(f"/admin/applications/application/{application.pk}/change/")


def test_questions_that_are_not_asked_in_view_of_the_answers_or_are_answered_are_not_listed():
    call = open_call()
    short, none = ready(call, acronym="AB"), ready(call, acronym="")
    for each in (short, none):
        submit(each)
        # The working copy is not what was submitted.
        answer(each, {"acronym": "Typed later"})

    def change(content: dict[str, Any]) -> dict[str, Any]:
        question_in(content, "acronym")["required"] = True
        content["sections"][0]["questions"] += [
            new_question("if_short", condition=when("acronym", "filled")),
            new_question("if_none", condition=when("acronym", "not_filled")),
            new_question("then", condition=when("if_short", "filled")),
        ]
        return content

    published(call, change)

    found = {
        each: [change.key for change in page_of(each).context["became_required"]] for each in (short, none)
    }
    assert found == {short: ["if_short"], none: ["acronym", "if_none"]}


def test_staff_read_that_the_version_of_a_submission_was_undone():
    call = open_call()
    before = ready(call)
    submit(before)
    second = published(call, lambda content: content | {"sections": [*content["sections"]]})
    after = ready(call)
    submit(after)
    assert "later unpublished" not in page_of(after).content.decode()

    publish_former(form_id=call.form_id, by=the_manager(), seen=second.number)

    text = " ".join(page_of(after).content.decode().split())
    assert "submitted on version 2 of the form. That version was later unpublished, and version 1 is" in text
    assert "later unpublished" not in page_of(before).content.decode()
