"""The regions of an eligibility check travel into the application started afterwards, which says so."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils.html import escape

from applications.models import Application
from core.accounts.models import Session
from core.rate_limits import RateLimit
from core.reference import limits
from tests.builders.applications import FREIBURG, ORTENAU, PARIS, STRASBOURG
from tests.builders.calls import open_call
from tests.builders.people import person
from tests.support.applicant_forms import logged_in, typed, url
from tests.support.logging_in import log_in_by_code

pytestmark = pytest.mark.django_db


def check(client, call, *regions):
    return client.get(reverse("applications:eligibility", args=[call.slug]), {"regions": regions})


def repr_short(value: str) -> str:
    return repr(value[:9])


def start_address(client, call, *regions):
    """Return where the button of the answer leads."""
    answer = check(client, call, *regions)
    assert escape(answer.context["start_url"]) in answer.content.decode()
    return answer.context["start_url"]


def start(client, call, *regions, **changes):
    """Start an application with the button of the answer, or of the call if nothing was checked."""
    plain = reverse("applications:start", args=[call.slug])
    address = start_address(client, call, *regions) if regions else plain
    page = client.get(address)
    client.post(address, typed(page) | changes)
    return page, Application.objects.latest("pk")


def regions_of(application):
    return (
        sorted(application.units.values_list("pk", flat=True)),
        sorted(application.partners.values_list("unit", flat=True)),
    )


def test_regions_of_a_check_are_in_the_application_after_the_log_in(client):
    call = open_call()
    address = start_address(client, call, STRASBOURG, ORTENAU)
    asked = client.get(address)
    assert parse_qs(urlsplit(asked.url).query)["next"] == [address]
    back = log_in_by_code(client, "mayor@example.org", address)

    page = client.get(back.url)
    client.post(back.url, typed(page))

    assert [unit.pk for unit in page.context["checked"]] == [STRASBOURG, ORTENAU]
    assert "Start with these regions" in page.content.decode()
    both = sorted([STRASBOURG, ORTENAU])
    assert regions_of(Application.objects.get()) == (both, both)


def test_partners_of_a_check_are_in_the_order_in_which_their_regions_were_typed():
    client, call = logged_in(person()), open_call()
    order = [ORTENAU, STRASBOURG, FREIBURG]

    page, application = start(client, call, *order)

    assert [unit.pk for unit in page.context["checked"]] == order
    assert [partner.unit_id for partner in application.partners.all()] == order


def test_check_keeps_nothing_of_the_visitor(client):
    call = open_call()
    for regions in ([STRASBOURG, FREIBURG], [STRASBOURG, ORTENAU], ["XX999"]):
        answer = check(client, call, *regions)
        assert not answer.cookies
    assert not client.cookies
    assert not Session.objects.exists()


def test_button_takes_the_regions_that_its_page_shows_whatever_is_checked_meanwhile():
    client, call = logged_in(person()), open_call()
    address = start_address(client, call, STRASBOURG, ORTENAU)
    sent = typed(client.get(address))
    client.get(start_address(client, call, STRASBOURG, FREIBURG))
    # Even where the address was lost on the way: the form says what was shown.
    client.post(reverse("applications:start", args=[call.slug]), sent)
    both = sorted([STRASBOURG, ORTENAU])
    assert regions_of(Application.objects.get()) == (both, both)


@pytest.mark.parametrize("hostile", ["XX999", "\x00", "DE13\x00", "FR", "a" * 10_000, "'--"], ids=repr_short)
def test_address_that_names_no_region_offers_none(hostile):
    client, call = logged_in(person()), open_call()
    address = reverse("applications:start", args=[call.slug])
    page = client.get(address, {"regions": [hostile]})
    assert "takes_regions" not in page.context["form"].fields
    client.post(address, typed(page) | {"regions": [hostile], "takes_regions": "on"})
    assert regions_of(Application.objects.get()) == ([], [])


def test_checks_count_in_the_limit_of_a_network(client, monkeypatch):
    monkeypatch.setattr(limits, "OF_A_NETWORK", RateLimit("test of checks", 2, 60))
    call = open_call()
    statuses = [check(client, call, STRASBOURG).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert client.get(reverse("applications:eligibility", args=[call.slug])).status_code == 200


def test_robots_find_no_end_of_checks(client):
    page = check(client, open_call(), STRASBOURG)
    links = re.findall(r"<a [^>]*href=\"\?[^>]*>", page.content.decode())
    assert links
    assert all('rel="nofollow"' in link for link in links)
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /calls/*/check/?\n" in robots
    assert "Disallow: /fr/calls/*/check/?\n" in robots


def test_application_says_where_the_regions_come_from_until_they_are_changed():
    client, call = logged_in(person()), open_call()
    _page, application = start(client, call, STRASBOURG, ORTENAU)
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
    _page, unwanted = start(client, call, STRASBOURG, ORTENAU, takes_regions="")
    assert (regions_of(without_check), regions_of(unwanted)) == (([], []), ([], []))


def test_double_press_starts_one_application_with_the_regions_once():
    client, call = logged_in(person()), open_call()
    address = start_address(client, call, STRASBOURG, ORTENAU)
    sent = typed(client.get(address))
    client.post(address, sent)
    client.post(address, sent)
    assert Application.objects.count() == 1
    assert Application.objects.get().partners.count() == 2


def test_result_map_shows_the_regions_across_and_a_click_adds_one(client):
    call = open_call()
    page = check(client, call, STRASBOURG)
    drawn = {region.code: region for region in page.context["map"].regions}
    assert {STRASBOURG, ORTENAU, "DE124"} <= drawn.keys()
    assert drawn[STRASBOURG].style != drawn[ORTENAU].style
    assert "Neighbouring regions across a border:" in page.content.decode()

    address = reverse("applications:eligibility", args=[call.slug])
    added = client.get(f"{address}{drawn[ORTENAU].href}")

    assert [unit.pk for unit in added.context["form"].chosen] == [STRASBOURG, ORTENAU]
    assert not added.context["is_refused"]


def test_no_region_is_said_to_be_the_seat_of_the_cross_border_partner(client):
    """The check asks whether there is one, not which of the partners it is."""
    regions = {"regions": [STRASBOURG, ORTENAU, PARIS], "has_cross_border": "on"}
    page = client.get(reverse("applications:eligibility", args=[open_call().slug]), regions)
    (told,) = [check.text for check in page.context["checks"] if check.code == "unit_cross_border"]
    assert "Paris" in told
    assert "but the seat of" not in told
    assert "Only a partner that is cross-border by nature" in told


def test_cross_border_partner_is_not_told_no(client):
    call = open_call()
    address = reverse("applications:eligibility", args=[call.slug])
    refused = client.get(address, {"regions": [STRASBOURG]})
    kept = client.get(address, {"regions": [STRASBOURG], "has_cross_border": "on"})
    assert (refused.context["is_refused"], kept.context["is_refused"]) == (True, False)
    assert "You can probably apply, but staff will decide" in kept.content.decode()
