"""The home page of the administration: what it says waits is behind its links, for every role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import empty

from applications import dashboard as applications_dashboard
from applications.enums import SelectionOutcome
from applications.screening import actions as screening
from core import counts
from core.accounts.enums import Role
from impact import site
from tests.builders.applications import eligible, returned, submitted
from tests.builders.calls import closed_call, open_call
from tests.builders.people import make_staff
from tests.builders.reviews import assigned, scored
from tests.builders.selections import decided, told

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


def test_models_are_looked_up_only_where_a_page_lists_them(settings, client):
    """Django puts all that a person may see into every page: to find it out takes as long as half a page."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client.force_login(make_staff(Role.ADMINISTRATOR))

    models = client.get("/admin/accounts/user/").context["available_apps"]

    assert models._wrapped is empty
    assert {model["object_name"] for app in models for model in app["models"]} >= {"User", "Message"}
    assert client.get("/admin/accounts/").status_code == 200
    assert client.get("/admin/search/?s=people").context["pages"]


def test_each_task_has_the_number_of_its_list_and_the_date_of_the_first(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    now = timezone.now()
    ago = now - timedelta(days=3)
    manager = make_staff(Role.MANAGER)
    screening.declare_ineligible(application_id=submitted(closed_call()).pk, by=manager, reason="Alone.")
    returned(submitted(closed_call()), due_at=ago)
    assigned(eligible(closed_call(reviews_due_at=ago)))
    decided({eligible(closed_call()): SelectionOutcome.RESERVE})
    published = closed_call()
    told({eligible(published): SelectionOutcome.SELECTED})
    client = Client()
    client.force_login(manager)

    waiting = [w for w in applications_dashboard.waiting_for(manager) if w.count]

    shown = {str(w.label): (w.count, w.when) for w in waiting}
    today, then = (date_format(timezone.localtime(moment), "j F Y") for moment in (now, ago))
    closed = date_format(timezone.localtime(published.closes_at), "j F Y")
    assert shown == {
        "letters to applicants who are not eligible, not sent yet": (1, f"since {today}"),
        "questions to applicants were not answered in time": (1, f"due {then}"),
        "applications without enough reviewers": (1, ""),
        "reviews overdue": (1, f"due {then}"),
        "letters with an outcome are held": (1, f"since {today}"),
        "calls with results to publish": (1, f"closed {closed}"),
        "pilot regions with sides to confirm": (1, f"since {today}"),
    }
    for item in waiting:
        rows = client.get(item.url).context["cl"].result_list
        assert (item.url, len(rows)) == (item.url, item.count)


def test_home_page_asks_as_few_queries_however_much_there_is(settings, django_assert_max_num_queries):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client = Client()
    client.force_login(make_staff(Role.MANAGER, Role.COMMUNICATIONS, Role.ADMINISTRATOR, Role.REVIEWER))
    client.get("/admin/")
    for _number in range(3):
        scored(eligible(closed_call()), 4)
        submitted(open_call())
        returned(submitted(closed_call()))

    # Without Redis the session is read from its row.
    with django_assert_max_num_queries(10):
        page = client.get("/admin/").content.decode()

    assert "applications awaiting a verdict" in page


def test_no_count_of_the_home_page_whose_sql_is_kept_depends_on_the_moment(settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    asked = set()
    monkeypatch.setattr(
        counts,
        "_selected_once",
        lambda rows, dated: asked.add((rows, dated)) or counts._selected(rows(), dated),
    )
    client = Client()
    client.force_login(make_staff(Role.MANAGER, Role.COMMUNICATIONS, Role.ADMINISTRATOR, Role.REVIEWER))
    client.get("/admin/")
    assert len(asked) > 10

    before = {(rows, dated): counts._selected(rows(), dated) for rows, dated in asked}
    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert {(rows, dated): counts._selected(rows(), dated) for rows, dated in asked} == before
