"""What the pool of experts lacks for the regions that wait, before any run."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from core.checklists import NotFinished
from experts.enums import ExpertStatus
from experts.models import Expert
from matching import actions
from matching.board import names_of_all
from matching.enums import MatchStatus
from matching.models import MatchRule, MatchRun
from matching.pool import Pool
from tests.builders import matching as build
from tests.builders.acceptance import ALL_THE_SAME
from tests.matching.test_snapshots import standing_match
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, queries_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def pool():
    return Pool.today(build.TODAY, names_of_all())


def test_pool_counts_who_speaks_knows_and_may_lead():
    build.region("Rhine", needs={"clld-design": 2})
    build.expert("Elm", languages={"fr": "C1", "en": "C1"}, areas={"clld-design": 2})
    build.expert("Ash", languages={"fr": "B1", "de": "B2"}, areas={"clld-design": 1}, roles=("support",))

    found = pool()

    (row,) = found.regions
    assert [(side.asked, side.experts) for side in row.sides] == [("French", 1), ("German", 1)]
    assert [area.experts for area in row.areas] == [1]
    assert (row.leads, found.experts) == (1, 2)


def test_pool_names_what_nobody_brings_first():
    build.region("Rhine", sides={"FR": ("fr",), "LU": ("lb",)})
    build.expert("Elm", languages={"fr": "C1", "en": "C1"})

    found = pool()

    assert [(row.asked, row.is_lacking, row.is_thin) for row in found.languages] == [
        ("Luxembourgish", True, False),
        ("French", False, True),
    ]
    assert found.regions[0].is_lacking


@pytest.mark.parametrize(
    "expert",
    [{"organisations": ("City of Strasbourg",)}, {"unit": "DE134"}, {"status": ExpertStatus.SUBMITTED}],
)
def test_pool_leaves_out_whom_the_region_cannot_have(expert):
    build.region("Rhine")
    build.expert("Elm", **expert)

    (row,) = pool().regions

    assert (row.leads, [side.experts for side in row.sides]) == (0, [0, 0])


def test_pool_compares_the_days_of_each_month_with_what_is_left():
    build.region("Rhine", half_days=8)
    build.expert("Elm", half_days=10)
    confirm(done_run())
    build.region("Meuse", half_days=4)

    assert [(row.asked, row.free, row.is_lacking) for row in pool().months] == [(4, 2, True)] * 2


@pytest.mark.parametrize(("max_regions", "half_days"), [(1, 20), (2, 8)])
def test_pool_leaves_out_who_has_no_place_or_no_day_left(max_regions, half_days):
    build.region("Rhine", half_days=8)
    build.expert("Elm", max_regions=max_regions, half_days=half_days)
    confirm(done_run())
    build.region("Meuse", half_days=4)

    (row,) = pool().regions

    assert (row.leads, [side.experts for side in row.sides]) == (0, [0, 0])
    assert [area.experts for area in row.areas] == [0, 0]


@pytest.mark.parametrize(
    ("half_days", "team_max", "leads"),
    [
        # Alone all 8, beside one support 5, beside two 4: a lead gives at least so much in each month.
        ((8, 8), 1, 1),
        ((8, 7), 1, 0),
        ((5, 5), 2, 1),
        ((5, 4), 2, 0),
        ((4, 4), 3, 1),
        ((20, 3), 3, 0),
        ((20, 0), 3, 0),
    ],
)
def test_pool_counts_as_a_lead_who_has_the_days_of_a_lead_in_every_month(half_days, team_max, leads):
    region = build.region("Rhine", half_days=8, team_max=team_max)
    elm = build.expert("Elm", roles=("lead",))
    for month, value in zip(build.MONTHS, half_days, strict=True):
        elm.months.filter(month=month).update(half_days=value)

    (row,) = pool().regions

    assert row.leads == leads
    # What the engine says of the same days: with nobody else, Elm alone must bring everything.
    assert (done_run().region_proposals.get(region=region).score >= 0) == (min(half_days) >= 8)


def test_pool_asks_the_days_of_a_support_from_who_only_supports():
    build.region("Rhine", half_days=8)
    build.expert("Elm", roles=("support",), half_days=2)
    build.expert("Ash", roles=("support",), half_days=1)

    (row,) = pool().regions

    assert (row.leads, [side.experts for side in row.sides]) == (0, [1, 1])


def test_pool_asks_days_only_in_the_months_that_the_region_asks_for():
    region = build.region("Rhine", half_days=8)
    region.months.filter(month=build.MONTHS[1]).delete()
    build.expert("Elm").months.filter(month=build.MONTHS[1]).delete()

    assert [row.leads for row in pool().regions] == [1]


def test_pool_counts_the_pinned_for_their_region_alone():
    rhine, _meuse = build.region("Rhine"), build.region("Meuse")
    elm = build.expert("Elm", max_regions=1)
    rule = {"region": rhine, "expert": elm, "kind": "pinned", "reason": "x"}
    MatchRule.objects.create(made_by=build.staff(), **rule)

    assert {row.region: row.leads for row in pool().regions} == {"Rhine": 1, "Meuse": 0}


def test_pool_leaves_out_whose_days_are_kept_back_for_a_coming_call():
    region = build.region("Rhine")
    elm = build.expert("Elm")
    actions.keep_back(
        call_id=region.application.call_id, expert_id=elm.pk, share=100, reason="x", by=build.staff()
    )

    assert [row.leads for row in pool().regions] == [0]


def test_pool_page_shows_the_regions_and_those_left_out():
    build.region("Rhine")
    build.region("Meuse").needs.all().delete()
    build.expert()

    page = " ".join(as_().get(url("matchrun", "pool")).content.decode().split())

    assert "Left out: Meuse. Missing: expertise areas." in page
    assert page.count("Rhine") > 1


def test_run_that_would_use_unconfirmed_sides_is_refused_and_pages_link_to_the_regions():
    region = build.region("Rhine")
    build.region("Meuse")
    build.expert()
    run = done_run()
    region.sides.get(country="FR").languages.add("de")
    link = "?sides=unconfirmed"
    pages = [
        url("matchrun", "pool"),
        url("matchrun", "decide_many", "start"),
        url("matchrun", "decide_one", run.pk, "confirm"),
    ]

    assert [link in as_().get(page).content.decode() for page in pages] == [True] * 3
    with pytest.raises(NotFinished, match="Nobody has confirmed the sides of 1 region"):
        actions.start_run(by=build.staff(), today=build.TODAY, accepting=ALL_THE_SAME)
    assert MatchRun.objects.count() == 1

    build.sides_confirmed(region)
    assert [link in as_().get(page).content.decode() for page in pages] == [False] * 3
    actions.start_run(by=build.staff(), today=build.TODAY)


def test_pool_page_without_regions_says_so():
    assert "No pilot region is waiting for a team." in as_().get(url("matchrun", "pool")).content.decode()


def test_pool_page_queries_do_not_grow_with_regions_and_experts():
    build.region("One")
    build.expert()
    client = as_()
    small = queries_of(client, url("matchrun", "pool"))
    for name in ("Two", "Three"):
        build.region(name)
        build.expert()

    assert queries_of(client, url("matchrun", "pool")) == small


def found(**period):
    months = (date(2026, 9, 1), date(2026, 10, 1))
    first, last = period.pop("first", months[0]), period.pop("last", months[1])
    return {expert.name for expert in Expert.objects.free_between(first, last, **period)}


def test_free_between_counts_what_no_team_was_promised():
    elm, ash = build.expert("Elm", half_days=10), build.expert("Ash", half_days=6)
    match = standing_match(build.region(), elm, half_days=8)

    assert found() == {"Elm", "Ash"}
    assert found(half_days=5) == {"Ash"}
    assert found(last=date(2026, 9, 1), half_days=3) == {"Ash"}
    build.bring_match_to(match, MatchStatus.ENDED)
    assert found(half_days=20) == {"Elm"}
    ash.months.all().delete()
    assert found() == {"Elm"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"free_from": "2026-10"}, {"Elm"}),
        ({"free_until": "2026-09"}, {"Elm", "Ash"}),
        ({"free_from": "2026-09", "free_until": "2026-10", "free_days": "10"}, {"Elm"}),
        ({"free_days": "20"}, set()),
    ],
)
def test_list_of_experts_is_narrowed_to_a_period(monkeypatch, settings, query, names):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)
    build.expert("Elm", half_days=10)
    build.expert("Ash", half_days=10).months.filter(month=date(2026, 10, 1)).delete()
    Expert.objects.update(submitted_at=timezone.now())

    response = as_().get(reverse("admin:experts_expert_changelist"), query)

    assert {expert.name for expert in response.context["cl"].result_list} == names


@pytest.mark.parametrize("query", [{"free_from": "nonsense"}, {"free_days": "x"}])
def test_period_that_is_none_leads_back_to_all_experts(query):
    build.expert("Elm", half_days=10)
    Expert.objects.update(submitted_at=timezone.now())

    response = as_().get(reverse("admin:experts_expert_changelist"), query, follow=True)

    assert response.redirect_chain == [(f"{reverse('admin:experts_expert_changelist')}?e=1", 302)]
    assert [expert.name for expert in response.context["cl"].result_list] == ["Elm"]
