"""Who may do what with calls, applications, reviews and selections: the whole table, over HTTP."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import (
    Application,
    ApplicationChange,
    Call,
    CallExtension,
    Clarification,
    Document,
    LetterTemplate,
    PilotRegion,
    Review,
    ReviewChange,
    ReviewScore,
    Selection,
    SelectionChange,
    SelectionEntry,
)
from applications.selecting.actions import confirming, lettering
from core.accounts.enums import Role
from core.mail.models import Message
from tests.applications.staging import (
    assigned,
    closed_call,
    draft,
    drafted,
    eligible,
    person,
    proposed,
    resubmit,
    scored,
    scoring,
    submitted,
)

pytestmark = pytest.mark.django_db

EVERYBODY = {*Role, None}
MANAGERS = {Role.MANAGER}
# Everybody who reads applications: managers, auditors, administrators.
READERS = {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
EXPORTERS = {Role.MANAGER, Role.AUDITOR}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def url(model, page, *args):
    return reverse(f"admin:applications_{model}_{page}", args=args)


def decide(row, name):
    return url(row._meta.model_name, "decide_one", row.pk, name)


def client_of(role):
    client = Client()
    user = person(role)
    client.force_login(user)
    return client, user


# --- Pages -------------------------------------------------------------------------------------------------


def with_document(application):
    row = Document(
        application=application,
        kind="other",
        name="letter.pdf",
        content_type="application/pdf",
        size=4,
        sha256="0" * 64,
        uploaded_by=person(),
    )
    row.file.save("letter.pdf", ContentFile(b"%PDF"))
    row.save()
    row.file.close()
    resubmit(application)
    return row


def confirmed():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})
    confirming.confirm(selection_id=selection.pk, by=person(Role.MANAGER))
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
    "reviewers in balance": (MANAGERS, lambda: url("application", "balance")),
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
    "profiles of reviewers": (READERS, lambda: url("reviewerprofile", "changelist")),
}


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("page", PAGES)
def test_page_opens_for_its_roles_only(page, role):
    allowed, address = PAGES[page]
    address = address()
    client, _user = client_of(role)

    response = client.get(address)

    if role in allowed:
        assert response.status_code == 200
        if response.streaming:
            assert b"".join(response.streaming_content)
    else:
        assert response.status_code in (302, 403)
        # Who is no staff is sent to the log-in; nobody is shown anything.
        assert role is not None or "login" in response["Location"] or response.status_code == 403


# --- Decisions ---------------------------------------------------------------------------------------------


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
    lettering.release(selection_id=selection.pk, by=person(Role.MANAGER))
    return selection.call


def draft_with_entry():
    call = closed_call()
    return drafted(call, {eligible(call): "selected"})


def proposal():
    call = closed_call()
    return proposed(call, {eligible(call): "selected"})


REASON = {"reason": "Because."}
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
    "undo a selection": (MANAGERS, confirmed, "undo", lambda: REASON),
    "release letters": (MANAGERS, confirmed, "release", dict),
    "end a pilot region": (
        MANAGERS,
        lambda: (confirmed(), PilotRegion.objects.get())[1],
        "end",
        lambda: REASON,
    ),
}


def everything():
    """All that a decision could have changed or sent."""
    models = (
        Application,
        ApplicationChange,
        Call,
        CallExtension,
        Clarification,
        Review,
        ReviewChange,
        ReviewScore,
        Selection,
        SelectionChange,
        SelectionEntry,
        PilotRegion,
        Message,
    )
    return {model: list(model.objects.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("decision", DECISIONS)
def test_decision_is_for_its_roles_only_and_a_refused_one_changes_nothing(decision, role):
    allowed, row, name, answers = DECISIONS[decision]
    row, answers = row(), answers()
    client, _user = client_of(role)
    before = everything()

    asked = client.get(decide(row, name))
    response = client.post(decide(row, name), answers)

    if role in allowed:
        assert (asked.status_code, response.status_code) == (200, 302)
        assert everything() != before
    else:
        assert asked.status_code in (302, 403, 404)
        assert response.status_code in (302, 403, 404)
        assert everything() == before


@pytest.mark.parametrize("role", [*Role, None])
def test_selection_is_started_and_filled_by_managers_only(role):
    call = closed_call()
    application = eligible(call)
    client, _user = client_of(role)
    selection = drafted(call, {})
    before = everything()

    client.post(url("selection", "decide_many", "start"), {"call_id": call.pk, "title": "June"})
    client.post(
        url("selection", "board", selection.pk), {f"outcome_{application.pk}": "selected", "save": ""}
    )

    if role in MANAGERS:
        assert (Selection.objects.count(), SelectionEntry.objects.count()) == (2, 1)
    else:
        assert everything() == before


@pytest.mark.parametrize("role", [*Role, None])
def test_call_texts_are_edited_by_managers_and_communications(role):
    call = closed_call()
    client, _user = client_of(role)
    form = {
        "number": call.number,
        "slug": call.slug,
        "title_en": "New title",
        "title_fr": call.title.get("fr"),
        "grace_minutes": 15,
        "reviews_wanted": 2,
        **{
            f"{prefix}-{key}": 0
            for prefix in ("criteria", "extensions", "criterion_versions")
            for key in ("TOTAL_FORMS", "INITIAL_FORMS")
        },
    }

    client.post(url("call", "change", call.pk), form)

    call.refresh_from_db()
    is_changed = call.title.get("en") == "New title"
    assert is_changed is (role in {Role.MANAGER, Role.COMMUNICATIONS})


@pytest.mark.parametrize("model", ["application", "review", "selection", "pilotregion", "rankedapplication"])
@pytest.mark.parametrize("role", [*Role])
def test_nobody_adds_or_deletes_by_hand(model, role):
    client, _user = client_of(role)
    selection = confirmed()
    rows = {
        "application": Application.objects.first(),
        "rankedapplication": Application.objects.first(),
        "review": None,
        "selection": selection,
        "pilotregion": PilotRegion.objects.get(),
    }
    before = everything()

    assert client.post(url(model, "add"), {}).status_code in (302, 403, 404)
    if rows[model] is not None:
        response = client.post(url(model, "delete", rows[model].pk), {"post": "yes"})
        assert response.status_code in (302, 403, 404)

    assert everything() == before


# --- A single review ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*Role, None])
def test_review_of_another_is_not_there_for_reviewers(role):
    review = scoring(eligible(closed_call()))
    client, _user = client_of(role)

    page = client.get(url("review", "change", review.pk)).status_code
    sheet = client.get(url("review", "score", review.pk)).status_code

    if role in READERS:
        assert (page, sheet) == (200, 404)
    elif role is Role.REVIEWER:
        assert (page, sheet) == (404, 404)
    else:
        assert page in (302, 403, 404)
        assert sheet in (302, 403, 404)


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("name", ["no-conflict", "conflict"])
def test_declaration_is_the_reviewers_own(role, name):
    review = assigned(eligible(closed_call()))
    client, _user = client_of(role)
    before = everything()

    response = client.post(decide(review, name), {"declares": "on", **REASON})

    assert response.status_code in (302, 403, 404)
    assert everything() == before


@pytest.mark.parametrize("role", [*Role, None])
def test_score_sheet_is_the_reviewers_own(role):
    review = scoring(eligible(closed_call()))
    criteria = review.application.call.criteria.all()
    client, _user = client_of(role)
    before = everything()

    response = client.post(
        url("review", "score", review.pk), {f"score_{c.pk}": "5" for c in criteria} | {"submit": ""}
    )

    assert response.status_code in (302, 403, 404)
    assert everything() == before


def test_reviewer_guesses_no_application_and_no_document():
    mine = scoring(eligible(closed_call()))
    other = with_document(eligible(closed_call()))
    client = Client()
    client.force_login(mine.reviewer)

    addresses = [
        url("application", "change", mine.application_id),
        url("application", "change", other.application_id),
        url("application", "document", other.application_id, other.public_id),
        url("review", "document", mine.pk, other.public_id),
        url("application", "export", "csv"),
        url("rankedapplication", "changelist"),
    ]

    assert [client.get(address).status_code for address in addresses] == [403, 403, 403, 404, 403, 403]


@pytest.mark.parametrize(
    ("status", "code"),
    [("assigned", 404), ("scoring", 200), ("submitted", 200), ("conflicted", 404), ("withdrawn", 404)],
)
def test_reviewer_reads_documents_only_after_declaring(status, code):
    application = eligible(closed_call())
    document = with_document(application)
    review = scored(application, 3, 3) if status == "submitted" else scoring(application)
    if status not in ("scoring", "submitted"):
        Review.objects.update(status=status)
    client = Client()
    client.force_login(review.reviewer)

    response = client.get(url("review", "document", review.pk, document.public_id))

    assert response.status_code == code
    if response.streaming:
        assert b"".join(response.streaming_content) == b"%PDF"


def test_reviewer_list_holds_the_own_reviews_only():
    mine, other = assigned(eligible(closed_call())), assigned(eligible(closed_call()))
    client = Client()
    client.force_login(mine.reviewer)

    page = client.get(url("review", "changelist")).content.decode()

    assert mine.application.reference in page
    assert other.application.reference not in page


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

    response = client.post(decide(selection, "confirm"))

    assert response.status_code == 409
    assert everything() == before
