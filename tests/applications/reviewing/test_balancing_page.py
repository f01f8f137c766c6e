"""The page of the balanced assignment: it proposes, shows why, and saves what it showed."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Review
from core.accounts.enums import Role
from tests.applications.reviewing.balance import reviewer
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calculates_at_once")]


PAGE = "admin:applications_application_balance"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def desk():
    client = Client()
    client.force_login(person(Role.MANAGER))
    return client


def form(call, people, **fields):
    return {"call": call.pk, "reviewer_ids": [p.pk for p in people], "wanted": "", "most": ""} | fields


def fingerprint_in(page):
    return page.context["plan"].fingerprint


def test_page_proposes_then_saves_what_it_showed():
    call = closed_call()
    applications = [eligible(call) for _number in range(3)]
    people = [person(Role.REVIEWER) for _number in range(3)]
    client, address = desk(), reverse(PAGE)

    start = client.get(f"{address}?call={call.pk}").content.decode()
    shown = client.post(address, form(call, people, preview=""))
    written_before = Review.objects.count()
    done = client.post(address, form(call, people, save="", fingerprint=fingerprint_in(shown)), follow=True)

    assert re.search(rf'<option value="{call.pk}" selected\s*>', start)
    assert written_before == 0
    text = shown.content.decode()
    assert all(a.reference in text for a in applications)
    assert "6 new reviews." in text
    assert "Every application gets the reviews it needs." in text
    assert "6 reviews assigned; 3 reviewers will be told." in done.content.decode()
    assert Review.objects.count() == 6


def test_page_shows_the_new_proposal_where_something_changed():
    call = closed_call()
    first, people = eligible(call), [person(Role.REVIEWER) for _number in range(3)]
    client, address = desk(), reverse(PAGE)
    shown = fingerprint_in(client.post(address, form(call, people, preview="")))
    added = eligible(call)

    again = client.post(address, form(call, people, save="", fingerprint=shown))

    assert again.status_code == 409
    assert Review.objects.count() == 0
    text = again.content.decode()
    assert "Nothing was saved, because something changed" in text
    assert first.reference in text
    assert added.reference in text
    client.post(address, form(call, people, save="", fingerprint=fingerprint_in(again)))
    assert Review.objects.count() == 4


def test_page_names_what_cannot_be_covered_and_why_and_is_no_error():
    call = closed_call(reviews_wanted=2)
    application, user = eligible(call), reviewer("Ana Reviewer", countries=["DE"])

    shown = desk().post(reverse(PAGE), form(call, [user], preview=""))

    text = shown.content.decode()
    assert shown.status_code == 200
    assert "Applications without enough reviewers" in text
    assert "Ana Reviewer: reviewer’s country: Germany" in text
    assert application.reference in text
    assert 'name="save"' not in text


def test_ticked_applications_are_balanced_and_others_named_as_left_out():
    call = closed_call()
    chosen, other, refused = eligible(call), eligible(call), submitted(call, "ineligible")
    people = [person(Role.REVIEWER) for _number in range(2)]
    client = desk()
    ticked = {"action": "balance", "_selected_action": [chosen.pk, refused.pk]}

    opened = client.post(reverse("admin:applications_application_changelist"), ticked)
    asked = {"targets": f"{chosen.pk},{refused.pk}", "reviewer_ids": [p.pk for p in people]}
    shown = client.post(reverse(PAGE), asked | {"preview": ""})
    client.post(reverse(PAGE), asked | {"save": "", "fingerprint": fingerprint_in(shown)})

    for page in (opened, shown):
        assert f"{refused.reference} (Not eligible)" in page.content.decode()
        assert other.reference not in page.content.decode()
    assert set(Review.objects.values_list("application", flat=True)) == {chosen.pk}


def test_page_asks_for_call_and_reviewers_and_keeps_what_was_typed():
    eligible(closed_call())

    page = desk().post(reverse(PAGE), {"call": "", "most": "0", "wanted": "7", "preview": ""})

    text = page.content.decode()
    assert page.context["plan"] is None
    assert "Choose at least one reviewer." in text
    assert 'value="7"' in text
    assert set(page.context["form"].errors) == {"call", "reviewer_ids", "most"}


def test_stranger_is_not_taken_for_a_reviewer():
    call = closed_call()
    eligible(call)

    page = desk().post(reverse(PAGE), form(call, [person(Role.AUDITOR)], preview=""))

    assert set(page.context["form"].errors) == {"reviewer_ids"}


def test_reviewers_are_ticked_and_managers_only_offered():
    reviewer_, manager = person(Role.REVIEWER), person(Role.MANAGER)

    field = desk().get(reverse(PAGE)).context["form"].fields["reviewer_ids"]

    assert field.initial == [reviewer_.pk]
    assert manager.pk in [key for key, _label in field.choices]


def test_list_of_applications_leads_to_the_page_of_its_call():
    call = closed_call()
    eligible(call)

    page = desk().get(reverse("admin:applications_application_changelist") + f"?call__id__exact={call.pk}")

    assert f"{reverse(PAGE)}?call={call.pk}" in page.content.decode()
