"""A call on its page in the administration: extended, and fixed once it is open or scored."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.accounts.enums import Role
from tests.applications.staff_clients import as_, decide, url
from tests.builders.applications import draft, eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.reviews import scored
from tests.support.mailbox import mails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_call_is_extended_by_a_decision_and_all_who_may_write_are_told():
    call = closed_call()
    working, sent = draft(call), submitted(call)
    later = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")

    as_(Role.MANAGER).post(decide(call, "extend"), {"closes_at": later, "reason": "The site was down."})

    call.refresh_from_db()
    assert timezone.localtime(call.closes_at).strftime("%Y-%m-%dT%H:%M") == later
    assert call.extensions.get().reason == "The site was down."
    leads = sorted(application.members.get().user.email for application in (working, sent))
    assert sorted((name, to) for name, to, _status in mails()) == [("extended", lead) for lead in leads]


def test_call_page_fixes_times_once_open_and_criteria_once_scored():
    application = eligible(closed_call())
    client = as_(Role.MANAGER)
    address = url("call", "change", application.call_id)
    before = client.get(address).content.decode()
    scored(application, 4, 4)
    after = client.get(address).content.decode()

    assert 'name="closes_at"' not in before
    assert 'name="criteria-0-weight"' in before
    assert 'name="criteria-0-weight"' not in after
    assert 'name="criteria-0-guidance_en"' not in after
    assert 'name="criteria-0-is_default"' in after
