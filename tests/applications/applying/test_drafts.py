"""Applications are started once, saved incomplete, and changed only by those who may."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from applications.applying.actions import drafts
from applications.enums import ApplicationStatus, MemberRole
from applications.exceptions import NotEditable
from applications.form import answers
from applications.models import Application
from core.history import NotAllowed
from core.mail.models import Message
from core.sections import completeness
from core.sections.completeness import Progress
from core.sections.merging import digests
from tests.builders.applications import (
    STRASBOURG,
    answer,
    complete_answers,
    lead_of,
    member,
    partner,
    ready,
    started,
    submit,
)
from tests.builders.calls import open_call
from tests.builders.people import person
from tests.support.applicant_forms import save
from tests.support.default_form import default_form, section

pytestmark = pytest.mark.django_db


def test_start_makes_the_person_lead_and_counts_within_the_call():
    call, other = open_call(), open_call()
    references = [started(c).reference for c in (call, call, other)]
    assert references == [
        f"IMPACT-{call.number}-0001",
        f"IMPACT-{call.number}-0002",
        f"IMPACT-{other.number}-0001",
    ]
    first = Application.objects.get(reference=references[0])
    assert [(m.role, m.user) for m in first.members.all()] == [(MemberRole.LEAD, lead_of(first))]
    assert list(first.changes.values_list("from_status", "to_status")) == [("", "draft")]


def test_start_twice_with_one_key_is_one_application():
    call, lead, key = open_call(), person(), uuid4()
    first, second = (drafts.start(call_id=call.pk, by=lead, public_id=key) for _press in range(2))
    assert first == second
    assert Application.objects.filter(call=call).count() == 1


def test_start_with_the_key_of_somebody_else_is_refused():
    application = started()
    with pytest.raises(NotAllowed):
        drafts.start(call_id=application.call_id, by=person(), public_id=application.public_id)


@pytest.mark.parametrize(
    "times",
    [
        {"opens_at": timezone.now() + timedelta(days=1)},
        {"closes_at": timezone.now() - timedelta(seconds=1)},
        {"closes_at": None},
    ],
)
def test_start_in_a_call_that_is_not_open_is_refused(times):
    call = open_call(**times)
    with pytest.raises(NotAllowed):
        started(call)
    assert not Application.objects.filter(call=call).exists()


def test_save_keeps_an_incomplete_section():
    application = started()
    saved = save(application, "territory", {"title": "Upper Rhine"})
    assert saved.written == {"title"}
    application.refresh_from_db()
    assert (application.title, application.answers, application.revision) == ("Upper Rhine", {}, 1)


def test_save_of_nothing_new_changes_nothing():
    application = started()
    save(application, "territory", {"title": "Upper Rhine"})
    saved = save(application, "territory", {"title": "Upper Rhine"})
    assert saved.written == frozenset()
    application.refresh_from_db()
    assert application.revision == 1


def test_save_on_an_old_copy_overwrites_nothing_and_says_so():
    application = started()
    base = digests(answers.read(application, [section("territory")]))
    save(application, "territory", {"title": "Ana's"})
    saved = save(application, "territory", {"title": "Bob's", "acronym": "UR"}, base=base)
    assert [(c.cell, c.mine, c.saved) for c in saved.conflicts] == [("title", "Bob's", "Ana's")]
    application.refresh_from_db()
    assert (application.title, application.answers.get("acronym")) == ("Ana's", "UR")


def test_save_of_a_row_sent_twice_is_one_partner():
    application = started()
    cell = answers.partner_cell(uuid4())
    for _press in range(2):
        save(application, "partnership", {cell: partner(STRASBOURG)})
    assert [p.unit_id for p in application.partners.all()] == [STRASBOURG]


def test_save_moves_the_lead_to_another_partner():
    application = started()
    first, second = (answers.partner_cell(uuid4()) for _row in range(2))
    save(application, "partnership", {first: partner(STRASBOURG, is_lead=True)})
    save(application, "partnership", {second: partner(STRASBOURG, is_lead=True)})
    assert list(application.partners.order_by("position").values_list("is_lead", flat=True)) == [False, True]


@pytest.mark.parametrize("role", [MemberRole.VIEW])
def test_save_by_a_reader_is_refused(role):
    application = started()
    with pytest.raises(NotEditable):
        save(application, "territory", {"title": "X"}, by=member(application, role))
    application.refresh_from_db()
    assert (application.title, application.revision) == ("", 0)


def test_save_by_a_stranger_finds_nothing():
    application = started()
    with pytest.raises(Application.DoesNotExist):
        save(application, "territory", {"title": "X"}, by=person())


def test_save_after_closing_keeps_the_text_of_a_draft():
    application = started()
    close(application)
    save(application, "territory", {"title": "Too late to submit, not to save"})
    application.refresh_from_db()
    assert application.title == "Too late to submit, not to save"


def test_save_after_closing_leaves_a_submitted_application_alone():
    application = ready()
    submit(application)
    close(application, minutes_ago=60)
    with pytest.raises(NotEditable):
        save(application, "territory", {"title": "X"})


def test_withdraw_by_the_lead_ends_the_application_and_confirms_by_mail():
    application = ready()
    drafts.withdraw(application_id=application.pk, by=lead_of(application), reason="No time")
    application.refresh_from_db()
    assert application.status == ApplicationStatus.WITHDRAWN
    assert [m.template for m in Message.objects.about(application.about)] == ["applications/email/withdrawn"]
    with pytest.raises(NotAllowed):
        drafts.withdraw(application_id=application.pk, by=lead_of(application))


def test_withdraw_by_an_editor_is_refused():
    application = ready()
    editor = member(application, MemberRole.EDIT)
    before = Message.objects.count()
    with pytest.raises(NotAllowed):
        drafts.withdraw(application_id=application.pk, by=editor)
    application.refresh_from_db()
    assert application.status == ApplicationStatus.DRAFT
    assert Message.objects.count() == before


def test_missing_names_every_answer_once_and_leads_to_its_field():
    cells = complete_answers()
    assert completeness.missing(cells, default_form()) == []
    lacks = completeness.missing(cells | {"title": "", "needs": []}, default_form())
    assert [(lack.section.slug, lack.anchor) for lack in lacks] == [
        ("territory", "id_title"),
        ("support", "rows-needs"),
    ]


def test_missing_asks_for_two_partners_a_lead_and_their_columns():
    cells = complete_answers()
    row = next(cell for cell in cells if cell.startswith("partners."))
    without_mail = completeness.missing(
        cells | {row: cells[row] | {"contact_email": "", "is_lead": False}}, default_form()
    )
    assert [lack.anchor for lack in without_mail] == ["id_partners-0-contact_email", "rows-partners"]
    del cells[row]
    assert [lack.anchor for lack in completeness.missing(cells, default_form())] == ["rows-partners"]


def test_progress_follows_the_answers():
    application, territory = started(), section("territory")

    def read():
        return answers.read(Application.objects.get(pk=application.pk))

    states = [completeness.progress(territory, read())]
    answer(application, {"title": "Upper Rhine"})
    states.append(completeness.progress(territory, read()))
    answer(application, complete_answers())
    states.append(completeness.progress(territory, read()))
    assert states == [Progress.NOT_STARTED, Progress.STARTED, Progress.COMPLETE]


def close(application, minutes_ago=1):
    call = application.call
    call.closes_at = timezone.now() - timedelta(minutes=minutes_ago)
    call.save(update_fields=["closes_at"])
