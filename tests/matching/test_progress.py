"""A run while it computes: what its page shows of it, and how it is stopped from there."""

import pytest

import engine
from matching import actions, pipeline
from matching.enums import RunStatus
from matching.models import MatchRun, RegionProposal
from tests.builders import matching as build
from tests.builders.acceptance import ALL_THE_SAME
from tests.support.matching_pages import as_, url

pytestmark = pytest.mark.django_db
NEWS = engine.SearchProgress(phase="sum", share=0.4, best=812, bound=900)


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def running(news=None):
    """A run that a worker has claimed, with what the engine told so far."""
    build.region("Rhine")
    build.expert("Elm")
    actions.start_run(accepting=ALL_THE_SAME, by=build.staff(), today=build.TODAY)
    run = pipeline.claim()
    if news:
        watch = pipeline.RunWatch(run)
        watch.report(news)
        watch.beat()
    return run


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("page", ["change", "progress"])
def test_page_of_a_running_run_shows_phase_share_best_and_bound(page):
    run = running(NEWS)

    said = text_of(as_().get(url("matchrun", page, run.pk)))

    assert "Running: Raising the quality of all teams together" in said
    assert '<progress class="w-full" value="40" max="100" aria-label="Progress of the run">40 %' in said
    assert "best so far: 812 points" in said
    assert "no result can have more than 900 points" in said
    assert f'hx-get="{url("matchrun", "progress", run.pk)}" hx-trigger="every 2s"' in said


def test_page_of_a_run_that_has_no_news_yet_promises_nothing():
    run = running()

    said = text_of(as_().get(url("matchrun", "change", run.pk)))

    assert "Running: The run has started" in said
    assert "<progress" not in said
    assert "best so far" not in said


def test_running_run_is_cancelled_from_its_page_and_proposes_nothing():
    run, client = running(NEWS), as_()
    cancel = url("matchrun", "decide_one", run.pk, "cancel")
    assert f'href="{cancel}"' in text_of(client.get(url("matchrun", "change", run.pk)))

    response = client.post(cancel, {"reason": "A region is still edited"}, follow=True)

    said = text_of(response)
    assert response.redirect_chain[0][0] == url("matchrun", "change", run.pk)
    assert "The run stops and proposes no teams." in said
    assert f'href="{cancel}"' not in said
    # Its place is free before the worker has noticed; what the worker still finds is not written.
    following = actions.start_run(by=client.user, today=build.TODAY)
    pipeline.execute(run)
    run.refresh_from_db()
    assert (run.status, run.cancel_asked_by) == (RunStatus.CANCELLED, client.user)
    assert run.changes.last().reason == "A region is still edited"
    assert not RegionProposal.objects.exists()
    following.refresh_from_db()
    assert following.status == RunStatus.QUEUED


def test_page_draws_itself_anew_once_the_run_is_over():
    run, client = running(NEWS), as_()
    under_way = client.get(url("matchrun", "progress", run.pk))
    pipeline.execute(run)

    over = client.get(url("matchrun", "progress", run.pk))

    assert "HX-Refresh" not in under_way
    assert over["HX-Refresh"] == "true"
    assert "hx-get" not in over.content.decode()


def test_run_that_is_over_cannot_be_cancelled():
    run, client = running(), as_()
    pipeline.execute(run)
    cancel = url("matchrun", "decide_one", run.pk, "cancel")

    page = text_of(client.get(url("matchrun", "change", run.pk)))

    assert f'href="{cancel}"' not in page
    client.post(cancel, {"reason": ""})
    assert MatchRun.objects.get().status == RunStatus.DONE
