"""The title of a page says first that something is wrong: a screen reader begins with it."""

from __future__ import annotations

import re

import pytest

from tests.builders.applications import ORTENAU, PARIS, STRASBOURG, eligible, lead_of, started, submitted
from tests.builders.calls import closed_call, open_call
from tests.builders.experts import make_expert
from tests.builders.people import person_with_every_role
from tests.builders.reviews import scoring
from tests.support.applicant_forms import logged_in, send
from tests.support.forms import press

pytestmark = pytest.mark.django_db


def title_of(page) -> str:
    found = re.search(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL)
    return " ".join(found[1].split())


def test_error_in_a_field_or_in_a_row_of_any_page_is_in_the_title(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    application, staff, call = started(), person_with_every_role(), closed_call()
    lead, manager = logged_in(lead_of(application)), logged_in(staff)
    review = scoring(eligible(call), reviewer=staff)
    score = f"score_{call.criteria.first().pk}"
    rows = {"languages-TOTAL_FORMS": "1", "languages-INITIAL_FORMS": "0", "languages-0-language": "sl"}
    wrong = {
        "field": send(lead, application, "territory", population="many"),
        "row": send(lead, application, "partnership", **{"partners-0-contact_email": "ana"}),
        "row of an expert": press(logged_in(make_expert().user), "/experts/profile/languages/", rows),
        "file": lead.post(f"/applications/{application.public_id}/documents/", {}),
        "decision": manager.post(
            f"/admin/applications/application/{submitted(call).pk}/decide/ineligible/", {"reason": ""}
        ),
        "row of staff": manager.post(f"/admin/applications/call/{call.pk}/change/", {"title_en": ""}),
        "score": press(manager, f"/admin/applications/review/{review.pk}/score/", {score: "99"}),
    }
    right = [lead.get(f"/applications/{application.public_id}/partnership/"), manager.get("/admin/")]

    assert {name: title_of(page)[:6] for name, page in wrong.items()} == dict.fromkeys(wrong, "Error:")
    assert [title_of(page).startswith("Error:") for page in right] == [False, False]


def test_verdict_on_eligibility_is_in_the_title_and_is_read_out():
    address = f"/calls/{open_call().slug}/check/"
    client = logged_in(lead_of(started()))
    asked = [], [STRASBOURG, PARIS], [STRASBOURG, ORTENAU]
    titles = [title_of(client.get(address, {"regions": units})) for units in asked]

    assert titles[0].startswith("Check if you can apply")
    assert titles[1].startswith("You cannot apply yet –")
    assert titles[2].startswith("Yes –")
    # static/js/impact.js gives it the focus.
    assert "data-announce" in client.get(address, {"regions": asked[2]}).content.decode()
