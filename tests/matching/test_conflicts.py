"""Conflicts of interest: found, shown with their reason, and cleared by a manager for one pair only."""

import pytest
from django.db import IntegrityError, transaction

from matching import actions, snapshots
from matching.board import Board
from matching.enums import RuleKind
from matching.exceptions import NothingToDo
from matching.models import MatchRule
from tests.builders import matching as build
from tests.matching.test_teams import done_run

pytestmark = pytest.mark.django_db
PARTNER = "City of Strasbourg"


def clear(region, expert, reason="Left in 2019"):
    return actions.add_rule(
        region_id=region.pk, expert_id=expert.pk, kind=RuleKind.CLEARED, reason=reason, by=build.staff()
    )


def test_conflict_is_shown_with_its_reason():
    build.region("Rhine")
    build.expert("Elm", organisations=(PARTNER,))
    build.expert("Ash", unit="DE134")

    (row,) = Board.of(done_run()).rows

    assert [(conflict.expert, conflict.reason) for conflict in row.conflicts] == [
        ("Elm", f"is connected to a partner of the region ({PARTNER})"),
        ("Ash", f"lives in the region ({row.proposal.region.units.get(pk='DE134')})"),
    ]


@pytest.mark.parametrize("profile", [{"organisations": (PARTNER,)}, {"unit": "DE134"}])
def test_cleared_conflict_lets_the_expert_into_the_team(profile):
    region, expert = build.region("Rhine"), build.expert("Elm", **profile)
    assert Board.of(done_run()).served == 0

    clear(region, expert)

    (row,) = Board.of(done_run()).rows
    assert [member.proposal.expert for member in row.members] == [expert]
    assert row.conflicts == []


def test_cleared_conflict_counts_for_that_pair_only():
    region = build.region("Rhine")
    build.region("Meuse")
    elm = build.expert("Elm", organisations=(PARTNER,))
    build.expert("Ash", organisations=(PARTNER,))

    clear(region, elm)

    rows = {str(row.proposal.region): row for row in Board.of(done_run()).rows}
    assert [conflict.expert for conflict in rows["Rhine"].conflicts] == ["Ash"]
    assert [conflict.expert for conflict in rows["Meuse"].conflicts] == ["Elm", "Ash"]
    assert PARTNER in rows["Meuse"].conflicts[0].reason
    assert (rows["Rhine"].is_served, rows["Meuse"].is_served) == (True, False)


def test_cleared_conflict_that_is_lifted_counts_again():
    region, expert = build.region("Rhine"), build.expert("Elm", organisations=(PARTNER,))
    rule = clear(region, expert)

    actions.lift_rule(rule_id=rule.pk, by=build.staff())

    assert Board.of(done_run()).served == 0


def test_clear_is_on_record_with_person_and_reason():
    region, expert = build.region("Rhine"), build.expert("Elm", organisations=(PARTNER,))

    rule = clear(region, expert, reason="Left in 2019")

    assert (rule.kind, rule.reason, rule.made_by.is_staff) == ("cleared", "Left in 2019", True)


def test_clear_refuses_a_pair_without_a_conflict():
    region, expert = build.region("Rhine"), build.expert("Elm")

    with pytest.raises(NothingToDo):
        clear(region, expert)

    assert not MatchRule.objects.exists()


def test_clear_stands_beside_a_pin_but_not_twice():
    region, expert = build.region("Rhine"), build.expert("Elm", organisations=(PARTNER,))
    actions.add_rule(
        region_id=region.pk, expert_id=expert.pk, kind=RuleKind.PINNED, reason="x", by=build.staff()
    )
    rule = clear(region, expert)

    with pytest.raises(NothingToDo):
        clear(region, expert)
    rule.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        rule.save(force_insert=True)

    assert MatchRule.objects.count() == 2


def test_snapshot_without_a_cleared_conflict_is_as_before():
    build.region("Rhine")
    build.expert("Elm", organisations=(PARTNER,))

    problem = snapshots.take(today=build.TODAY, parameters={})

    assert problem["experts"][0]["organisations"] == ["cityofstrasbourg"]
    assert "cityofstrasbourg" in problem["regions"][0]["organisations"]
