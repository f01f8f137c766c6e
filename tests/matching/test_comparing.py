"""Two runs side by side; a stored input solved again."""

import pytest
from django.core.management import CommandError, call_command

from matching.comparing import RunComparison
from matching.models import MatchRun
from matching.replaying import replay
from tests.builders import matching as build
from tests.matching.test_teams import done_run
from tests.support.matching_pages import as_, queries_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_compare_says_who_leaves_who_comes_and_what_it_gains():
    region = build.region("Rhine", team_max=1)
    build.expert("Ash", areas={"clld-design": 2})
    old = done_run()
    build.expert("Elm", areas={"clld-design": 3, "gov-crossborder": 3})
    new = done_run()

    comparison = RunComparison.of(old, new)

    (row,) = comparison.rows
    scores = [run.region_proposals.get(region=region).score for run in (old, new)]
    assert (row.leaving, row.coming, row.staying) == (["Ash (Lead expert)"], ["Elm (Lead expert)"], [])
    assert row.gain == scores[1] - scores[0] > 0
    assert comparison.points == (*scores, row.gain)
    assert comparison.served == (1, 1, 0)
    assert comparison.changed == 1
    assert not comparison.is_same_input


def test_compare_counts_a_region_that_only_one_run_has():
    build.expert(max_regions=5, half_days=60)
    build.region("One")
    old = done_run()
    build.region("Two")
    new = done_run()

    rows = {str(row.region): row for row in RunComparison.of(old, new).rows}

    assert (rows["Two"].old_score, rows["Two"].gain, rows["Two"].is_changed) == (None, None, True)
    assert (rows["One"].gain, rows["One"].is_changed) == (0, False)


def test_compare_of_a_run_with_the_same_input_changes_nothing():
    build.region()
    build.expert()

    comparison = RunComparison.of(done_run(), done_run())

    assert (comparison.is_same_input, comparison.changed) == (True, 0)


def test_compare_page_shows_the_last_two_runs():
    build.region("Rhine")
    build.expert()
    old, new = done_run(), done_run()

    response = as_().get(url("matchrun", "compare"))

    comparison = response.context["comparison"]
    assert (comparison.old, comparison.new) == (old, new)
    assert "Rhine" in response.content.decode()


def test_compare_page_with_fewer_than_two_runs_says_so():
    assert (
        "You need two runs with a result to compare."
        in as_().get(url("matchrun", "compare")).content.decode()
    )


def test_compare_page_refuses_an_unknown_run():
    build.region()
    build.expert()
    done_run(), done_run()

    response = as_().get(url("matchrun", "compare"), {"old": 99999, "new": "x"})

    assert response.status_code == 200
    assert response.context["comparison"] is None


def test_compare_page_queries_do_not_grow_with_the_regions():
    build.expert(max_regions=5, half_days=60)
    build.region("One")
    done_run(), done_run()
    client = as_()
    small = queries_of(client, url("matchrun", "compare"))
    build.region("Two")
    build.region("Three")
    done_run(), done_run()

    assert queries_of(client, url("matchrun", "compare")) == small


def test_replay_gives_the_same_result_team_by_team(capsys):
    build.region("One")
    build.region("Two")
    build.expert()
    build.expert()
    run = done_run()

    call_command("replay_run", str(run.pk))

    assert capsys.readouterr().out == f"Match run {run.pk}: the same result, team by team.\n"


def test_replay_finds_a_result_that_was_altered():
    region, _expert = build.region(), build.expert()
    run = done_run()
    run.result["regions"][0]["score"] += 1
    run.result["objective"]["sum"] += 1
    run.save(update_fields=["result"])

    outcome = replay(run)

    assert not outcome.is_same
    assert [text.split(":")[0] for text in outcome.differences] == ["objective.sum", f"region {region.pk}"]


def test_replay_finds_an_input_that_was_altered():
    build.region()
    build.expert()
    run = done_run()
    MatchRun.objects.update(problem_sha256="0" * 64)

    with pytest.raises(CommandError, match="not the one whose hash"):
        call_command("replay_run", str(run.pk))


def test_replay_of_an_unknown_run_says_so():
    with pytest.raises(CommandError, match="is not there"):
        call_command("replay_run", "1")
