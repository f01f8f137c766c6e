"""What is unfinished before a selection is decided, letters leave and results are public."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction

from applications.models import PilotRegion
from applications.reviewing.actions import marking
from applications.selecting import readiness
from applications.selecting.actions import confirming, lettering, publishing, selecting
from core.accounts.enums import Role
from core.checklists import Acceptance, NotFinished
from core.decision_log.models import StageDecision
from core.mail.models import Message
from tests.applications.staff_clients import as_, decide, url
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call, with_other_criteria
from tests.builders.people import person, the_manager
from tests.builders.reviews import assigned, scored, scoring
from tests.builders.selections import decided, drafted, proposed, told
from tests.support.checklists import read_list
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def counts(lines) -> dict[str, int]:
    return {line.check.code: line.count for line in lines}


def in_full(call, **outcomes):
    """An application with all its reviews."""
    application = eligible(call, **outcomes)
    for _number in range(call.reviews_wanted):
        scored(application, 4)
    return application


def unfinished_call():
    """A call with one of everything that may be unfinished, and the draft of a selection in it."""
    call = closed_call()
    chosen, reviewed = in_full(call), in_full(call)
    submitted(call)
    submitted(call, "returned")
    submitted(call, "ineligible")
    assigned(reviewed)
    scoring(reviewed)
    reopened = scored(reviewed, 3)
    marking.reopen(review_id=reopened.pk, by=the_manager(), reason="A slip.")
    eligible(call)
    draft = drafted(call, {chosen: "selected"}, by=the_manager())
    with_other_criteria(call, {"need": {"weight": 20}})
    return call, draft


def test_each_unfinished_thing_is_a_line_that_leads_to_its_list():
    call, draft = unfinished_call()
    manager = as_(Role.MANAGER)

    lines = readiness.before_deciding(draft)

    assert counts(lines) == {
        "screening": 1,
        "clarifying": 1,
        "undecided": 2,
        "few_reviewers": 1,
        "undeclared": 1,
        "unsubmitted": 1,
        "reopened": 1,
        "criteria": 1,
    }
    for line in lines:
        if line.address:
            page = manager.get(line.address)
            assert page.status_code == 200, line
            assert page.context_data["cl"].result_count >= line.count, line
            assert f"call__id__exact={call.pk}" in urlsplit(line.address).query, line
    page = manager.get(decide(draft, "propose")).content.decode()
    assert [str(line) for line in lines if str(line) not in page] == []
    assert counts(readiness.before_release(draft)) == {
        "screening": 1,
        "clarifying": 1,
        "undecided": 2,
        "ineligible_held": 1,
    }
    assert counts(readiness.before_publishing(call)) == {"no_outcome": 5, "letters_held": 1}


def test_decision_on_a_call_in_which_all_is_done_says_so_in_one_line():
    call = closed_call()
    draft = drafted(call, {in_full(call): "selected"}, by=the_manager())

    page = as_(Role.MANAGER).get(decide(draft, "propose")).content.decode()

    assert readiness.before_deciding(draft) == []
    assert "Nothing is unfinished." in page
    assert "Why continue all the same?" not in page
    selecting.propose(selection_id=draft.pk, by=the_manager(), note="The best.")
    confirming.confirm(selection_id=draft.pk, by=person(Role.MANAGER))
    lettering.release(selection_id=draft.pk, by=the_manager())
    PilotRegion.objects.update(is_public=True)
    publishing.publish_results(call_id=call.pk, by=the_manager())
    assert list(StageDecision.objects.values_list("stage", "unfinished", "reason")) == [
        ("propose_selection", [], ""),
        ("confirm_selection", [], ""),
        ("release_letters", [], ""),
        ("publish_results", [], ""),
    ]


def test_action_itself_refuses_what_nobody_accepted_and_changes_nothing():
    call = closed_call()
    draft = drafted(call, {eligible(call): "selected"}, by=the_manager())
    waiting = proposed(call, {eligible(call): "selected"})
    held, left = closed_call(), closed_call()
    letters = decided({eligible(held): "selected"})
    submitted(held)
    told({in_full(left): "selected"})
    by = person(Role.MANAGER)
    stages = {
        "propose": partial(selecting.propose, selection_id=draft.pk, note="The best."),
        "confirm": partial(confirming.confirm, selection_id=waiting.pk),
        "release": partial(lettering.release, selection_id=letters.pk),
        "publish": partial(publishing.publish_results, call_id=left.pk),
    }
    kept, mails = StageDecision.objects.count(), list(Message.objects.values_list("pk", "status"))

    for name, begin in stages.items():
        for accepting in (None, Acceptance("Unseen.", seen="{}")):
            with pytest.raises(NotFinished):
                begin(by=by, accepting=accepting)
            assert StageDecision.objects.count() == kept, name
            assert list(Message.objects.values_list("pk", "status")) == mails, name
        with undone():
            begin(by=by, accepting=Acceptance("It cannot wait."))
            record = StageDecision.objects.latest("pk")
            assert (record.by, record.reason) == (by, "It cannot wait."), name
            assert record.unfinished, name


def test_what_is_new_since_the_page_is_shown_again_and_nothing_is_done():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})
    client, address = as_(Role.MANAGER), decide(selection, "confirm")
    answers = read_list(client, address) | {"reason": "Agreed."}
    submitted(call)

    refused = client.post(address, answers)

    selection.refresh_from_db()
    page = refused.content.decode()
    assert (refused.status_code, selection.status) == (409, "proposed")
    assert page.count("(new since you opened this page)") == 1
    assert answers["continuing"] in page
    assert "Agreed." in page
    # Read again, it goes through; and nothing but what is new counts: what was finished meanwhile may be.
    answers["unfinished_seen"] = refused.context_data["checklist"]["seen"]
    assert client.post(address, answers | {"continuing": " "}).status_code == 200
    assert client.post(address, answers).status_code == 302
    selection.refresh_from_db()
    assert selection.status == "confirmed"


def test_results_are_kept_back_by_whatever_would_be_wrong_in_any_case():
    call = closed_call()
    selection = told({in_full(call): "selected"})
    PilotRegion.objects.update(is_public=True)
    client, address = as_(Role.MANAGER), url("call", "decide_one", call.pk, "publish")

    def refused(code: str) -> None:
        assert code in counts(readiness.before_publishing(call))
        page = client.get(address)
        assert "To finish first" in page.content.decode()
        assert not page.context_data["can_be_taken"]
        with pytest.raises(NotFinished, match="finished first"):
            publishing.publish_results(call_id=call.pk, by=the_manager(), accepting=ALL_THE_SAME)

    assert readiness.before_publishing(call) == []
    with undone():
        confirming.ask_to_undo(selection_id=selection.pk, by=the_manager(), reason="A slip.")
        refused("undo_asked")
    with undone():
        submitted(call, "ineligible")
        refused("letters_held")
    with undone():
        submitted(call)
        refused("no_outcome")
    assert client.post(address, {"reason": ""}).status_code == 302


def test_database_keeps_no_stage_that_was_begun_unfinished_without_a_reason():
    told({eligible(closed_call()): "selected"})
    row = StageDecision.objects.latest("pk")
    row.pk, row.unfinished, row.reason = None, [["screening", 1]], ""

    with pytest.raises(IntegrityError, match="stage_decision_says_why"), transaction.atomic():
        row.save()
