"""Deleting an account while somebody else is at its rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from applications.models import Application, Member
from core.accounts.models import User
from core.privacy import actions, retention
from core.privacy.models import AccountDeletion
from tests.builders.applications import lead_of, started
from tests.builders.people import make_person
from tests.support.at_once import Other

pytestmark = pytest.mark.django_db(transaction=True)


def _by_hand(deletion: AccountDeletion) -> None:
    actions.carry_out(deletion_id=deletion.pk)


def _by_the_clock(deletion: AccountDeletion) -> None:
    retention.run(now=timezone.now() + timedelta(days=9), names=["account-deletions"])


@pytest.mark.parametrize("carry_out", [_by_hand, _by_the_clock])
def test_cancelling_while_it_is_carried_out_keeps_the_account(carry_out):
    person = make_person()
    deletion = actions.ask_deletion(by=person)
    other = Other(lambda: carry_out(deletion))

    with transaction.atomic():
        # As far as cancelling has come when the other one begins.
        User.objects.select_for_update().get(pk=person.pk)
        other.start()
        other.wait_until_it_waits_or_is_done()
        assert actions.cancel_deletion(by=person)
    other.join(timeout=60)

    assert other.error is None
    deletion.refresh_from_db()
    person.refresh_from_db()
    assert (person.erased_at, deletion.done_at, deletion.hindrance) == (None, None, "")


def test_draft_that_somebody_joins_at_that_moment_is_not_deleted():
    draft, newcomer = started(), make_person()
    person = lead_of(draft)
    deletion = actions.ask_deletion(by=person)
    other = Other(lambda: _by_hand(deletion))

    with transaction.atomic():
        Application.objects.select_for_update().get(pk=draft.pk)
        Member.objects.create(application=draft, user=newcomer, role="edit")
        other.start()
        other.wait_until_it_waits_or_is_done()
    other.join(timeout=60)

    assert other.error is None
    deletion.refresh_from_db()
    person.refresh_from_db()
    assert "which others also work on." in deletion.hindrance
    assert person.erased_at is None
    assert Application.objects.filter(pk=draft.pk).exists()
