"""What ends a pilot region ends its matches, whatever their status; those who were asked are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from applications.models import PilotRegion, Selection
from applications.selecting.actions import confirming, piloting, withdrawing
from core.history import IllegalMove
from core.mail.models import Message
from core.mail.tasks import deliver_due
from matching import actions
from matching.enums import MatchStatus, RuleKind
from matching.exceptions import OutOfDate
from matching.models import Match, MatchRule
from tests.builders import matching as build
from tests.builders.selections import undone_by_two
from tests.matching.test_teams import confirmed_match
from tests.support.matching_pages import as_
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db
REASON = "The partners have split up."


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def end(region: PilotRegion) -> None:
    piloting.end(region_id=region.pk, by=build.staff(), reason=REASON)


def undo(region: PilotRegion) -> None:
    undone_by_two(selection_of(region), reason=REASON)


def withdraw(region: PilotRegion) -> None:
    withdrawing.withdraw(application_id=region.application_id, by=build.staff(), reason=REASON)


WAYS: tuple[Callable[[PilotRegion], None], ...] = (end, undo, withdraw)


def selection_of(region: PilotRegion) -> Selection:
    return Selection.objects.get(entries__application=region.application)


def ended_mails() -> list[str]:
    return [m.to for m in Message.objects.filter(template="matching/email/ended", body__contains=REASON)]


def test_every_way_to_end_a_region_ends_what_is_current_and_nothing_else() -> None:
    region, expert, match = confirmed_match()
    for status in MatchStatus:
        for way in WAYS:
            with undone():
                build.bring_match_to(match, status)
                changes = match.changes.count()

                way(region)

                match.refresh_from_db()
                was_current = status in (MatchStatus.INVITED, MatchStatus.ACCEPTED)
                told = [expert.user.email] if was_current else []
                assert ended_mails() == told, (status, way)
                assert match.status == (MatchStatus.ENDED if was_current else status)
                assert match.changes.count() == changes + was_current
                assert not Match.objects.current().exists()
                for answer in (actions.accept, actions.reopen):
                    with pytest.raises((IllegalMove, OutOfDate)):
                        answer(match_id=match.pk, by=expert.user)
        match.refresh_from_db()


def test_end_lifts_the_pins_of_who_was_in_the_team() -> None:
    region, expert, _match = confirmed_match()
    actions.add_rule(
        region_id=region.pk, expert_id=expert.pk, kind=RuleKind.PINNED, reason="Stays.", by=build.staff()
    )

    end(region)

    assert not MatchRule.objects.in_force().exists()


def test_pages_say_before_the_button_whose_place_in_a_team_ends() -> None:
    region, expert, _match = confirmed_match()
    deliver_due()
    client = as_()
    application, selection = region.application, selection_of(region)
    pages = [
        reverse("admin:applications_pilotregion_decide_one", args=[region.pk, "end"]),
        reverse("admin:applications_application_decide_one", args=[application.pk, "withdraw"]),
        reverse("admin:applications_selection_decide_one", args=[selection.pk, "ask-to-undo"]),
    ]

    for address in pages:
        assert (
            f"Experts who will lose their place in a team: {expert} ({region})"
            in client.get(address).content.decode()
        )
    assert application.reference in client.get(pages[0]).content.decode()

    confirming.ask_to_undo(selection_id=selection.pk, by=build.staff(), reason=REASON)
    undo_page = client.get(pages[2].replace("ask-to-undo", "undo")).content.decode()
    assert f"{expert} ({region})" in undo_page
    assert f"Applicants whose letter has been sent: {application.reference}" in undo_page


def test_region_that_is_selected_again_begins_without_a_team() -> None:
    region, _expert, _match = confirmed_match()
    undo(region)

    again = build.told_again(region)

    region.refresh_from_db()
    assert (region.status, again.status) == ("active", "confirmed")
    assert not region.matches.current().exists()
