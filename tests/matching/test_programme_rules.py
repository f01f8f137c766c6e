"""Rules of the programme: asked for when a run starts, kept, named on the board with what each costs."""

import pytest
from django.utils.translation import override

from engine import load_problem
from engine.problem.programme import RULES
from impact.demo.clock import at
from matching import actions, snapshots, tasks, wording
from matching.board import Board, names_of_all
from matching.enums import FindingKind
from matching.findings import Findings
from matching.models import MatchRun
from matching.staff.start_form import ProgrammeForm
from tests.builders import matching as build
from tests.builders.acceptance import ALL_THE_SAME
from tests.matching.test_analysis import analysed, page_of, two_experts
from tests.matching.test_wording import NAMES
from tests.support.matching_pages import as_, url
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db

START = {"change_cost": 0, "time_limit_s": 30}
ASKED = {
    "member_days_min": "1.5",
    "outside_member": "on",
    "days_max": "12",
    "single_teams_max": "0",
    "expert_days_min": "4",
    "lead_all_areas": "on",
    "lead_written_level": "B2",
}
KEPT = {
    "member_half_days_min": 3,
    "outside_member": True,
    "half_days_max": 24,
    "single_teams_max": 0,
    "expert_half_days_min": 8,
    "lead_all_areas": True,
    "lead_written_level": "B2",
}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def started(client, **answers):
    with at(build.NOON):
        return client.post(url("matchrun", "decide_many", "start"), START | answers)


def run_with(programme):
    run = actions.start_run(accepting=ALL_THE_SAME, by=build.staff(), today=build.TODAY, programme=programme)
    tasks.run_due()
    return MatchRun.objects.get(pk=run.pk)


def test_start_page_asks_for_rules_that_are_off_by_default():
    build.region("Rhine")
    two_experts()
    client = as_()
    page = client.get(url("matchrun", "decide_many", "start")).content.decode()
    assert page.count("(default, to confirm)") >= len(ASKED)
    plain = snapshots.take(today=build.TODAY, parameters={"change_cost": 0, "time_limit_s": 30})

    for answers, kept in [({}, {}), (ASKED, KEPT), *(({k: ASKED[k]}, None) for k in ASKED)]:
        with undone():
            started(client, **answers)
            run = MatchRun.objects.get()
            asked = {
                name: run.problem["parameters"][name] for name in RULES if name in run.problem["parameters"]
            }
            assert asked == (asked if kept is None else kept)
            assert len(asked) == len(answers)
            assert set(asked.items()) <= set(KEPT.items())
            assert load_problem(run.problem).programme.asked() == asked
            assert (run.problem_sha256 == snapshots.digest(plain)) == (not asked)


def test_start_page_refuses_rules_that_make_no_sense_and_keeps_what_was_typed():
    build.region("Rhine")
    two_experts()
    client = as_()
    wrong = {"member_days_min": "0.3", "days_max": "-2", "single_teams_max": "one", "expert_days_min": "0"}
    for name, value in wrong.items():
        response = started(client, **{name: value, "note": "Kept note"})

        assert list(response.context["form"].errors) == [name]
        page = response.content.decode()
        assert f'value="{value}"' in page
        assert 'value="Kept note"' in page
    assert not MatchRun.objects.exists()


def test_board_names_the_rules_that_are_on_and_what_each_costs_once_that_is_known():
    build.region("Rhine", half_days=8)
    build.region("Saar", half_days=8)
    build.expert("Elm", max_regions=5, half_days=60)
    run = run_with({"half_days_max": 16, "single_teams_max": 2})
    text = "All teams in the run have at most 8 days in total."

    assert f"<li>{text} Its cost has not been calculated.</li>" in page_of(run)
    found = Findings.of(analysed(run), names_of_all())

    assert [rule.text for rule in found.rules][0] == text
    assert found.rules[0].price.startswith("Without this rule: 1 more region served, ")
    assert found.rules[1].price == "It costs nothing: without it, the teams would be the same."
    assert found.rules[0].price in page_of(run)
    with override("fr"):
        assert Findings.of(run, names_of_all()).rules[0].price.startswith("Sans cette règle")
    (row,) = [row for row in Board.of(analysed(run)).rows if not row.is_served]
    assert row.missing == [f"A programme rule leaves the region without a team: {text}"]
    assert "Remove the rule “Maximum days for all teams together”." in row.remedies


def test_run_without_rules_has_no_prices_to_find():
    build.region("Rhine")
    two_experts()
    run = analysed(run_with({}))

    assert not run.analysis.findings.filter(kind=FindingKind.RULES).exists()
    assert Findings.of(run, names_of_all()).rules == []
    assert "Programme rules" not in page_of(run)


def test_choosing_another_team_keeps_the_rules_of_the_run():
    region = build.region("Rhine")
    two_experts()
    run = analysed(run_with({"outside_member": True, "expert_half_days_min": 2}))

    with at(build.NOON):
        new = actions.choose_team(run_id=run.pk, region_id=region.pk, number=0, reason="x", by=build.staff())

    assert load_problem(new.problem).programme == load_problem(run.problem).programme


def test_every_rule_of_the_engine_is_asked_for_or_said():
    offered = {*ProgrammeForm.IN_DAYS.values(), *ProgrammeForm.AS_TYPED}
    assert offered == set(RULES)
    for language in ("en", "fr"):
        with override(language):
            for rule in RULES:
                fact = {"kind": "rule", "rule": rule, "value": "C1" if rule == "lead_written_level" else 3}
                assert wording.rule(fact) in wording.missing(fact, NAMES)
                around = {"kind": "no_team_around", "expert": "1", "missing": [fact]}
                assert wording.rule(fact) in wording.why_not(around, NAMES)
                assert wording.remedy({"kind": "drop_rule", "rule": rule}, NAMES)


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (None, "Its cost is not known: the calculation ran out of time."),
        (
            {"served": 0, "fairness": None, "worst": [700, 700], "sum": 0, "regions": []},
            "It costs nothing: without it, the teams would be the same.",
        ),
        (
            {"served": 0, "fairness": None, "worst": [700, 700], "sum": 0, "regions": ["7"]},
            "Without this rule: other teams would be equally good.",
        ),
        (
            {"served": 2, "fairness": [-1, 500], "worst": [700, 500], "sum": 1200, "regions": ["7"]},
            "Without this rule: 2 more regions served, 1200 points more in total.",
        ),
        (
            {"served": 0, "fairness": [640, 690], "worst": [645, 698], "sum": -1, "regions": ["7"]},
            (
                "Without this rule: the worst-served region with 698 points instead of 645, 1 "
                "point less in total."
            ),
        ),
    ],
)
def test_price_of_a_rule_is_said_in_words(gain, words):
    assert wording.price({"rule": "outside_member", "value": True, "gain": gain}) == words
