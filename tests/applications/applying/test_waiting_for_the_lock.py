"""Who has waited for an application finds it as the other one has left it, in every table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from applications.applying.actions import drafts, members, submitting
from applications.applying.actions.drafts import SavedApplication
from applications.applying.next_version import NextVersion
from applications.form import answers
from applications.models import Application
from core.accounts.models import User
from core.sections.merging import digests
from tests.builders.applications import lead_of, member, ready
from tests.support.at_once import Other
from tests.support.default_form import section

pytestmark = pytest.mark.django_db(transaction=True)
TERRITORY = "territory"


def save_regions(application: Application, by: User, base: dict[str, str], *codes: str) -> SavedApplication:
    return drafts.save_answers(
        public_id=application.public_id,
        by=by,
        section=TERRITORY,
        mine={"units": list(codes)},
        base=base,
        choices={},
    )


def while_another(first: Callable[[], Any], second: Callable[[], Any]) -> Other:
    """Let the second begin when the first has the row and has not committed."""
    other = Other(second)
    with transaction.atomic():
        first()
        other.start()
        other.wait_until_it_waits_or_is_done()
    other.join(timeout=60)
    return other


def test_regions_that_a_colleague_saves_meanwhile_are_not_overwritten() -> None:
    application = ready()
    lead, colleague = lead_of(application), member(application, "edit")
    base = digests(answers.read(application, [section(TERRITORY)]))

    other = while_another(
        lambda: save_regions(application, lead, base, "DE131", "FRF11"),
        lambda: save_regions(application, colleague, base, "DE132", "FRF11"),
    )

    assert [conflict.cell for conflict in other.result.conflicts] == ["units"]
    assert sorted(application.units.values_list("pk", flat=True)) == ["DE131", "FRF11"]


def test_regions_that_nobody_was_shown_are_not_submitted() -> None:
    application = ready()
    lead, colleague = lead_of(application), member(application, "edit")
    base = digests(answers.read(application, [section(TERRITORY)]))
    shown = NextVersion(answers.with_answers(Application.objects.filter(pk=application.pk)).get(), None)
    seen = shown.sha256

    other = while_another(
        lambda: save_regions(application, colleague, base, "DE131", "FRF11"),
        lambda: submitting.submit(public_id=application.public_id, by=lead, seen=seen),
    )

    assert other.result.outcome == "changed"
    assert application.submissions.count() == 0


def test_member_who_is_removed_meanwhile_submits_nothing() -> None:
    application = ready()
    lead, colleague = lead_of(application), member(application, "edit")
    row = application.members.get(user=colleague)

    other = while_another(
        lambda: members.remove_member(application_id=application.pk, by=lead, member_id=row.pk),
        lambda: submitting.submit(public_id=application.public_id, by=colleague),
    )

    assert isinstance(other.error, Application.DoesNotExist)
    assert application.submissions.count() == 0
