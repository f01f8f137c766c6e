"""A verdict waits until the call has closed, or for the word of staff that it ends the right to change."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from applications.models import Application
from applications.screening import actions
from core.accounts.enums import Role
from core.mail.models import Message
from tests.applications.staff_clients import as_, decide
from tests.builders.applications import submitted
from tests.builders.calls import closed_call, open_call
from tests.builders.people import person

pytestmark = pytest.mark.django_db
VERDICTS = {
    "eligible": (actions.declare_eligible, {"reason": "We know the region."}),
    "ineligible": (actions.declare_ineligible, {"reason": "One country."}),
}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def status_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).status


@pytest.mark.parametrize("verdict", VERDICTS)
def test_verdict_while_the_call_is_open_needs_the_word_that_it_ends_changes(verdict: str) -> None:
    take, answers = VERDICTS[verdict]
    application, by = submitted(open_call()), person(Role.MANAGER)
    letters = Message.objects.count()

    with pytest.raises(ValidationError, match="still open"):
        take(application_id=application.pk, by=by, **answers)
    assert (status_of(application), Message.objects.count()) == ("submitted", letters)
    take(application_id=application.pk, by=by, ends_changes=True, **answers)

    assert status_of(application) == verdict


@pytest.mark.parametrize("verdict", VERDICTS)
def test_page_asks_for_the_word_only_while_the_call_is_open(verdict: str) -> None:
    _take, answers = VERDICTS[verdict]
    client = as_(Role.MANAGER)
    late, early = submitted(closed_call()), submitted(open_call())

    assert "ends_changes" not in client.get(decide(late, verdict)).content.decode()
    assert "The call is still open." in client.get(decide(early, verdict)).content.decode()
    refused = client.post(decide(early, verdict), answers)
    assert (refused.status_code, status_of(early)) == (200, "submitted")
    assert answers["reason"] in refused.content.decode()
    assert "Tick this, or wait until the call has closed." in refused.content.decode()
    client.post(decide(early, verdict), answers | {"ends_changes": "on"})
    client.post(decide(late, verdict), answers)

    assert (status_of(early), status_of(late)) == (verdict, verdict)
