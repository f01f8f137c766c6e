"""After a run its analysis tells who is irreplaceable, other teams, remedies, and the price of fairness."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

import engine
from core.accounts.enums import Role
from core.history import IllegalMove, NotAllowed
from core.jobs import HEARTBEAT_LASTS
from experts import commitments
from impact.demo.clock import at
from matching import actions, analysing, questions, tasks
from matching.board import Board, names_of_all
from matching.enums import ANALYSIS_MOVES, AnalysisStatus, FindingKind, RuleKind
from matching.exceptions import NothingToDo
from matching.findings import Findings
from matching.models import Analysis, Finding, MatchRule, MatchRun
from matching.results import read_result
from tests.builders import matching as build
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, queries_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def analysed(run):
    tasks.analyse_due()
    return MatchRun.objects.get(pk=run.pk)


def two_experts():
    """Ash is the better one: more of what the region needs."""
    ash = build.expert("Ash", areas={"clld-design": 3, "gov-crossborder": 3})
    elm = build.expert("Elm", areas={"clld-design": 2})
    return ash, elm


def page_of(run, client=None):
    response = (client or as_()).get(url("matchrun", "change", run.pk))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_run_that_is_proven_is_analysed_by_the_next_sweep():
    build.region("Rhine")
    build.region("Saar", must=("terr-rural",), needs={"terr-rural": 3})
    two_experts()
    run = done_run()
    assert run.analysis.status == AnalysisStatus.QUEUED
    assert run.region_proposals.get(score=-1).unserved["remedies"] == []

    tasks.sweep()

    run = MatchRun.objects.get(pk=run.pk)
    assert run.analysis.status == AnalysisStatus.DONE
    assert [change.to_status for change in run.analysis.changes.all()] == ["queued", "running", "done"]
    kinds = {row.kind for row in run.analysis.findings.all()}
    assert kinds == set(FindingKind) - {FindingKind.RULES}
    assert questions.open_questions(run.analysis) == []


def test_findings_are_what_the_engine_says():
    build.region("Rhine")
    two_experts()
    run = analysed(done_run())

    insights = engine.Insights(engine.load_problem(run.problem), read_result(run.stored_result))

    known = {(row.kind, row.region_id, row.expert_id): row.value for row in run.analysis.findings.all()}
    for (kind, region, expert), value in known.items():
        match kind:
            case FindingKind.LOSS:
                assert value == insights.without(str(expert))
            case FindingKind.OTHER_TEAMS:
                assert value == [team.to_json() for team in insights.alternatives(str(region))]
            case FindingKind.FAIRNESS:
                assert value == insights.price_of_fairness()
    assert len(known) == 3


def test_board_names_whoever_is_irreplaceable_and_what_others_would_cost():
    build.region("Rhine")
    build.region("Saar", sides={"FR": ("fr",), "ES": ("es",)})
    build.expert("Ash")
    build.expert("Elm", languages={"fr": "C1", "es": "C1", "en": "C1"}, half_days=8)
    build.expert("Oak", areas={"clld-design": 2})
    page = page_of(analysed(done_run()))

    assert "If Elm withdraws, one region loses its team: Saar." in page
    assert "If Ash withdraws, every region keeps a team" in page
    assert "1 other team" in page
    assert "Oak · Lead" in page
    assert "Raising the score of the worst-served regions costs nothing:" in page
    assert "Continue analysis" not in page


def test_board_says_whom_to_look_for():
    build.region("Rhine", must=("clld-design",))
    build.region("Saar", must=("clld-design",))
    build.expert("Elm", languages={"fr": "C2", "en": "C1"})
    page = page_of(analysed(done_run()))

    assert "With 1 more expert, " in page
    assert "2 more regions can have a team. Regions served would be: Rhine, Saar." in page
    assert "German at " in page
    assert "a month from September 2026 to October 2026" in page


def test_expert_page_says_what_is_lost():
    build.region("Rhine")
    elm = build.expert("Elm")
    address = f"/admin/experts/expert/{elm.pk}/change/"
    assert commitments.losses(elm.pk) == []

    run = analysed(done_run())

    page = " ".join(as_().get(address).content.decode().split())
    assert "If Elm withdraws, one region loses its team: Rhine." in page
    assert f"According to Match run {run.pk}." in page


def test_board_says_what_is_being_computed_and_asks_again():
    build.region("Rhine", must=("terr-rural",), needs={"terr-rural": 3})
    two_experts()
    run, client = done_run(), as_()

    page = page_of(run, client)

    assert "Waiting to be calculated in the background: 0 of 3 questions answered." in page
    assert f'hx-get="{url("matchrun", "analysis", run.pk)}"' in page
    assert "What would give the region a team is being calculated." in page
    assert "may be others, or smaller ones" not in page
    analysed(run)
    part = client.get(url("matchrun", "analysis", run.pk)).content.decode()
    assert "show the results" in part
    assert "hx-get" not in part
    assert "Any one of these would give the region a team" in page_of(run, client)


def test_analysis_that_was_stopped_keeps_its_answers_and_goes_on_when_asked(monkeypatch):
    build.region("Rhine")
    two_experts()
    run, manager = done_run(), build.staff()
    without, asked = engine.Insights.without, []

    def counted(self, expert):
        asked.append(expert)
        return without(self, expert)

    monkeypatch.setattr(engine.Insights, "without", counted)
    with monkeypatch.context() as patch:
        # The time is over while the second question is asked.
        patch.setattr(analysing.AnalysisWatch, "must_stop", lambda self: len(asked) > 0)
        tasks.analyse_due()

    run = MatchRun.objects.get(pk=run.pk)
    assert run.analysis.status == AnalysisStatus.STOPPED
    assert run.analysis.error == analysing.OUT_OF_TIME
    assert [row.kind for row in run.analysis.findings.all()] == [FindingKind.FAIRNESS]
    page = page_of(run)
    assert "Stopped: 1 of 3 questions answered. The time for the analysis ran out" in page
    assert "Continue analysis" in page

    actions.analyse_run(run_id=run.pk, by=manager)
    run = analysed(run)

    assert run.analysis.status == AnalysisStatus.DONE
    assert run.analysis.findings.count() == 3
    assert run.analysis.changes.filter(by=manager, to_status="queued").exists()


def test_a_newer_run_comes_first():
    build.region("Rhine")
    two_experts()
    old = done_run()
    new = done_run()

    tasks.analyse_due()

    old, new = (MatchRun.objects.get(pk=run.pk) for run in (old, new))
    assert (old.analysis.status, old.analysis.error) == (AnalysisStatus.STOPPED, analysing.NEWER_RUN)
    assert new.analysis.status == AnalysisStatus.DONE
    actions.analyse_run(run_id=old.pk, by=build.staff())
    assert analysed(old).analysis.status == AnalysisStatus.DONE


def test_analysis_whose_worker_died_is_taken_over():
    build.region("Rhine")
    two_experts()
    run = done_run()
    dead = analysing.claim()
    Analysis.objects.filter(pk=dead.pk).update(heartbeat_at=timezone.now() - 2 * HEARTBEAT_LASTS)

    tasks.sweep()

    assert MatchRun.objects.get(pk=run.pk).analysis.status == AnalysisStatus.DONE
    analysing.execute(dead)  # the worker that was thought dead writes nothing twice
    assert run.analysis.findings.count() == 3


def test_run_that_is_not_proven_is_not_analysed(monkeypatch):
    build.region("Rhine")
    two_experts()
    solve = engine.solve
    monkeypatch.setattr(engine, "solve", lambda *a, **k: replace(solve(*a, **k), status="feasible"))
    run = done_run()

    assert not Analysis.objects.exists()
    assert Findings.of(run, names_of_all()).stage is None
    assert "costs are known only for a run whose result is proven." in page_of(run)
    with pytest.raises(NothingToDo):
        actions.analyse_run(run_id=run.pk, by=build.staff())


def test_only_managers_continue_an_analysis_and_choose_teams():
    build.region("Rhine")
    two_experts()
    run = analysed(done_run())
    region = run.region_proposals.get().region_id

    for role in set(Role) - {Role.MANAGER}:
        with pytest.raises(NotAllowed):
            actions.analyse_run(run_id=run.pk, by=build.staff(role))
        with pytest.raises(NotAllowed):
            actions.choose_team(run_id=run.pk, region_id=region, number=0, reason="x", by=build.staff(role))
    with pytest.raises(IllegalMove):
        actions.analyse_run(run_id=run.pk, by=build.staff())

    assert not MatchRule.objects.exists()
    assert list(MatchRun.objects.all()) == [run]


def test_choosing_another_team_pins_it_and_the_new_run_has_it_at_the_price_told():
    region = build.region("Rhine")
    ash, elm = two_experts()
    run, manager = analysed(done_run()), build.staff()
    actions.add_rule(region_id=region.pk, expert_id=ash.pk, kind=RuleKind.PINNED, reason="x", by=manager)
    (other,) = next(iter(Findings.of(run, names_of_all()).others.values()))
    client = as_(manager)
    address = url("matchrun", "decide_one", run.pk, "choose")
    assert f'value="{other.key}" selected' in client.get(f"{address}?team={other.key}").content.decode()

    with at(build.NOON):
        response = client.post(address, {"team": other.key, "reason": "The region prefers Elm"})

    new = MatchRun.objects.exclude(pk=run.pk).get()
    assert response.url == url("matchrun", "change", new.pk)
    assert [(r.expert, r.role, r.team_size) for r in MatchRule.objects.in_force()] == [(elm, "lead", 1)]
    tasks.run_due()
    new.refresh_from_db()
    (row,) = Board.of(new).rows
    assert [member.proposal.expert for member in row.members] == [elm]
    (told,) = run.analysis.findings.get(kind=FindingKind.OTHER_TEAMS).value
    lost = run.result["objective"]["sum"] - new.result["objective"]["sum"]
    assert lost == told["whole_cost"]["sum"] > 0


def test_choosing_a_team_is_refused_where_it_could_do_nothing():
    region = build.region("Rhine")
    two_experts()
    run, manager = analysed(done_run()), build.staff()
    finding = run.analysis.findings.get(kind=FindingKind.OTHER_TEAMS)

    def choose(number=0):
        with pytest.raises(NothingToDo):
            actions.choose_team(run_id=run.pk, region_id=region.pk, number=number, reason="x", by=manager)
        assert not MatchRule.objects.exists()
        assert list(MatchRun.objects.all()) == [run]

    choose(number=1)
    Finding.objects.filter(pk=finding.pk).update(value=[finding.value[0] | {"pin_holds": False}])
    choose()
    assert "the next run would leave the region without a team rather than accept this cost." in page_of(run)
    Finding.objects.filter(pk=finding.pk).update(value=finding.value)
    confirm(run)
    choose()
    assert "Choose this team" not in page_of(run)


def test_board_queries_do_not_grow_with_the_findings():
    build.expert("Elm", max_regions=5, half_days=60)
    build.expert("Ash", max_regions=5, half_days=60)
    build.region("One")
    client, first = as_(), analysed(done_run())
    queries_of(client, url("matchrun", "change", first.pk))
    small = queries_of(client, url("matchrun", "change", first.pk))
    build.region("Two")
    build.region("Three")
    run = analysed(done_run())

    assert run.analysis.findings.count() > first.analysis.findings.count()
    assert queries_of(client, url("matchrun", "change", run.pk)) == small


def test_database_keeps_one_answer_to_a_question_about_what_its_kind_says():
    region = build.region("Rhine")
    expert, _ = two_experts()
    analysis = analysed(done_run()).analysis

    for wrong in (
        {"kind": FindingKind.FAIRNESS},
        {"kind": FindingKind.LOSS, "expert": expert},
        {"kind": FindingKind.LOSS, "region": region},
        {"kind": FindingKind.REMEDIES},
        {"kind": FindingKind.FAIRNESS, "expert": expert},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            analysis.findings.create(value={}, **wrong)


def test_analysis_moves_only_as_its_table_says():
    for status in AnalysisStatus:
        assert ANALYSIS_MOVES[status] <= set(AnalysisStatus)
    assert not ANALYSIS_MOVES[AnalysisStatus.DONE]
