"""Who may open which page of the matching, and take which decision, over HTTP; role by role."""

import pytest

from applications.models import Call
from core.accounts.enums import Role
from core.mail.models import Message
from matching.enums import MatchStatus, RuleKind, RunStatus
from matching.models import Match, MatchRule, MatchRun, Reservation
from tests.builders import matching as build
from tests.matching.test_teams import confirm, done_run
from tests.support.checklists import decide_all_the_same
from tests.support.matching_pages import as_, url
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db
MAY_SEE = {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
MAY_DECIDE = {Role.MANAGER}
ROLES = list(Role)


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def world():
    """A run with a board, one before it whose team was confirmed, a match, a rule, a run in the queue."""
    build.region("Rhine")
    expert = build.expert(max_regions=3, half_days=60)
    (match,) = confirm(done_run())
    region = build.region("Meuse")
    run = done_run()
    rule = MatchRule.objects.create(
        region=region, expert=expert, kind=RuleKind.PINNED, reason="x", made_by=build.staff()
    )
    kept = Reservation.objects.create(
        call=Call.objects.get(number=2), half_days=1, reason="x", made_by=build.staff()
    )
    queued = MatchRun.objects.create(requested_by=build.staff(), problem={}, problem_sha256="0" * 64)
    return {
        "run": run,
        "match": match,
        "rule": rule,
        "kept": kept,
        "queued": queued,
        "region": region,
        "expert": expert,
    }


PAGES = {
    "runs": lambda w: url("matchrun"),
    "board": lambda w: url("matchrun", "change", w["run"].pk),
    "progress": lambda w: url("matchrun", "progress", w["run"].pk),
    "why not": lambda w: url("matchrun", "why_not", w["run"].pk),
    "compare": lambda w: url("matchrun", "compare"),
    "pool": lambda w: url("matchrun", "pool"),
    "matches": lambda w: url("match"),
    "match": lambda w: url("match", "change", w["match"].pk),
    "rules": lambda w: url("matchrule"),
    "rule": lambda w: url("matchrule", "change", w["rule"].pk),
    "reservations": lambda w: url("reservation"),
    "reservation": lambda w: url("reservation", "change", w["kept"].pk),
}
DECISIONS = {
    "start": lambda w: (url("matchrun", "decide_many", "start"), {"change_cost": 0, "time_limit_s": 30}),
    "cancel": lambda w: (url("matchrun", "decide_one", w["queued"].pk, "cancel"), {}),
    "confirm": lambda w: (
        url("matchrun", "decide_one", w["run"].pk, "confirm"),
        {"regions": [row.pk for row in w["run"].region_proposals.served()]},
    ),
    "end": lambda w: (url("match", "decide_one", w["match"].pk, "end"), {"reason": "x"}),
    "add": lambda w: (
        url("matchrule", "decide_many", "add"),
        {"region_id": w["region"].pk, "expert_id": w["expert"].pk, "kind": "forbidden", "reason": "x"},
    ),
    "keep": lambda w: (
        url("reservation", "decide_many", "keep"),
        {"call_id": Call.objects.get(number=3).pk, "days": "1", "reason": "x"},
    ),
    "release": lambda w: (url("reservation", "decide_one", w["kept"].pk, "release"), {}),
    "lock": lambda w: (
        url("matchrule", "decide_many", "lock"),
        {"region_id": w["region"].pk, "run": w["run"].pk, "reason": "x"},
    ),
    "unlock": lambda w: (
        url("matchrule", "decide_many", "unlock"),
        {"region_id": w["region"].pk, "run": w["run"].pk},
    ),
    "lift": lambda w: (url("matchrule", "decide_one", w["rule"].pk, "lift"), {}),
}


def state():
    """Everything that a decision could have changed."""
    return (
        list(MatchRun.objects.order_by("pk").values_list("pk", "status")),
        list(Match.objects.order_by("pk").values_list("pk", "status")),
        list(MatchRule.objects.order_by("pk").values_list("pk", "lifted_at")),
        list(Reservation.objects.order_by("pk").values_list("pk", "released_at")),
        Message.objects.count(),
    )


def test_page_is_shown_to_whoever_may_see_it_and_to_nobody_else(world):
    clients = {role: as_(role) for role in ROLES}

    answers = {
        (page, role): client.get(address(world)).status_code
        for page, address in PAGES.items()
        for role, client in clients.items()
    }

    assert answers == {(page, role): 200 if role in MAY_SEE else 403 for page, role in answers}


def test_page_leads_everybody_else_to_the_log_in(world, client):
    client.force_login(world["expert"].user)

    for page, address in PAGES.items():
        response = client.get(address(world))
        assert response.status_code in (302, 403), page
        assert "Meuse" not in response.content.decode(), page


def test_decision_of_another_role_changes_nothing(world):
    clients = {role: as_(role) for role in ROLES if role not in MAY_DECIDE}
    before = state()

    for decision, asked in DECISIONS.items():
        address, answers = asked(world)
        for role, client in clients.items():
            response = client.post(address, answers)
            assert (response.status_code, state()) == (403, before), (decision, role)


def test_decision_of_a_manager_is_taken(world):
    manager, before = as_(Role.MANAGER), state()

    for decision in DECISIONS.keys() - {"start", "add", "lock"}:
        with undone():
            address, answers = DECISIONS[decision](world)
            response = decide_all_the_same(manager, address, answers)
            assert response.status_code == 302, decision
            assert state() != before, decision


@pytest.mark.parametrize("role", sorted(MAY_SEE))
def test_buttons_are_shown_to_whoever_may_decide(role, world):
    page = as_(role).get(url("matchrun", "change", world["run"].pk)).content.decode()

    assert ("Confirm teams" in page) == (role in MAY_DECIDE)
    undo = url("matchrule", "decide_one", world["rule"].pk, "lift")
    assert (undo in page) == (role in MAY_DECIDE)


def test_person_who_started_a_run_reads_that_another_confirms(world):
    run = world["run"]
    confirm = url("matchrun", "decide_one", run.pk, "confirm")
    own = as_(run.requested_by)

    board = own.get(url("matchrun", "change", run.pk)).content.decode()
    asked = own.get(confirm).content.decode()

    assert ("so another person must confirm its teams." in board, confirm in board) == (True, False)
    assert "so another person must confirm its teams." in asked
    assert 'type="submit"' not in asked.partition('id="content-main"')[2].partition("</form>")[0]


def test_page_of_an_unknown_row_is_not_found(world):
    client = as_(Role.MANAGER)

    assert client.get(url("matchrun", "progress", 99999)).status_code == 404
    assert client.get(url("matchrun", "why_not", 99999)).status_code == 404


def test_second_person_is_asked_for_over_http_too(world):
    run = world["run"]
    address, answers = DECISIONS["confirm"](world)
    before = state()

    response = decide_all_the_same(as_(run.requested_by), address, answers)

    assert response.status_code == 409
    assert "so another person must confirm its teams." in response.content.decode()
    assert state() == before


def test_states_of_the_world_are_what_the_tests_say(world):
    assert (world["run"].status, world["queued"].status) == (RunStatus.DONE, RunStatus.QUEUED)
    assert world["match"].status == MatchStatus.INVITED
