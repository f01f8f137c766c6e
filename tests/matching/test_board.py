"""The board says who covers what, what is missing, why not somebody else; staff pin, ban and undo from it."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from experts.models import Expert
from impact.demo.clock import at
from matching import actions, freshness, pipeline, tasks
from matching import board as boards
from matching.enums import RuleKind, RunStatus
from matching.models import MatchRule, MatchRun
from tests.builders import matching as build
from tests.builders.acceptance import ALL_THE_SAME
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, queries_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calculates_at_once")]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_board_names_who_covers_each_side_and_area():
    build.region(must=("clld-design",))
    build.expert("Elm", languages={"fr": "N", "de": "C1", "en": "C1"}, areas={"clld-design": 3})

    (row,) = boards.Board.of(done_run()).rows

    assert [(side.asked, side.people, side.is_covered) for side in row.sides] == [
        ("France: French", ["Elm (French Native or bilingual)"], True),
        ("Germany: German", ["Elm (German C1)"], True),
    ]
    assert [(area.people, area.is_covered, area.is_must) for area in row.areas] == [
        (["Elm (level 3)"], True, True),
        ([], False, False),
    ]
    assert (row.sides_covered, row.areas_covered) == (2, 1)
    assert row.members[0].by_month == row.asked == ["4", "4"]


def test_board_tells_below_the_level_from_absent():
    build.region(needs={"clld-design": 2, "gov-crossborder": 3})
    build.expert("Elm", areas={"clld-design": 3, "gov-crossborder": 1})

    (row,) = boards.Board.of(done_run()).rows

    (area,) = [area for area in row.areas if not area.is_covered]
    assert area.people == ["Elm (level 1)"]


def test_board_says_what_is_missing_and_what_would_help():
    build.region(must=("clld-design",))
    build.expert("Elm", languages={"fr": "C2", "en": "C1"})
    run = done_run()
    tasks.analyse_due()

    page = text_of(as_().get(url("matchrun", "change", run.pk)))

    assert re.search(r"<dt>Regions with a team</dt> <dd[^>]*> 0 of 1 </dd>", page)
    assert "Nobody available speaks German at B2 or better" in page
    assert "Any one of these would give the region a team" in page
    assert "Languages and areas requested by the region" in page
    assert "Nobody in the team" not in page


def test_card_of_a_region_shows_the_days_of_each_member_by_month():
    region = build.region("Rhine", half_days=8)
    build.expert("Elm", languages={"fr": "C1", "en": "C1"})
    build.expert("Ash", languages={"de": "C1"}, roles=("support",), areas={"clld-design": 1})

    page = text_of(as_().get(url("matchrun", "change", done_run().pk)))

    card = page.partition(f'<article id="region-{region.pk}"')[2].partition("</article>")[0]
    days = card.partition("Days by month")[2]
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', days) == ["Sep 26", "Oct 26"]
    assert [
        (name, re.findall(r"<td[^>]*>([^<]+)</td>", cells))
        for name, cells in re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', days)
    ] == [
        ("Elm", ["2½", "2½"]),
        ("Ash", ["1½", "1½"]),
        ("Requested by the region", ["4", "4"]),
    ]


def test_board_page_queries_do_not_grow_with_the_regions():
    build.expert("Elm", max_regions=5, half_days=60)
    build.region("One")
    client, first = as_(), done_run()
    # The first page of a process also looks up what it then remembers.
    queries_of(client, url("matchrun", "change", first.pk))
    small = queries_of(client, url("matchrun", "change", first.pk))
    for name in ("Two", "Three", "Four"):
        build.region(name)
    run = done_run()

    assert run.region_proposals.served().count() == 4
    assert small < 65
    assert queries_of(client, url("matchrun", "change", run.pk)) == small


@pytest.mark.parametrize("model", ["matchrun", "match", "matchrule"])
def test_list_queries_do_not_grow_with_the_rows(model):
    manager, expert = build.staff(), build.expert(max_regions=5, half_days=60)

    def add(name):
        region = build.region(name)
        confirm(done_run())
        MatchRule.objects.create(
            region=region, expert=expert, kind=RuleKind.PINNED, reason="x", made_by=manager
        )

    client = as_()
    add("One")
    small = queries_of(client, url(model))
    add("Two")
    add("Three")

    assert queries_of(client, url(model)) == small


def test_board_is_up_to_date_right_after_the_run():
    build.region()
    build.expert()
    run = done_run()

    assert freshness.changes(run, boards.names_of_all(), today=build.TODAY) == []


def test_board_says_what_has_changed_since_the_run():
    region, expert = build.region("Rhine"), build.expert("Elm")
    run = done_run()
    region.needs.update(level=3)
    expert.months.update(half_days=2)
    ash = build.expert("Ash")
    MatchRule.objects.create(
        region=region, expert=ash, kind=RuleKind.FORBIDDEN, reason="x", made_by=build.staff()
    )

    said = freshness.changes(run, boards.names_of_all(), today=build.TODAY)

    assert said == [
        "Rhine has changed: expertise areas.",
        "Ash has been added.",
        "Elm has changed: days.",
        "“Never include” rules, or experts who declined, have changed.",
    ]


def test_board_says_that_months_have_passed():
    build.region()
    build.expert()
    run = done_run()

    said = freshness.changes(run, boards.names_of_all(), today=date(2026, 10, 2))

    assert said == ["The months that count have changed."]


def test_board_page_shows_that_it_is_out_of_date(monkeypatch):
    build.region()
    expert = build.expert("Elm")
    run = done_run()
    expert.months.update(half_days=30)

    assert "Out of date" in text_of(as_().get(url("matchrun", "change", run.pk)))


def test_why_not_says_a_hard_rule_in_words():
    region = build.region("Rhine")
    build.expert("Elm")
    ash = build.expert("Ash", organisations=("City of Strasbourg",))
    run = done_run()

    page = text_of(as_().get(url("matchrun", "why_not", run.pk), {"region": region.pk, "expert": ash.pk}))

    assert "Ash is connected to a partner of the region (City of Strasbourg)." in page
    assert "No cost can be calculated:" in page


def test_why_not_says_what_choosing_the_expert_would_cost():
    region = build.region("Rhine")
    build.expert("Elm")
    ash = build.expert("Ash", areas={"clld-design": 2})
    run = done_run()

    page = text_of(as_().get(url("matchrun", "why_not", run.pk), {"region": region.pk, "expert": ash.pk}))

    assert re.search(r"The region&#x27;s best team with this expert scores \d+ points? less\.", page)
    assert "The total would fall by" in page
    assert f"region={region.pk}&amp;expert={ash.pk}&amp;kind=pinned" in page


def test_why_not_of_a_member_says_so():
    region, elm = build.region(), build.expert("Elm")
    run = done_run()

    page = text_of(as_().get(url("matchrun", "why_not", run.pk), {"region": region.pk, "expert": elm.pk}))

    assert "This expert is in the proposed team." in page


def test_why_not_preselects_the_region_and_asks_for_the_expert():
    region = build.region()
    build.expert()
    run = done_run()

    response = as_().get(url("matchrun", "why_not", run.pk), {"region": region.pk})

    assert response.context["form"].errors == {}
    assert response.context["form"]["region"].value() == str(region.pk)


def test_why_not_of_an_unknown_expert_is_an_error_at_the_field():
    region = build.region()
    build.expert()
    run = done_run()

    response = as_().get(url("matchrun", "why_not", run.pk), {"region": region.pk, "expert": 99999})

    assert response.context["form"].errors.keys() == {"expert"}
    assert response.context["answer"] is None


def test_why_not_of_a_run_without_a_result_is_not_found():
    run = MatchRun.objects.create(requested_by=build.staff(), problem={}, problem_sha256="0" * 64)

    assert as_().get(url("matchrun", "why_not", run.pk)).status_code == 404


def test_pin_from_the_board_is_preselected_and_leads_back():
    region, expert = build.region(), build.expert()
    run, client = done_run(), as_()
    asked = {"run": run.pk, "region": region.pk, "expert": expert.pk, "kind": "pinned", "role": "lead"}
    form = client.get(url("matchrule", "decide_many", "add"), asked).context["form"]

    response = client.post(
        url("matchrule", "decide_many", "add"),
        {name: form[name].value() for name in form.fields} | {"reason": "They know each other"},
    )

    rule = MatchRule.objects.get()
    assert (rule.region, rule.expert, rule.kind, rule.role) == (region, expert, "pinned", "lead")
    assert response["Location"] == f"{url('matchrun', 'change', run.pk)}#region-{region.pk}"
    assert "Always included: They know each other" in text_of(client.get(url("matchrun", "change", run.pk)))


def test_undo_on_the_board_lifts_the_pin_and_leads_back():
    region, expert = build.region(), build.expert()
    run, client = done_run(), as_()
    rule = MatchRule.objects.create(
        region=region, expert=expert, kind=RuleKind.PINNED, reason="x", made_by=client.user
    )

    response = client.post(url("matchrule", "decide_one", rule.pk, "lift"), {"run": run.pk})

    rule.refresh_from_db()
    assert rule.lifted_by == client.user
    assert response["Location"] == f"{url('matchrun', 'change', run.pk)}#region-{region.pk}"


def test_confirm_page_says_what_is_out_of_date(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)
    build.region("Rhine")
    build.expert("Linden")
    run = done_run()
    address = url("matchrun", "decide_one", run.pk, "confirm")
    fresh = as_().get(address).content.decode()

    Expert.objects.update(max_regions=1)

    told = "1 change of the input since this run."
    assert told not in fresh
    page = as_().get(address).content.decode()
    assert told in page
    assert "Linden has changed: maximum number of regions." in page


def test_failed_run_says_why_and_leads_to_another_start():
    build.region()
    build.expert()
    run, now = actions.start_run(accepting=ALL_THE_SAME, by=build.staff(), today=build.TODAY), timezone.now()
    for turn in range(1 + len(MatchRun.WAITS)):
        with at(now + turn * timedelta(hours=7)):
            pipeline.claim()
        with at(now + turn * timedelta(hours=7) + timedelta(minutes=5)):
            pipeline.requeue_abandoned()
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED

    page = as_().get(url("matchrun", "change", run.pk)).content.decode()

    assert run.error in page
    assert f'href="{url("matchrun", "decide_many", "start")}">Start run</a>' in page
