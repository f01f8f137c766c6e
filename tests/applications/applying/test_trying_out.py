"""Staff fill in a form before anybody is asked it: real pages, and nothing of it counts anywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from applications.applying.actions import drafts, members, submitting
from applications.applying.actions.trying_out import TESTS_OF_CALLS
from applications.calls.actions import extend
from applications.enums import AttemptOutcome
from applications.form import answers
from applications.models import Application, Submission
from core.accounts.enums import Role
from core.history import NotAllowed
from core.mail.models import Message
from core.questionnaires.enums import FormPurpose
from core.questionnaires.models import FormVersion
from core.questionnaires.trying_out import CannotTryOut
from tests.applications.staff_clients import as_
from tests.builders.applications import complete_answers, lead_of, started
from tests.builders.calls import closed_call, open_call
from tests.builders.people import person, the_manager, the_second_manager
from tests.core.questionnaires.test_publishing import draft_of, with_bridge
from tests.support.applicant_forms import logged_in, press_submit, send, url

pytestmark = pytest.mark.django_db


def test_draft_form_is_filled_in_on_the_pages_of_applicants_and_not_submitted(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    draft = draft_of(closed_call(), with_bridge)
    client = as_(Role.MANAGER)
    test = TESTS_OF_CALLS.start(draft, by=client.user)
    address = f"/applications/{test.public_id}/"

    assert "Which bridge do you use?" in client.get(url(test, "territory")).content.decode()
    send(client, test, "territory", title="A test", bridge="The old one")
    cells = complete_answers(title="A test")
    answers.write(Application.including_tests.get(pk=test.pk), cells, by=lead_of(test))
    page = client.get(address).content.decode()
    assert "You are trying out a form." in page
    pressed = press_submit(client, test)

    assert pressed.status_code == 302
    assert "This test would have been submitted." in client.get(pressed.headers["Location"]).content.decode()
    assert not Submission.objects.exists()
    assert not Message.objects.exists()
    assert TESTS_OF_CALLS.start(draft, by=client.user).pk == test.pk


def test_test_leads_back_to_the_draft_and_is_deleted_by_who_fills_it_in(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    draft, client = draft_of(open_call(), with_bridge), as_(Role.MANAGER)
    test = TESTS_OF_CALLS.start(draft, by=client.user)
    address, back = f"/applications/{test.public_id}/", f"/admin/questionnaires/form/{draft.form_id}/draft/"

    for below in ("", "territory/", "check/", "test/delete/"):
        page = client.get(address + below).content.decode()
        assert f'<a href="{back}">Back to the draft</a>' in page, below
    overview = client.get(address).content.decode()
    assert "Check your answers" in overview
    assert "and submit</a>" not in overview
    assert "Withdraw" not in overview
    assert f'href="{address}test/delete/"' in overview
    assert client.get(f"{address}withdraw/").status_code == 404
    assert as_(the_second_manager()).post(f"{address}test/delete/").status_code == 404

    deleted = client.post(f"{address}test/delete/")

    assert deleted.headers["Location"] == f"/admin/questionnaires/form/{draft.form_id}/change/"
    assert not Application.including_tests.exists()


def test_application_that_is_no_test_is_not_deleted_as_one():
    real = started()

    client = logged_in(lead_of(real))

    assert client.get(f"/applications/{real.public_id}/test/delete/").status_code == 404
    assert client.post(f"/applications/{real.public_id}/test/delete/").status_code == 404
    assert Application.objects.get() == real


def test_test_that_lacks_something_is_told_so_as_a_real_one_would_be():
    test = TESTS_OF_CALLS.start(draft_of(open_call(), with_bridge), by=the_manager())

    attempt = submitting.submit(public_id=test.public_id, by=the_manager())

    assert attempt.outcome == AttemptOutcome.INCOMPLETE
    assert "Which bridge do you use?" in attempt.detail


def test_tests_are_in_no_list_and_no_figure_and_nobody_is_written_to():
    call = open_call()
    draft, real = draft_of(call, with_bridge), started(call)
    test = TESTS_OF_CALLS.start(draft, by=the_manager())

    assert [*Application.objects.all()] == [real]
    assert [*call.applications.all()] == [real]
    assert test not in Application.objects.for_member(the_manager())
    with pytest.raises(ValidationError, match="You cannot invite people to a test."):
        members.invite(application_id=test.pk, by=the_manager(), email="x@town.example", role="edit")


def test_one_press_deletes_all_tests_of_a_version():
    call = open_call()
    draft = draft_of(call, with_bridge)
    for by in (the_manager(), the_second_manager()):
        TESTS_OF_CALLS.start(draft, by=by)
    real = started(call)

    assert TESTS_OF_CALLS.delete(draft, by=the_manager()) == 2

    assert [*Application.including_tests.all()] == [real]


def test_forms_are_tried_out_by_those_who_write_them_and_in_a_call():
    draft = draft_of(open_call(), with_bridge)
    starting_point = FormVersion.objects.get(
        form__is_starting_point=True, form__purpose=FormPurpose.APPLICATION
    )

    with pytest.raises(NotAllowed):
        TESTS_OF_CALLS.start(draft, by=person())
    with pytest.raises(NotAllowed):
        TESTS_OF_CALLS.delete(draft, by=person())
    with pytest.raises(CannotTryOut):
        TESTS_OF_CALLS.start(starting_point, by=the_manager())
    assert not Application.including_tests.exists()


def test_test_is_withdrawn_by_deleting_it_and_an_extension_tells_nobody_of_it():
    call = open_call()
    draft = draft_of(call, with_bridge)
    test = TESTS_OF_CALLS.start(draft, by=the_manager())
    later = call.closes_at + timedelta(days=2)

    extend(call_id=call.pk, by=the_second_manager(), closes_at=later, reason="x")
    assert not Message.objects.exists()

    drafts.withdraw(application_id=test.pk, by=the_manager())
    assert not Application.including_tests.exists()
