"""Capacity kept back for a coming call is less for the runs until it is released; who stands keeps all."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from applications.models import Call
from applications.selecting.actions import piloting
from core.accounts.enums import Role
from core.history import NotAllowed
from matching import actions, completeness, dashboard, freshness, replaying, snapshots, wording
from matching.board import names_of_all
from matching.exceptions import NothingToDo, OutOfDate
from matching.models import Match, MatchRun, Reservation
from tests.builders import matching as build
from tests.matching.test_snapshots import confirmed_team, standing_match
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, queries_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def coming(number=3):
    return Call.objects.get(number=number)


def keep_back(**amount):
    by, call = amount.pop("by", None) or build.staff(), amount.pop("call", None) or coming()
    return actions.keep_back(call_id=call.pk, by=by, reason="For spring", **amount)


def take():
    return snapshots.take(today=build.TODAY, parameters={})


def offered():
    """Half-days by month and the most regions, by the name of the expert, as a run would find them."""
    names = names_of_all()
    return {names.expert(row["id"]): (row["half_days"], row["max_regions"]) for row in take()["experts"]}


@pytest.mark.parametrize(
    ("amount", "found"),
    [
        ({"half_days": 6}, ([14, 14], 2)),
        ({"half_days": 30}, ([0, 0], 2)),
        ({"share": 25}, ([15, 15], 2)),
        ({"share": 33}, ([13, 13], 2)),
        ({"share": 100}, ([0, 0], 2)),
        ({"regions": 1}, ([20, 20], 1)),
        ({"regions": 5}, ([20, 20], 0)),
        ({"half_days": 6, "regions": 1}, ([14, 14], 1)),
    ],
)
def test_what_is_kept_back_is_missing_from_the_snapshot(amount, found):
    build.region()
    build.expert("Elm", half_days=20, max_regions=2)

    keep_back(**amount)

    assert offered() == {"Elm": found}


def test_what_is_kept_back_of_one_expert_stands_instead_of_what_is_kept_of_all():
    build.region()
    build.expert("Ash", half_days=20)
    elm = build.expert("Elm", half_days=20)

    keep_back(half_days=10)
    keep_back(half_days=2, expert_id=elm.pk)

    assert offered() == {"Ash": ([10, 10], 2), "Elm": ([18, 18], 2)}


def test_what_is_kept_back_for_two_calls_adds_up():
    build.region()
    build.expert("Elm", half_days=20)

    keep_back(half_days=4, call=coming(2))
    keep_back(share=50, call=coming(3))

    assert offered() == {"Elm": ([6, 6], 2)}


def test_release_gives_it_back_and_stays_on_record():
    build.region()
    build.expert("Elm", half_days=20)
    by, row = build.staff(), keep_back(half_days=6)

    actions.release(reservation_id=row.pk, by=by)

    assert offered() == {"Elm": ([20, 20], 2)}
    row.refresh_from_db()
    assert (row.released_by, row.reason, row.half_days) == (by, "For spring", 6)


def test_teams_that_stand_keep_their_days_and_only_the_rest_is_left():
    earlier, waiting = build.region("Rhine"), build.region("Meuse")
    elm = build.expert("Elm", half_days=20, max_regions=3)
    match = standing_match(earlier, elm, half_days=12)
    confirmed_team(earlier, [match], build.staff())

    keep_back(half_days=10, regions=3)

    problem = take()
    assert [row["id"] for row in problem["regions"]] == [str(waiting.pk)]
    assert [row["half_days"] for row in problem["locked"]] == [[12, 12]]
    assert offered() == {"Elm": ([12, 12], 1)}
    assert done_run().region_proposals.get().score == -1


def test_member_who_stays_in_an_incomplete_team_keeps_the_place():
    region = build.region(half_days=8)
    elm = build.expert("Elm", half_days=8, max_regions=1)
    standing_match(region, elm, half_days=8)

    keep_back(share=100, regions=1)

    run = done_run()
    assert [member.expert for member in run.region_proposals.get().members.all()] == [elm]


def test_run_with_capacity_kept_back_says_so_and_replays_exactly(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)
    build.region(half_days=8)
    build.expert("Elm", half_days=20)
    row = keep_back(half_days=4, share=None, regions=1)
    run = done_run()
    actions.release(reservation_id=row.pk, by=build.staff())

    assert replaying.replay(run).is_same
    call_command("replay_run", run.pk)
    words = f"Reserved for {coming()} from all experts: 2 days in each month and 1 region. For spring"
    assert words in as_().get(url("matchrun", "change", run.pk)).content.decode()
    # Also after its release: it says how the run was asked.
    assert freshness.changes(run, names_of_all(), today=build.TODAY) == [
        "Capacity reserved for a future call has changed."
    ]


def test_run_is_up_to_date_while_the_same_is_kept_back():
    build.region()
    build.expert()
    keep_back(half_days=4)

    assert freshness.changes(done_run(), names_of_all(), today=build.TODAY) == []


def test_confirm_refuses_days_that_were_kept_back_since():
    build.region(half_days=8)
    build.expert("Elm", half_days=10)
    run = done_run()
    keep_back(half_days=4)

    with pytest.raises(OutOfDate, match="Elm no longer has enough days"):
        confirm(run)

    assert not Match.objects.exists()


def test_amount_is_said_in_words():
    elm = build.expert("Elm")
    said = [
        wording.kept_back(keep_back(half_days=3)),
        wording.kept_back(keep_back(share=20, regions=2, expert_id=elm.pk)),
    ]

    assert said == [
        f"Reserved for {coming()} from all experts: 1½ days in each month.",
        f"Reserved for {coming()} from Elm: 20% of the days in each month and 2 regions.",
    ]


@pytest.mark.parametrize(
    "amount", [{}, {"half_days": 0}, {"half_days": 2, "share": 10}], ids=["nothing", "zero", "days and share"]
)
def test_keep_back_refuses_what_makes_no_sense(amount):
    with pytest.raises(NothingToDo):
        keep_back(**amount)

    assert not Reservation.objects.exists()


def test_keep_back_refuses_a_second_one_until_the_first_is_released():
    first = keep_back(half_days=2)
    with pytest.raises(NothingToDo):
        keep_back(share=10)

    actions.release(reservation_id=first.pk, by=build.staff())

    assert keep_back(share=10).is_in_force
    with pytest.raises(NothingToDo):
        actions.release(reservation_id=first.pk, by=build.staff())


def test_keep_back_refuses_a_call_whose_regions_are_there():
    Call.objects.filter(number=1).update(results_published_at=timezone.now())

    with pytest.raises(NothingToDo):
        keep_back(half_days=2, call=coming(1))

    assert not Reservation.objects.exists()


def test_keep_back_and_release_refuse_other_roles():
    row = keep_back(half_days=2)
    for role in set(Role) - {Role.MANAGER}:
        with pytest.raises(NotAllowed):
            keep_back(half_days=2, call=coming(2), by=build.staff(role))
        with pytest.raises(NotAllowed):
            actions.release(reservation_id=row.pk, by=build.staff(role))

    row.refresh_from_db()
    assert Reservation.objects.count() == 1
    assert row.is_in_force


@pytest.mark.parametrize(
    "values", [{}, {"half_days": 2, "share": 5}, {"share": 101}, {"half_days": 63}, {"regions": 6}]
)
def test_database_refuses_a_reservation_that_makes_no_sense(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.create(call=coming(), reason="x", made_by=build.staff(), **values)


def test_database_refuses_two_in_force_for_the_whole_pool():
    keep_back(half_days=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.create(call=coming(), reason="x", made_by=build.staff(), share=5)


def test_database_keeps_a_reservation_as_it_was_said():
    row = keep_back(half_days=2)

    with pytest.raises(ProgrammingError), transaction.atomic():
        row.delete()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Reservation.objects.update(half_days=3)

    row.refresh_from_db()
    assert row.half_days == 2


def test_manager_keeps_back_and_releases_from_the_board(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)
    build.region()
    build.expert("Elm")
    run, client = done_run(), as_()
    board = url("matchrun", "change", run.pk)
    answers = {"call_id": coming().pk, "days": "2.5", "reason": "For spring", "run": run.pk}

    kept = client.post(url("reservation", "decide_many", "keep"), answers)
    row = Reservation.objects.get()
    shown = client.get(board).content.decode()
    released = client.post(url("reservation", "decide_one", row.pk, "release"), {"run": run.pk})

    assert kept["Location"] == released["Location"] == f"{board}#kept-back"
    assert (row.half_days, row.expert, row.made_by) == (5, None, client.user)
    assert "from all experts: 2½ days in each month." in shown
    assert "Capacity reserved for a future call has changed." in shown
    assert "from all experts" not in client.get(board).content.decode()


def test_form_says_what_is_missing_and_keeps_what_was_typed():
    client = as_()
    address = url("reservation", "decide_many", "keep")

    nothing = client.post(address, {"call_id": coming().pk, "reason": "For spring"})
    odd = client.post(address, {"call_id": coming().pk, "reason": "For spring", "days": "1.3"})

    assert nothing.status_code == 409
    assert (
        "Enter the number of days, the share of days or the number of regions to reserve."
        in nothing.content.decode()
    )
    assert "For spring" in nothing.content.decode()
    assert odd.context["form"].errors == {"days": ["Enter whole or half days, such as 3 or 2.5."]}
    assert not Reservation.objects.exists()


def test_start_page_and_pool_page_say_what_is_kept_back(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)
    build.region(half_days=8)
    build.expert("Elm", half_days=20)
    keep_back(half_days=14)
    words = f"Reserved for {coming()} from all experts: 7 days in each month."

    pool = as_().get(url("matchrun", "pool"))

    assert words in as_().get(url("matchrun", "decide_many", "start")).content.decode()
    assert words in pool.content.decode()
    assert [row.free for row in pool.context["pool"].months] == [6, 6]


@pytest.fixture
def served():
    """Capacity kept back for a call, whose two regions then get their teams; the manager who looks on."""
    row = keep_back(half_days=2, call=build.region("Rhine").application.call)
    build.region("Meuse")
    build.expert("Elm", max_regions=3, half_days=40)
    confirm(done_run())
    return row


def to_release():
    return list(completeness.to_release(Reservation.objects.all()))


def test_reservation_can_be_released_once_every_region_of_its_call_has_its_team(served):
    other = keep_back(half_days=2, call=coming(2))
    assert to_release() == [served]

    late = build.region("Adriatic")
    assert to_release() == []

    piloting.end(region_id=late.pk, by=build.staff(), reason="Over.")
    assert to_release() == [served]
    match = Match.objects.first()
    actions.decline(match_id=match.pk, by=match.expert.user, reason="No time")
    assert to_release() == []
    assert other.is_in_force
    served.refresh_from_db()
    assert served.is_in_force


def test_reservation_for_a_call_without_regions_waits():
    keep_back(half_days=2)

    assert to_release() == []


def test_staff_are_told_what_can_be_released_and_release_it(served):
    keep_back(half_days=2, call=coming(2))
    client = as_()
    label = "capacity reservations can be released, because their call has all its teams"
    words = "Every region in this call has a team, so this reservation can be released."
    (waiting,) = [item for item in dashboard.waiting_for(client.user) if item.label == label]
    run = MatchRun.objects.get()

    listed = client.get(waiting.url)

    assert (waiting.count, list(listed.context["cl"].result_list)) == (1, [served])
    assert "Can be released" in listed.content.decode()
    assert label in client.get("/admin/").content.decode()
    for page in (url("matchrun", "change", run.pk), url("matchrun", "pool")):
        assert client.get(page).content.decode().count(words) == 1
    client.post(url("reservation", "decide_one", served.pk, "release"), {})
    assert to_release() == []
    assert list(client.get(url("reservation"), {"state": "released"}).context["cl"].result_list) == [served]


def test_auditor_is_not_asked_to_release(served):
    assert dashboard.waiting_for(build.staff(Role.AUDITOR)) == []


def test_list_queries_do_not_grow_with_the_rows():
    elm, client = build.expert("Elm"), as_()
    keep_back(half_days=2)
    few = queries_of(client, url("reservation"))
    keep_back(half_days=2, call=coming(2))
    keep_back(half_days=2, expert_id=elm.pk)

    assert queries_of(client, url("reservation")) == few
