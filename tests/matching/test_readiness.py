"""What is unfinished before a run starts, or before the teams of a run are confirmed."""

from __future__ import annotations

import pytest

from applications.selecting.actions import lettering
from core.checklists import NotFinished
from core.decision_log.models import StageDecision
from experts.enums import ExpertStatus
from impact.demo.clock import at
from matching import actions, readiness
from matching.models import Match, MatchRun
from tests.builders import matching as build
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.selections import proposed
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, url
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture(autouse=True)
def _days_of_the_builders():
    """Whether a run is out of date is judged by the day."""
    with at(build.NOON):
        yield


def counts(lines) -> dict[str, int]:
    return {line.check.code: line.count for line in lines}


def test_run_starts_only_with_a_reason_while_something_is_unfinished():
    rhine = build.region("Rhine")
    build.expert("Ash")
    assert readiness.before_start() == []
    build.region("Meuse").needs.all().delete()
    build.region("Scheldt", is_told=False)
    build.expert("Waits", status=ExpertStatus.SUBMITTED)
    call = rhine.application.call
    proposed(call, {eligible(call): "selected"})
    client = as_()

    lines = readiness.before_start()

    assert counts(lines) == {
        "regions_left_out": 1,
        "experts_unvetted": 1,
        "selections_proposed": 1,
        "region_letters_held": 1,
    }
    for line in lines:
        assert client.get(line.address).context_data["cl"].result_count >= line.count, line
    page = client.get(url("matchrun", "decide_many", "start")).content.decode()
    assert [str(line) for line in lines if str(line) not in page] == []
    assert "Left out: Meuse. Missing: expertise areas." in page
    with pytest.raises(NotFinished, match="say why"):
        actions.start_run(by=build.staff(), today=build.TODAY)
    assert not MatchRun.objects.exists()
    run = actions.start_run(by=build.staff(), today=build.TODAY, accepting=ALL_THE_SAME)
    kept = StageDecision.objects.get(about=f"matching.matchrun:{run.pk}")
    assert (dict(kept.unfinished), kept.reason) == (counts(lines), "The test continues.")
    assert "run_under_way" in counts(readiness.before_start())


def test_teams_are_confirmed_only_with_a_reason_while_something_is_unfinished():
    rhine, meuse = build.region("Rhine"), build.region("Meuse", is_told=False)
    build.expert("Ash", max_regions=2)
    run = done_run()

    def unfinished() -> dict[str, int]:
        run.refresh_from_db()
        return counts(readiness.before_confirmation(run))

    assert unfinished() == {"region_letters_held": 1}
    with undone():
        run.result["status"] = "feasible"
        run.save()
        rhine.sides.get(country="FR").languages.add("de")
        build.expert("Elm")
        meuse.team_max = 1
        meuse.save()
        assert unfinished() == {
            "region_letters_held": 1,
            "unproven": 1,
            "sides_changed": 1,
            "input_changed": 3,
        }
        with pytest.raises(NotFinished):
            actions.confirm_teams(
                run_id=run.pk, regions=[run.region_proposals.get(region=rhine).pk], by=build.staff()
            )
        assert not Match.objects.exists()
    lettering.release(
        selection_id=meuse.application.selection_entries.get().selection_id,
        by=build.staff(),
        accepting=ALL_THE_SAME,
    )
    assert unfinished() == {}
    assert len(confirm(run, accepting=None)) == 2


def test_teams_wait_while_no_region_with_a_team_has_its_letter():
    build.region("Meuse", is_told=False)
    build.expert()
    run = done_run()

    page = as_().get(url("matchrun", "decide_one", run.pk, "confirm"))

    assert counts(readiness.before_confirmation(run)) == {"all_region_letters_held": 1}
    assert not page.context_data["can_be_taken"]
    assert "To finish first" in page.content.decode()


def test_regions_without_a_team_and_members_who_declined_are_named():
    build.region("Rhine")
    build.region("Other", sides={"FR": ("fr",), "PT": ("pt",)}, units=("FRF11", "PT111"))
    build.expert("Ash")
    first, second = done_run(), done_run()
    assert counts(readiness.before_confirmation(second)) == {"regions_without_team": 1}
    (invited,) = confirm(first)

    build.bring_match_to(invited, "declined")

    assert counts(readiness.before_confirmation(second))["members_declined"] == 1
    assert "members_declined" not in counts(readiness.before_confirmation(done_run()))
