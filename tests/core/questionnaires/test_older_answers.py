"What was answered on an older form version, as a newer one reads it."

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.applications import answer, lead_of, ready, started
from tests.builders.calls import open_call
from tests.core.questionnaires.test_publishing import new_question, published, question_in, without
from tests.support.applicant_forms import logged_in, send, url

pytestmark = pytest.mark.django_db


def test_option_that_is_no_longer_offered_stays_chosen_until_the_applicant_chooses_another():
    call = open_call()
    draft = started(call)
    answer(draft, {"governance_form": "egtc", "governance_description": "We vote."})

    def change(content):
        choices = question_in(content, "governance_form")["settings"]["choices"]
        choices[:] = [option for option in choices if option["key"] != "egtc"]
        return content

    published(call, change)
    client = logged_in(lead_of(draft))

    page = client.get(url(draft, "partnership")).content.decode()
    send(client, draft, "partnership", governance_description="We vote twice.")
    draft.refresh_from_db()

    assert "(EGTC) (no longer offered)" in page
    assert draft.answers["governance_form"] == "egtc"
    assert draft.answers["governance_description"] == "We vote twice."
    check = client.get(f"/applications/{draft.public_id}/check/").content.decode()
    assert "can no longer be chosen" in check
    fresh = started(call)
    offered = (
        logged_in(lead_of(fresh)).get(url(fresh, "partnership")).context["form"].fields["governance_form"]
    )
    assert "egtc" not in dict(offered.choices)


def group(*columns: str) -> dict[str, Any]:
    asked = [
        {"key": key, "kind": "line", "label": {"en": key, "fr": key}, "settings": {"most": 50}}
        for key in columns
    ]
    return new_question("meetings", kind="group", required=False, columns=asked, settings={"most": 5})


def test_row_kept_before_a_column_was_added_is_read_with_it_everywhere():
    call = open_call()

    def first(content):
        content["sections"][0]["questions"].append(group("day"))
        return content

    published(call, first)
    draft = ready(call)
    answer(draft, {"meetings.0123456789abcdef0123456789abcdef": {"day": "Monday"}})

    def wider(content):
        without(content, "meetings")["sections"][0]["questions"].append(group("day", "place"))
        return content

    published(call, wider)
    client, address = logged_in(lead_of(draft)), f"/applications/{draft.public_id}/"
    assert client.get(f"{address}check/").status_code == 200
    assert client.get(f"{address}answers.docx").status_code == 200
    assert "Monday" in client.get(f"{address}check/").content.decode()

    published(call, lambda content: without(content, "meetings"))
    assert "Monday" in client.get(address).content.decode()
