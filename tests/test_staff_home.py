"""The staff's home: what waits, deadlines, figures and charts, with what the role may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from impact.accounts.enums import Role
from impact.charts import chart
from tests.applications.staging import assigned, closed_call, eligible, person, scored, submitted

pytestmark = pytest.mark.django_db
HOME = "/admin/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def home(user):
    return as_(user).get(HOME)


def bars(response, key):
    (found,) = [chart for chart in response.context_data["charts"] if chart.key == key]
    return {str(bar.label): bar.value for bar in found.bars}


def test_charts_count_by_call_status_country_and_border():
    call, other = closed_call(), closed_call()
    eligible(call), submitted(call), submitted(call, "withdrawn")
    submitted(other, units=("FRF11", "DE134", "CH031"))

    page = home(person(Role.MANAGER))

    assert (bars(page, "call")[call.title], bars(page, "call")[other.title]) == (2, 1)
    assert bars(page, "status") == {"Submitted": 2, "Eligible": 1, "Withdrawn": 1}
    assert bars(page, "country") == {"France": 3, "Germany": 3, "Switzerland": 1}
    assert bars(page, "border") == {
        "Germany – France": 3,
        "Switzerland – Germany": 1,
        "Switzerland – France": 1,
    }


def test_bar_leads_to_the_list_that_it_counts():
    call = closed_call()
    eligible(call), submitted(call)
    manager = person(Role.MANAGER)
    (by_border,) = [c for c in home(manager).context_data["charts"] if c.key == "border"]

    listed = as_(manager).get(by_border.bars[0].url).context_data["cl"].result_count

    assert listed == by_border.bars[0].value == 2


def test_chart_is_a_table_with_numbers_beside_bars():
    eligible(closed_call())

    content = home(person(Role.MANAGER)).content.decode()

    assert 'aria-labelledby="chart-country"' in content
    assert '<rect class="staff-bar-value" width="100.0" height="10" />' in content


def test_widths_are_in_proportion_and_nothing_breaks_without_counts():
    drawn = chart("k", "T", "R", [("a", 4, ""), ("b", 1, ""), ("c", 0, "")], unit="n")

    assert [bar.width for bar in drawn.bars] == [100, 25, 0]
    assert chart("k", "T", "R", [], unit="n").bars == []


def test_reviewer_sees_the_own_work_only():
    call = closed_call()
    mine, other = assigned(eligible(call)), eligible(call)
    scored(other, 5, 5)

    page = home(mine.reviewer)

    assert [chart.key for chart in page.context_data["charts"]] == ["reviews"]
    assert sum(bars(page, "reviews").values()) == 1
    assert page.context_data["figures"] == []
    assert other.reference not in page.content.decode()


def test_communications_see_deadlines_of_calls_and_no_figures():
    page = home(person(Role.COMMUNICATIONS))

    assert page.context_data["charts"] == []
    assert page.context_data["figures"] == []


def test_deadlines_are_those_to_come_in_their_order():
    now = timezone.now()
    later = closed_call(title_en="Later", opens_at=now, closes_at=now + timedelta(days=9))
    closed_call(title_en="Sooner", opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=2))
    closed_call(title_en="Past")

    shown = [str(row.label) for row in home(person(Role.MANAGER)).context_data["deadlines"]]

    ours = [text for text in shown if text.split()[0] in ("Later", "Sooner", "Past")]
    assert ours == ["Sooner closes", "Later closes"]
    assert (
        reverse("admin:applications_call_change", args=[later.pk])
        in home(person(Role.MANAGER)).content.decode()
    )


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER])
def test_home_queries_do_not_grow_with_the_applications(role):
    user = person(role)
    client = as_(user)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(HOME)
        return len(captured)

    call = closed_call()
    assigned(eligible(call), user if role == Role.REVIEWER else None)
    queries()
    few = queries()
    for _turn in range(5):
        assigned(eligible(call, units=("FRF11", "CH031")), user if role == Role.REVIEWER else None)

    assert queries() == few
