"""The page with the button that starts an application, in one tab and in two."""

from __future__ import annotations

from html import unescape

import pytest
from django.http import HttpResponse

from applications.models import Application
from tests.builders.applications import answer, lead_of, started
from tests.builders.calls import open_call
from tests.builders.people import person
from tests.support.applicant_forms import logged_in, typed

pytestmark = pytest.mark.django_db


def test_two_tabs_start_one_application():
    call, lead = open_call(), person()
    client, address = logged_in(lead), f"/calls/{call.slug}/apply/"
    tabs = [typed(client.get(address)) for _tab in range(2)]

    first, second = (client.post(address, tab, follow=True) for tab in tabs)

    application = Application.objects.get(call=call)
    assert [page.redirect_chain for page in (first, second)] == [[(application.get_absolute_url(), 302)]] * 2
    assert "You have already started this application. It is still empty." in second.content.decode()


def test_tab_that_does_not_show_an_application_with_answers_names_it_and_asks():
    call, lead = open_call(), person()
    client, address = logged_in(lead), f"/calls/{call.slug}/apply/"
    tabs = [typed(client.get(address)) for _tab in range(2)]
    client.post(address, tabs[0])
    application = Application.objects.get(call=call)
    answer(application, {"title": "Upper Rhine"})

    asked = client.post(address, tabs[1])

    reference = application.reference
    assert f"You have already started {reference} in another tab or window." in words_of(asked)
    assert f"You are already working on {reference} in this call." in words_of(asked)
    assert Application.objects.filter(call=call).count() == 1
    # Who presses again means it.
    assert client.post(address, typed(asked)).status_code == 302
    assert Application.objects.filter(call=call).count() == 2


def test_application_that_the_page_shows_is_no_obstacle_to_another_one():
    application = started()
    client, address = logged_in(lead_of(application)), f"/calls/{application.call.slug}/apply/"

    client.post(address, typed(client.get(address)) | {"known": f"{application.public_id} nonsense"})

    assert Application.objects.filter(call=application.call).count() == 2


def words_of(page: HttpResponse) -> str:
    return " ".join(unescape(page.content.decode()).split())
