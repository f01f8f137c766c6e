"""Verdicts, questions and withdrawals: from every status, with their letters."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from applications.enums import APPLICATION_MOVES, ApplicationStatus
from applications.models import Application, PilotRegion
from applications.screening import actions
from applications.selecting.actions import confirming, withdrawing
from core.accounts.enums import Role
from core.history import IllegalMove
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import DOUBTFUL, draft, eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.selections import proposed
from tests.support.mailbox import mails
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db

S = ApplicationStatus
TOMORROW = timedelta(days=1)


def ask(pk, by, sections=("territory",), due=TOMORROW):
    return actions.return_for_clarification(
        application_id=pk, by=by, sections=list(sections), question="Why?", due_at=timezone.now() + due
    )


VERBS = {
    "eligible": (
        S.ELIGIBLE,
        {S.SUBMITTED},
        lambda pk, by: actions.declare_eligible(application_id=pk, by=by),
    ),
    "ineligible": (
        S.INELIGIBLE,
        {S.SUBMITTED, S.RETURNED},
        lambda pk, by: actions.declare_ineligible(application_id=pk, by=by, reason="No."),
    ),
    "take back": (
        S.SUBMITTED,
        {S.ELIGIBLE, S.INELIGIBLE},
        lambda pk, by: actions.take_back_verdict(application_id=pk, by=by, reason="No."),
    ),
    "ask": (S.RETURNED, {S.SUBMITTED}, ask),
    "close question": (
        S.SUBMITTED,
        {S.RETURNED},
        lambda pk, by: actions.close_clarification(application_id=pk, by=by, reason="No."),
    ),
    "withdraw": (
        S.WITHDRAWN,
        {S.SUBMITTED, S.RETURNED, S.ELIGIBLE, S.INELIGIBLE, S.SELECTED, S.RESERVE},
        lambda pk, by: withdrawing.withdraw(application_id=pk, by=by, reason="No."),
    ),
}


@pytest.mark.parametrize("status", [s for s in S.values if s != S.DRAFT])
def test_verb_works_from_its_statuses_only(status):
    application, manager = submitted(closed_call(), status), person(Role.MANAGER)
    before = status, application.changes.count(), mails()

    for verb, (to, sources, take) in VERBS.items():
        with undone():
            if status in sources:
                take(application.pk, manager)
                application.refresh_from_db()
                last = application.changes.last()
                came = application.status, last.from_status, last.to_status, last.by
                assert came == (to, status, to, manager), verb
            else:
                with pytest.raises(IllegalMove):
                    take(application.pk, manager)
                application.refresh_from_db()
                assert (application.status, application.changes.count(), mails()) == before, verb


@pytest.mark.parametrize("verb", VERBS)
def test_verb_asks_for_no_move_that_the_table_forbids(verb):
    to, sources, _take = VERBS[verb]

    assert all(to in APPLICATION_MOVES[source] for source in sources)


@pytest.mark.parametrize("verb", VERBS)
def test_verb_does_not_see_drafts(verb):
    application = draft(closed_call())

    with pytest.raises(Application.DoesNotExist):
        VERBS[verb][2](application.pk, person(Role.MANAGER))


def test_verdict_against_a_check_needs_a_reason_from_whoever_calls():
    application, manager = submitted(closed_call(), units=DOUBTFUL), person(Role.MANAGER)

    with pytest.raises(ValidationError, match="say why it is eligible"):
        actions.declare_eligible(application_id=application.pk, by=manager, reason="  ")
    application.refresh_from_db()
    assert (application.status, application.changes.last().to_status) == ("submitted", "submitted")

    actions.declare_eligible(application_id=application.pk, by=manager, reason="A twin region.")
    assert application.changes.last().reason == "A twin region."


def test_refusal_is_held_with_its_reason_until_it_is_released():
    application = submitted(closed_call())
    manager = person(Role.MANAGER)

    actions.declare_ineligible(application_id=application.pk, by=manager, reason="One side only.")
    held = mails()
    actions.release_verdict(application_id=application.pk, by=manager)

    lead = application.members.get().user.email
    assert held == [("ineligible", lead, "held")]
    assert mails() == [("ineligible", lead, "queued")]


def test_refusal_taken_back_never_leaves_and_a_new_one_is_a_new_letter():
    application = submitted(closed_call())
    manager = person(Role.MANAGER)
    actions.declare_ineligible(application_id=application.pk, by=manager, reason="One side only.")

    actions.take_back_verdict(application_id=application.pk, by=manager, reason="A mistake.")
    actions.declare_ineligible(application_id=application.pk, by=manager, reason="Indeed.")

    assert [status for _name, _to, status in mails()] == ["discarded", "held"]


def test_release_without_a_held_letter_is_refused():
    application = submitted(closed_call(), S.INELIGIBLE)
    actions.release_verdict(application_id=application.pk, by=person(Role.MANAGER))

    with pytest.raises(ValidationError):
        actions.release_verdict(application_id=application.pk, by=person(Role.MANAGER))


@pytest.mark.parametrize(
    ("sections", "due"), [([], TOMORROW), (["unknown"], TOMORROW), (["territory"], -TOMORROW)]
)
def test_question_needs_known_sections_and_a_deadline_to_come(sections, due):
    application = submitted(closed_call())

    with pytest.raises(ValidationError):
        ask(application.pk, person(Role.MANAGER), sections, due)

    application.refresh_from_db()
    assert (application.status, application.clarifications.count(), mails()) == ("submitted", 0, [])


@pytest.mark.parametrize("verb", ["close question", "ineligible", "withdraw"])
def test_open_question_is_closed_when_staff_go_on(verb):
    application, manager = submitted(closed_call()), person(Role.MANAGER)
    ask(application.pk, manager)

    VERBS[verb][2](application.pk, manager)

    assert application.clarifications.awaiting().count() == 0


@pytest.mark.parametrize("verb", ["take back", "withdraw"])
def test_application_in_a_proposal_is_left_alone(verb):
    call = closed_call()
    application = eligible(call)
    proposed(call, {application: "selected"})

    with pytest.raises(ValidationError, match="proposed selection"):
        VERBS[verb][2](application.pk, person(Role.MANAGER))

    application.refresh_from_db()
    assert application.status == "eligible"


def test_withdrawn_pilot_gives_up_its_place():
    call = closed_call()
    application = eligible(call)
    selection = proposed(call, {application: "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    withdrawing.withdraw(application_id=application.pk, by=person(Role.MANAGER), reason="They asked.")

    region = PilotRegion.objects.get()
    assert (region.status, region.place) == ("ended", None)
    assert region.changes.last().reason == "They asked."
    assert ("withdrawn", application.members.get().user.email, "queued") in mails()
