"""The board over several pages: what comes back is what was shown, whatever has moved meanwhile."""

from __future__ import annotations

import pytest

from applications.applying.actions import drafts
from applications.selecting.staff import board
from tests.applications.selecting.scenarios import as_manager, outcomes, url
from tests.builders.applications import eligible, lead_of
from tests.builders.calls import closed_call
from tests.builders.reviews import scored
from tests.builders.selections import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_pages(settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(board, "ROWS_PER_PAGE", 2)


def sent(page):
    """What a browser sends of the form on a page."""
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_only_candidates_that_were_shown_are_saved_when_the_order_changes_meanwhile():
    call = closed_call()
    applications = [eligible(call) for _turn in range(4)]
    for application, score in zip(applications, (5, 4, 2, 1), strict=True):
        scored(application, score)
    selection = drafted(call, dict.fromkeys(applications, "selected"))
    client, address = as_manager(), url("board", selection.pk)
    typed = sent(client.get(address)) | {f"outcome_{applications[1].pk}": "not_selected"}
    for application in applications[2:]:
        for _turn in range(9):
            scored(application, 5)

    answer = client.post(address, typed)

    assert [a.pk for a in client.get(address).context["form"].candidates] != [a.pk for a in applications[:2]]
    assert answer.status_code == 302
    expected = {application.pk: "selected" for application in applications}
    assert outcomes(selection) == expected | {applications[1].pk: "not_selected"}


@pytest.mark.parametrize("key", ["elsewhere", "007", "x", "9" * 18, "9" * 30, ""])
def test_key_that_is_no_candidate_is_refused_and_nothing_saved(key):
    call = closed_call()
    application = eligible(call)
    key = str(eligible(closed_call()).pk) if key == "elsewhere" else key
    selection = drafted(call, {application: "selected"})
    client, address = as_manager(), url("board", selection.pk)
    typed = sent(client.get(address)) | {f"outcome_{application.pk}": "not_selected"}

    answer = client.post(address, typed | {f"outcome_{key}": ""})

    assert answer.status_code == 200
    assert "Nothing was saved" in answer.content.decode()
    assert outcomes(selection) == {application.pk: "selected"}
    assert sent(answer) == typed


def test_candidate_withdrawn_meanwhile_is_named_and_the_rest_can_be_saved():
    call = closed_call()
    gone, left = eligible(call), eligible(call)
    selection = drafted(call, {left: "selected"})
    client, address = as_manager(), url("board", selection.pk)
    chosen = {f"outcome_{left.pk}": "not_selected", f"outcome_{gone.pk}": "selected"}
    typed = sent(client.get(address)) | chosen
    drafts.withdraw(application_id=gone.pk, by=lead_of(gone), reason="No partners left.")

    answer = client.post(address, typed)
    again = client.post(address, sent(answer))

    assert f"left out below: {gone.reference}" in answer.content.decode()
    assert again.status_code == 302
    assert outcomes(selection) == {left.pk: "not_selected"}
