"""What matching holds of an expert: copied, an obstacle to deleting the account, and erased by staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.history import NotAllowed
from core.mail.models import Message
from core.privacy import actions as privacy
from core.privacy import copying
from experts import actions
from experts.models import Expert
from matching.models import Match, MatchRule
from tests.builders import matching as build

pytestmark = pytest.mark.django_db


def matched() -> Match:
    expert, staff = build.expert("Ada Quux"), build.staff()
    match = Match.objects.create(
        region=build.region("Rhine"),
        expert=expert,
        role="lead",
        confirmed_by=staff,
        answer_by=timezone.now() + timedelta(days=7),
    )
    MatchRule.objects.create(
        region=match.region, expert=expert, kind="forbidden", reason="Hush", made_by=staff
    )
    for number, address in enumerate((expert.user.email, staff.email)):
        Message.objects.create(
            dedupe_key=str(number), template="x", about=match.about, to=address, subject="x", body="Dear Ada"
        )
    return match


def test_copy_shows_the_match_and_no_working_note_of_staff():
    copy = copying.everything(matched().expert.user)

    assert copy["records"]["matching.Match.expert"]["rows"][0]["region__name"] == "Rhine"
    assert "Hush" not in copying.in_json(copy)


def test_account_of_a_matched_expert_stays_until_staff_have_deleted_the_profile():
    expert = matched().expert
    person = expert.user
    with pytest.raises(NotAllowed, match="A pilot region has worked with your expert profile"):
        privacy.ask_deletion(by=person)
    actions.erase(expert_id=expert.pk, by=person)

    actions.erase(expert_id=expert.pk, by=build.staff(), reason="The programme has ended.")

    assert Expert.objects.get().erased_at
    assert privacy.ask_deletion(by=person)


def test_e_mails_to_the_expert_about_a_match_go_with_the_profile():
    match = matched()
    actions.erase(expert_id=match.expert_id, by=match.expert.user)
    actions.erase(expert_id=match.expert_id, by=build.staff(), reason="The programme has ended.")

    bodies = Message.objects.about(match.about).order_by("dedupe_key").values_list("body", flat=True)
    # Staff keep theirs.
    assert list(bodies) == ["", "Dear Ada"]
