"""The home page of the administration: what it says waits is behind its links, for every role."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from core.accounts.enums import Role
from impact import site
from tests.builders.people import make_staff

pytestmark = pytest.mark.django_db
KINDS = [(role,) for role in Role] + [(Role.MANAGER, Role.REVIEWER)]


@pytest.mark.parametrize("roles", KINDS, ids=lambda roles: "+".join(roles))
def test_every_link_of_the_home_page_leads_to_its_list(settings, roles):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client = Client()
    person = make_staff(*roles)
    client.force_login(person)
    request = RequestFactory().get("/admin/")
    request.user = person

    # Also those of which nothing waits: the page leaves them out.
    links = [item.url for item in site._waiting(request)]

    assert links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
