"""Who may do what with calls, applications, reviews and selections: the whole table, over HTTP."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import (
    Application,
    LetterTemplate,
    PilotRegion,
    Selection,
    SelectionEntry,
)
from applications.selecting.actions import confirming, lettering
from core.accounts.enums import Role
from core.mail.models import Message
from tests.applications.staff_of_roles import (
    READERS,
    REASON,
    client_of,
    decide,
    everything,
    url,
    with_document,
)
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import draft, eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scored
from tests.builders.selections import drafted, proposed
from tests.support.checklists import decide_all_the_same
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db


EVERYBODY = {*Role, None}


MANAGERS = {Role.MANAGER}


EXPORTERS = {Role.MANAGER, Role.AUDITOR}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def confirmed():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    return selection


def to_be_undone():
    selection = confirmed()
    confirming.ask_to_undo(selection_id=selection.pk, by=person(Role.MANAGER), reason="A mistake.")
    return selection


def released():
    selection = confirmed()
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    return selection


def document_url():
    document = with_document(submitted(closed_call()))
    return url("application", "document", document.application_id, document.public_id)


PAGES = {
    "calls": (READERS | {Role.REVIEWER, Role.COMMUNICATIONS}, lambda: url("call", "changelist")),
    "call": (
        READERS | {Role.REVIEWER, Role.COMMUNICATIONS},
        lambda: url("call", "change", closed_call().pk),
    ),
    "applications": (READERS, lambda: url("application", "changelist")),
    "application": (READERS, lambda: url("application", "change", submitted(closed_call()).pk)),
    "document": (READERS, document_url),
    "pdf": (READERS, lambda: url("application", "pdf", submitted(closed_call()).pk, 1)),
    "export of applications": (EXPORTERS, lambda: url("application", "export", "csv")),
    "Assign reviewers automatically": (MANAGERS, lambda: url("application", "balance")),
    "ranking": (READERS, lambda: url("rankedapplication", "changelist")),
    "export of the ranking": (EXPORTERS, lambda: url("rankedapplication", "export", "xlsx")),
    "reviews": (READERS | {Role.REVIEWER}, lambda: url("review", "changelist")),
    "selections": (READERS, lambda: url("selection", "changelist")),
    "selection": (READERS, lambda: url("selection", "change", drafted(closed_call(), {}).pk)),
    "board": (MANAGERS, lambda: url("selection", "board", drafted(closed_call(), {}).pk)),
    "comparison": (READERS, lambda: url("selection", "compare")),
    "optimiser": (MANAGERS, lambda: url("selection", "optimise", drafted(closed_call(), {}).pk)),
    "letters": (READERS, lambda: url("selection", "letters", drafted(closed_call(), {}).pk)),
    "letter": (
        MANAGERS,
        lambda: url("selection", "letter", confirmed().pk, Message.objects.held().get().pk),
    ),
    "letter templates": (READERS, lambda: url("lettertemplate", "changelist")),
    "letter template": (READERS, lambda: url("lettertemplate", "change", LetterTemplate.objects.first().pk)),
    "pilot regions": (READERS | {Role.COMMUNICATIONS}, lambda: url("pilotregion", "changelist")),
    "pilot region": (
        READERS | {Role.COMMUNICATIONS},
        lambda: (confirmed(), url("pilotregion", "change", PilotRegion.objects.get().pk))[1],
    ),
    "reviewer profiles": (READERS, lambda: url("reviewerprofile", "changelist")),
}


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_for_its_roles_only(page):
    allowed, address = PAGES[page]
    address = address()

    for role in (*Role, None):
        client, _user = client_of(role)
        response = client.get(address)
        if role in allowed:
            assert response.status_code == 200, role
            if response.streaming:
                assert b"".join(response.streaming_content), role
        else:
            assert response.status_code in (302, 403), role
            # Who is no staff is sent to the log-in; nobody is shown anything.
            assert role is not None or "login" in response["Location"] or response.status_code == 403


def soon():
    return (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")


def ineligible():
    application = submitted(closed_call())
    from applications.screening import actions

    actions.declare_ineligible(application_id=application.pk, by=person(Role.MANAGER), reason="No.")
    return application


def returned():
    application = submitted(closed_call())
    from applications.screening import actions

    actions.return_for_clarification(
        application_id=application.pk,
        by=person(Role.MANAGER),
        sections=["territory"],
        question="Why?",
        due_at=timezone.now() + timedelta(days=1),
    )
    return application


def decided_and_told():
    selection = confirmed()
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    return selection.call


def draft_with_entry():
    call = closed_call()
    return drafted(call, {eligible(call): "selected"})


def proposal():
    call = closed_call()
    return proposed(call, {eligible(call): "selected"})


SCREEN = "application"


# name: roles, the row that it is about, the decision, what is sent
DECISIONS = {
    "extend a call": (MANAGERS, closed_call, "extend", lambda: {"closes_at": soon(), **REASON}),
    "publish results": (MANAGERS, decided_and_told, "publish", dict),
    "declare eligible": (MANAGERS, lambda: submitted(closed_call()), "eligible", dict),
    "declare not eligible": (MANAGERS, lambda: submitted(closed_call()), "ineligible", lambda: REASON),
    "send the letter of a refusal": (MANAGERS, ineligible, "release-letter", dict),
    "take a verdict back": (MANAGERS, lambda: eligible(closed_call()), "take-back", lambda: REASON),
    "ask for clarification": (
        MANAGERS,
        lambda: submitted(closed_call()),
        "return",
        lambda: {"sections": ["territory"], "question": "Why?", "due_at": soon()},
    ),
    "go on without an answer": (MANAGERS, returned, "close-question", lambda: REASON),
    "withdraw an application": (MANAGERS, lambda: submitted(closed_call()), "withdraw", lambda: REASON),
    "assign a reviewer": (
        MANAGERS,
        lambda: eligible(closed_call()),
        "assign",
        lambda: {"reviewer_ids": [person(Role.REVIEWER).pk]},
    ),
    "take an assignment back": (
        MANAGERS,
        lambda: assigned(eligible(closed_call())),
        "take-back",
        lambda: REASON,
    ),
    "remind a reviewer": (MANAGERS, lambda: assigned(eligible(closed_call())), "remind", dict),
    "reopen a review": (MANAGERS, lambda: scored(eligible(closed_call()), 3, 3), "reopen", lambda: REASON),
    "propose a selection": (MANAGERS, draft_with_entry, "propose", lambda: {"note": "The best."}),
    "copy a selection": (MANAGERS, draft_with_entry, "copy", lambda: {"title": "Again"}),
    "confirm a selection": (MANAGERS, proposal, "confirm", dict),
    "reject a selection": (MANAGERS, proposal, "reject", lambda: REASON),
    "ask to undo a selection": (MANAGERS, confirmed, "ask-to-undo", lambda: REASON),
    "undo a selection": (MANAGERS, to_be_undone, "undo", lambda: REASON),
    "let a selection stand": (MANAGERS, to_be_undone, "let-stand", lambda: REASON),
    "release letters": (MANAGERS, confirmed, "release", dict),
    "end a pilot region": (
        MANAGERS,
        lambda: (released(), PilotRegion.objects.get())[1],
        "end",
        lambda: REASON,
    ),
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_decision_is_for_its_roles_only_and_a_refused_one_changes_nothing(decision):
    allowed, row, name, answers = DECISIONS[decision]
    row, answers = row(), answers()

    for role in (*Role, None):
        client, _user = client_of(role)
        before = everything()
        with undone():
            asked = client.get(decide(row, name))
            context = getattr(asked, "context_data", None) or {}
            seen = context.get("checklist", {}).get("seen", "")
            continuing = {"continuing": "Agreed.", "unfinished_seen": seen}
            response = client.post(decide(row, name), continuing | answers)
            if role in allowed:
                assert (asked.status_code, response.status_code) == (200, 302), role
                assert everything() != before, role
            else:
                assert asked.status_code in (302, 403, 404), role
                assert response.status_code in (302, 403, 404), role
                assert everything() == before, role


def test_selection_is_started_and_filled_by_managers_only():
    call = closed_call()
    application, selection = eligible(call), drafted(call, {})
    start, board = url("selection", "decide_many", "start"), url("selection", "board", selection.pk)

    for role in (*Role, None):
        client, _user = client_of(role)
        before = everything()
        with undone():
            client.post(start, {"call_id": call.pk, "title": "June"})
            client.post(board, {f"outcome_{application.pk}": "selected", "save": ""})
            if role in MANAGERS:
                assert (Selection.objects.count(), SelectionEntry.objects.count()) == (2, 1)
            else:
                assert everything() == before, role


def test_call_texts_are_edited_by_managers_and_communications():
    call = closed_call()
    form = {
        "number": call.number,
        "slug": call.slug,
        "title_en": "New title",
        "title_fr": call.title.get("fr"),
        "grace_minutes": 15,
        "reviews_wanted": 2,
        **{
            f"{prefix}-{key}": 0
            for prefix in ("criteria", "extensions", "criteria_versions", "criterion_versions")
            for key in ("TOTAL_FORMS", "INITIAL_FORMS")
        },
    }

    for role in (*Role, None):
        client, _user = client_of(role)
        with undone():
            client.post(url("call", "change", call.pk), form)
            call.refresh_from_db()
            is_changed = call.title.get("en") == "New title"
            assert is_changed is (role in {Role.MANAGER, Role.COMMUNICATIONS}), role


def test_nobody_adds_or_deletes_by_hand():
    selection = confirmed()
    rows = {
        "application": Application.objects.first(),
        "rankedapplication": Application.objects.first(),
        "review": None,
        "selection": selection,
        "pilotregion": PilotRegion.objects.get(),
    }
    before = everything()

    for role in Role:
        client, _user = client_of(role)
        for model, row in rows.items():
            assert client.post(url(model, "add"), {}).status_code in (302, 403, 404), (role, model)
            if row is not None:
                response = client.post(url(model, "delete", row.pk), {"post": "yes"})
                assert response.status_code in (302, 403, 404), (role, model)
            assert everything() == before, (role, model)


def test_draft_is_not_there_for_anybody():
    application = draft(closed_call())

    for role in Role:
        client, _user = client_of(role)
        for address in (
            url("application", "change", application.pk),
            url("application", "pdf", application.pk, 1),
            decide(application, "withdraw"),
        ):
            assert client.get(address).status_code in (302, 403, 404)


def test_second_person_rule_holds_over_http():
    client, proposer = client_of(Role.MANAGER)
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"}, by=proposer)
    before = everything()

    response = decide_all_the_same(client, decide(selection, "confirm"))

    assert response.status_code == 409
    assert everything() == before
