"""The regions of an eligibility check travel into the application started afterwards, which says so."""

import pytest
from django.urls import reverse

from applications.models import Application
from tests.applications.applicants import (
    FREIBURG,
    ORTENAU,
    STRASBOURG,
    logged_in,
    open_call,
    person,
    typed,
    url,
)
from tests.core.accounts.factories import log_in_by_code

pytestmark = pytest.mark.django_db


def check(client, call, *regions):
    return client.get(reverse("applications:eligibility", args=[call.slug]), {"regions": regions})


def start(client, call, **changes):
    page = client.get(reverse("applications:start", args=[call.slug]))
    client.post(reverse("applications:start", args=[call.slug]), typed(page) | changes)
    return page, Application.objects.latest("pk")


def regions_of(application):
    return (
        sorted(application.units.values_list("pk", flat=True)),
        sorted(application.partners.values_list("unit", flat=True)),
    )


def test_regions_of_the_last_check_are_in_the_application_after_the_log_in(client):
    call = open_call()
    check(client, call, STRASBOURG, FREIBURG)
    check(client, call, STRASBOURG, ORTENAU)
    log_in_by_code(client, "mayor@example.org")

    page, application = start(client, call)

    assert [unit.pk for unit in page.context["checked"]] == [STRASBOURG, ORTENAU]
    assert "Start with these regions" in page.content.decode()
    both = sorted([STRASBOURG, ORTENAU])
    assert regions_of(application) == (both, both)
    assert set(client.cookies) <= {"sessionid", "csrftoken", "messages", "known_browser"}


def test_application_says_where_the_regions_come_from_until_they_are_changed():
    client, call = logged_in(person()), open_call()
    check(client, call, STRASBOURG, ORTENAU)
    _page, application = start(client, call)
    told = "From your eligibility check"
    assert told in client.get(url(application, "territory")).content.decode()
    assert told in client.get(url(application, "partnership")).content.decode()
    assert told not in client.get(url(application, "challenges")).content.decode()

    application.units.remove(ORTENAU)
    application.partners.update(name="Town")

    assert told not in client.get(url(application, "territory")).content.decode()
    assert told not in client.get(url(application, "partnership")).content.decode()


def test_nothing_is_taken_over_by_who_does_not_want_it_or_has_checked_nothing():
    client, call = logged_in(person()), open_call()
    page, without_check = start(client, call)
    assert "takes_regions" not in page.context["form"].fields
    check(client, call, STRASBOURG)
    _page, unwanted = start(client, call, takes_regions="")
    assert (regions_of(without_check), regions_of(unwanted)) == (([], []), ([], []))


def test_regions_are_taken_over_once():
    client, call = logged_in(person()), open_call()
    check(client, call, STRASBOURG, ORTENAU)
    start(client, call)
    _page, second = start(client, call)
    assert regions_of(second) == ([], [])


def test_double_press_starts_one_application_with_the_regions_once():
    client, call = logged_in(person()), open_call()
    check(client, call, STRASBOURG, ORTENAU)
    address = reverse("applications:start", args=[call.slug])
    sent = typed(client.get(address))
    client.post(address, sent)
    client.post(address, sent)
    assert Application.objects.count() == 1
    assert Application.objects.get().partners.count() == 2


def test_checked_regions_of_another_browser_stay_there(client):
    call = open_call()
    check(client, call, STRASBOURG, ORTENAU)
    _page, application = start(logged_in(person()), call)
    assert regions_of(application) == ([], [])


def test_unknown_region_or_a_search_alone_is_no_check(client):
    call = open_call()
    check(client, call, "XX999")
    client.get(reverse("applications:eligibility", args=[call.slug]), {"regions_search": "Kehl"})
    assert "sessionid" not in client.cookies


def test_result_map_shows_the_regions_across_and_a_click_adds_one(client):
    call = open_call()
    page = check(client, call, STRASBOURG)
    drawn = {region.code: region for region in page.context["map"].regions}
    assert {STRASBOURG, ORTENAU, "DE124"} <= drawn.keys()
    assert drawn[STRASBOURG].style != drawn[ORTENAU].style
    assert "Regions that touch them across a border" in page.content.decode()

    address = reverse("applications:eligibility", args=[call.slug])
    added = client.get(f"{address}{drawn[ORTENAU].href}")

    assert [unit.pk for unit in added.context["form"].chosen] == [STRASBOURG, ORTENAU]
    assert not added.context["is_refused"]


def test_cross_border_partner_is_not_told_no(client):
    call = open_call()
    address = reverse("applications:eligibility", args=[call.slug])
    refused = client.get(address, {"regions": [STRASBOURG]})
    kept = client.get(address, {"regions": [STRASBOURG], "has_cross_border": "on"})
    assert (refused.context["is_refused"], kept.context["is_refused"]) == (True, False)
    assert "Probably, but staff decide" in kept.content.decode()
