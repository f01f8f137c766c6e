"""Letters: templates in both languages, one edited or all, held until released, on record."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import LetterEdit, LetterTemplate
from applications.screening import actions as screening
from applications.selecting.actions import confirming, lettering
from core.accounts.enums import Role
from core.history import NotAllowed
from core.mail import actions as mail
from tests.applications.selecting.letters import as_, letter_to, url
from tests.builders import mails as outbox
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.selections import proposed, undone_by_two
from tests.support import pdf
from tests.support.mailbox import beside_receipts
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def confirmed(outcomes):
    call = closed_call()
    applications = [eligible(call) for _outcome in outcomes]
    selection = proposed(call, dict(zip(applications, outcomes, strict=True)))
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    return selection, applications


def only_proposed(outcomes):
    call = closed_call()
    applications = [eligible(call) for _outcome in outcomes]
    return proposed(call, dict(zip(applications, outcomes, strict=True))), applications


def test_letters_are_previewed_for_each_recipient_before_anything_is_written():
    call = closed_call()
    application = eligible(call, title="Upper Meuse")
    selection = proposed(call, {application: "reserve"})

    page = as_(Role.AUDITOR).get(url("selection", "letters", selection.pk)).content.decode()

    assert "number 1 on the reserve list" in page
    assert "Upper Meuse" in page
    assert not beside_receipts().exists()


def test_one_letter_is_edited_and_what_it_said_stays_on_record():
    selection, (application, other) = confirmed(["selected", "selected"])
    client, letter, untouched = as_(Role.MANAGER), letter_to(application), letter_to(other)
    address = url("selection", "letter", selection.pk, letter.pk)

    client.post(address, {"subject": "For you", "body": "Only you.", "seen": 0})
    page = client.get(address).content.decode()

    edit = LetterEdit.objects.get()
    assert (edit.by, edit.is_by_hand) == (client.user, True)
    assert (edit.subject_before, edit.body_before) == (letter.subject, letter.body)
    letter.refresh_from_db()
    assert (letter.subject, letter.body, letter.status) == ("For you", "Only you.\n", "held")
    assert letter_to(other).body == untouched.body
    assert edit.subject_before in page
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterEdit.objects.update(body_before="")


@pytest.mark.parametrize("role", [*Role])
def test_letter_about_a_refusal_is_edited_by_hand_before_it_leaves(role):
    application, manager = submitted(closed_call()), person(Role.MANAGER)
    screening.declare_ineligible(application_id=application.pk, by=manager, reason="No partner abroad.")
    letter, client = letter_to(application), as_(role)
    address = url("application", "letter", application.pk)

    shown = client.get(address)
    client.post(address, {"subject": "Not this time", "body": "Dear Ana", "seen": 0})

    letter.refresh_from_db()
    is_manager = role is Role.MANAGER
    assert (shown.status_code == 200) is is_manager
    assert (letter.subject == "Not this time") is is_manager
    assert letter.status == "held"
    assert [edit.by for edit in letter.letter_edits.all()] == ([client.user] if is_manager else [])
    screening.release_verdict(application_id=application.pk, by=manager)
    client.post(address, {"subject": "Too late", "body": "Too late", "seen": 1})
    letter.refresh_from_db()
    assert letter.subject != "Too late"


def test_letter_about_a_verdict_is_there_while_the_verdict_stands_only():
    application, client = submitted(closed_call()), as_(Role.MANAGER)
    address = url("application", "letter", application.pk)
    before = client.get(address).status_code
    screening.declare_ineligible(application_id=application.pk, by=client.user, reason="No partner abroad.")
    page = client.get(url("application", "change", application.pk)).content.decode()
    screening.take_back_verdict(application_id=application.pk, by=client.user, reason="A mistake.")

    assert (before, client.get(address).status_code) == (404, 404)
    assert address in page


def test_second_edit_of_the_same_text_is_refused_and_keeps_what_was_typed():
    selection, (application,) = confirmed(["selected"])
    letter = letter_to(application)
    address = url("selection", "letter", selection.pk, letter.pk)
    as_(Role.MANAGER).post(address, {"subject": "Mine", "body": "Mine", "seen": 0})

    answer = as_(Role.MANAGER).post(address, {"subject": "Ours", "body": "Ours", "seen": 0})

    assert "Somebody has edited this letter" in answer.content.decode()
    assert answer.context["form"]["body"].value() == "Ours"
    assert letter_to(application).subject == "Mine"


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "failed", "doubt", "discarded"])
def test_letter_that_is_not_held_cannot_be_edited(status):
    _selection, (application,) = confirmed(["selected"])
    letter = letter_to(application)
    outbox.bring_to(letter, status)

    with pytest.raises(NotAllowed):
        lettering.edit(message_id=letter.pk, by=person(Role.MANAGER), subject="No", body="No")

    assert letter_to(application).subject == letter.subject
    assert not LetterEdit.objects.exists()


def test_all_held_letters_are_written_anew_but_for_those_edited_by_hand():
    selection, (first, second, left) = confirmed(["selected", "selected", "selected"])
    manager = person(Role.MANAGER)
    lettering.edit(message_id=letter_to(first).pk, by=manager, subject="By hand", body="By hand")
    mail.release(keys=[letter_to(left).dedupe_key])
    before = letter_to(left).body
    texts = {"en": "New: {reference}", "fr": "Nouveau : {reference}"}
    LetterTemplate.objects.filter(kind="selected").update(body=texts)

    changed = lettering.rewrite(selection_id=selection.pk, by=manager)

    assert changed == 1
    assert letter_to(second).body == f"New: {second.reference}\n"
    assert letter_to(first).body == "By hand\n"
    assert letter_to(left).body == before
    assert lettering.rewrite(selection_id=selection.pk, by=manager, also_edited=True) == 1
    assert letter_to(first).body == f"New: {first.reference}\n"
    assert [edit.is_by_hand for edit in LetterEdit.objects.order_by("pk")] == [True, False, False]


def test_release_keeps_back_what_was_ticked():
    selection, (first, second) = confirmed(["selected", "not_selected"])
    client = as_(Role.MANAGER)
    address = url("selection", "decide_one", selection.pk, "release")

    asked = client.get(address).content.decode()
    client.post(address, {"kept": [letter_to(second).pk]})

    assert letter_to(second).to in asked
    assert (letter_to(first).status, letter_to(second).status) == ("queued", "held")
    client.post(address)
    assert letter_to(second).status == "queued"


def test_letter_that_waits_for_the_worker_can_be_held_again():
    selection, (application,) = confirmed(["selected"])
    manager = person(Role.MANAGER)
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=manager)

    mail.hold(message_id=letter_to(application).pk, by=manager)

    assert letter_to(application).status == "held"
    with pytest.raises(NotAllowed):
        mail.hold(message_id=letter_to(application).pk, by=manager)


def test_nothing_leaves_before_the_release(mailoutbox):
    selection, _applications = confirmed(["selected", "reserve", "not_selected"])

    assert mailoutbox == []
    assert set(beside_receipts().values_list("status", flat=True)) == {"held"}


@pytest.mark.parametrize(
    ("status", "verb"),
    [("held", "Edit"), ("queued", "Hold"), ("failed", "Send again"), ("doubt", "Send again")],
)
def test_page_shows_the_status_of_each_letter_and_what_can_be_done(status, verb):
    selection, (application,) = confirmed(["selected"])
    if status != "held":
        outbox.bring_to(letter_to(application), status)

    page = as_(Role.MANAGER).get(url("selection", "letters", selection.pk)).content.decode()
    read = as_(Role.AUDITOR).get(url("selection", "letters", selection.pk)).content.decode()

    assert letter_to(application).get_status_display() in page
    assert f">{verb}<" in page
    assert f">{verb}<" not in read


def test_letters_are_read_and_edited_by_their_roles_only():
    selection, (application,) = confirmed(["selected"])
    letter = letter_to(application)

    for role in (*Role, None):
        client = as_(role)
        with undone():
            page = client.get(url("selection", "letters", selection.pk))
            client.post(url("selection", "letter", selection.pk, letter.pk), {"subject": "X", "body": "X"})
            client.post(url("selection", "decide_one", selection.pk, "rewrite"), {"also_edited": "on"})
            readers = {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
            assert (page.status_code == 200) is (role in readers), role
            assert LetterEdit.objects.exists() is (role is Role.MANAGER), role


def test_letter_of_another_selection_is_not_there():
    selection, _applications = confirmed(["selected"])
    _other, (stranger,) = confirmed(["selected"])

    answer = as_(Role.MANAGER).get(url("selection", "letter", selection.pk, letter_to(stranger).pk))

    assert answer.status_code == 404


@pytest.mark.parametrize("stage", [confirmed, only_proposed])
def test_queries_of_the_letters_page_do_not_grow(stage):
    counts = []
    client = as_(Role.AUDITOR)
    for number in (2, 8):
        selection, _applications = stage(["selected"] * number)
        address = url("selection", "letters", selection.pk)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def applicants_page(application, name="letter", *, user=None):
    client = Client()
    client.force_login(user or application.members.get(role="lead").user)
    return client.get(reverse(f"applications:{name}", args=[application.public_id]))


def test_applicants_read_the_letter_word_for_word_once_it_was_released():
    selection, (application,) = confirmed(["selected"])
    manager = person(Role.MANAGER)
    lettering.edit(message_id=letter_to(application).pk, by=manager, subject="For you", body="Only <you>.")
    before = applicants_page(application)
    overview = applicants_page(application, "overview").content.decode()

    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=manager)
    page = applicants_page(application)
    answered = applicants_page(application, "letter_pdf")

    assert before.status_code == 404
    assert "Read our letter" not in overview
    assert "For you" in page.content.decode()
    assert "Only &lt;you&gt;." in page.content.decode()
    assert answered["Content-Type"] == "application/pdf"
    letter = pdf.read(answered.content)
    assert "Only <you>." in pdf.words_of(letter)
    pdf.assert_accessible(letter, language="en", title="For you")
    assert "Read our letter" in applicants_page(application, "overview").content.decode()


def test_letter_is_for_members_of_the_application_only():
    selection, (application, other) = confirmed(["selected", "selected"])
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    stranger = other.members.get(role="lead").user

    assert applicants_page(application, user=stranger).status_code == 404
    assert applicants_page(application, "letter_pdf", user=stranger).status_code == 404


def test_letter_of_an_undone_selection_is_not_shown_any_more():
    selection, (application,) = confirmed(["selected"])
    lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    undone_by_two(selection)

    assert applicants_page(application).status_code == 404
