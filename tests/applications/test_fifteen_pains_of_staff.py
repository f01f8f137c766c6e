"""The last of the fifteen pains: those of staff, and the PDF that stays."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, Review
from core.accounts.enums import Role
from core.accounts.models import User
from tests.applications.pain_pages import close, page_of, shown
from tests.builders import applications as stages
from tests.builders import calls, people
from tests.builders.applications import answer, bring_to, lead_of, ready, submit
from tests.support import pdf
from tests.support.applicant_forms import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(settings: Any) -> Client:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return logged_in(people.person(Role.MANAGER))


def assign(manager: Client, applications: list[Application], reviewer: User) -> Any:
    """Tick applications in the list, look at the page that follows, and assign them together."""
    changelist = reverse("admin:applications_application_changelist")
    page = manager.post(changelist, {"action": "assign", "_selected_action": [a.pk for a in applications]})
    manager.post(
        reverse("admin:applications_application_decide_many", args=["assign"]),
        {"targets": ",".join(str(a.pk) for a in applications), "reviewer_ids": [reviewer.pk]},
    )
    return page


def test_pain_13_staff_assign_in_bulk_and_see_in_the_list_who_reviews_what(manager: Client) -> None:
    call = calls.closed_call()
    applications = [stages.eligible(call) for _number in range(3)]
    reviewer = people.person(Role.REVIEWER, name="Rea Reader")
    assign(manager, applications[:2], reviewer)

    reviews = manager.get(reverse("admin:applications_review_changelist"), {"q": "Rea"}).content.decode()
    assert [a.reference in reviews for a in applications] == [True, True, False]
    cover = shown(manager, reverse("admin:applications_application_changelist"))
    assert cover.count("1 to assign") == 2
    assert cover.count("2 to assign") == 1


def test_pain_14_conflicts_are_seen_before_the_invitation_and_stand_in_the_export(manager: Client) -> None:
    application = stages.eligible(calls.closed_call())
    domain = application.partners.first().contact_email.partition("@")[2]
    reviewer = people.person(Role.REVIEWER, name="Rea Reader", email=f"rea@{domain}")
    page = assign(manager, [application], reviewer)
    assert "same e-mail domain as a partner" in page.content.decode()

    review = Review.objects.get()
    logged_in(reviewer).post(
        reverse("admin:applications_review_decide_one", args=[review.pk, "conflict"]), {"reason": "My town."}
    )
    review.refresh_from_db()
    assert review.status == "conflicted"
    table = manager.get(reverse("admin:applications_application_export", args=["csv"]))
    header, row = csv.reader(io.StringIO(table.content.decode("utf-8-sig")))
    cells = dict(zip(header, row, strict=True))
    assert (cells["Reviewers"], "Rea Reader" in cells["Conflicts of interest declared"]) == ("", True)


@pytest.mark.parametrize("status", ["submitted", "ineligible", "not_selected", "selected", "withdrawn"])
def test_pain_15_the_pdf_of_every_version_stays_after_closing_and_decision(status: str) -> None:
    application = ready()
    submit(application)
    answer(application, {"title": "Second version"})
    submit(application)
    close(application.call, days=400)
    bring_to(application, status)
    client = logged_in(lead_of(application))

    for number, title in ((1, "Upper Rhine"), (2, "Second version")):
        assert page_of(application, f"versions/{number}/pdf/") in shown(
            client, page_of(application, "history/")
        )
        content = b"".join(client.get(page_of(application, f"versions/{number}/pdf/")).streaming_content)
        reader = pdf.read(content)
        text = pdf.words_of(reader)
        for expected in (title, application.reference, "One network of care.", "Town of FRF11"):
            assert expected in text
        pdf.assert_accessible(reader, language="en", title=title)
