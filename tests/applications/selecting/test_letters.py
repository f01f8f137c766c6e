"""Letters: templates in both languages, one edited or all, held until released, on record."""

from html import unescape

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.applying import letter_texts
from applications.enums import LetterKind
from applications.models import LetterEdit, LetterTemplate
from applications.screening import actions as screening
from applications.selecting.actions import confirming, lettering
from core.accounts.enums import Role
from core.accounts.models import User
from core.history import NotAllowed
from core.mail import actions as mail
from core.mail.models import Message
from tests.applications.staging import closed_call, eligible, person, proposed, submitted
from tests.support import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(role):
    client = Client()
    client.user = person(role)
    client.force_login(client.user)
    return client


def url(model, page, *args):
    return reverse(f"admin:applications_{model}_{page}", args=args)


def confirmed(outcomes):
    call = closed_call()
    applications = [eligible(call) for _outcome in outcomes]
    selection = proposed(call, dict(zip(applications, outcomes, strict=True)))
    confirming.confirm(selection_id=selection.pk, by=person(Role.MANAGER))
    return selection, applications


def only_proposed(outcomes):
    call = closed_call()
    applications = [eligible(call) for _outcome in outcomes]
    return proposed(call, dict(zip(applications, outcomes, strict=True))), applications


def letter_to(application):
    return Message.objects.get(about=application.about)


def template(kind="selected"):
    return LetterTemplate.objects.get(kind=kind)


def typed(subject, body):
    """What the page of a template sends, in every language the same."""
    texts = {"subject": subject, "body": body}
    return {f"{name}_{code}": text for name, text in texts.items() for code in ("en", "fr")} | {"seen": 1}


# --- Templates ---------------------------------------------------------------------------------------------


def test_every_kind_has_a_default_to_confirm_in_both_languages():
    rows = LetterTemplate.objects.values_list("kind", "is_default")

    assert sorted(rows) == sorted((kind, True) for kind in LetterKind.values)
    for row in LetterTemplate.objects.all():
        for text in (row.subject, row.body):
            assert [code for code, _words in text] == ["en", "fr"]
            assert [letter_texts.faults(words, row.kind) for _code, words in text] == [[], []]


def test_letter_is_written_in_the_language_of_the_lead():
    call = closed_call()
    english, french = eligible(call), eligible(call)
    User.objects.filter(memberships__application=french).update(language="fr")
    selection = proposed(call, {english: "selected", french: "reserve"})

    confirming.confirm(selection_id=selection.pk, by=person(Role.MANAGER))

    assert letter_to(english).subject == f"{english.reference}: your region becomes an IMPACT pilot"
    assert "occupe le rang 1 sur la liste de réserve" in letter_to(french).body
    assert call.title.get("fr") in letter_to(french).body
    assert "{" not in letter_to(english).body + letter_to(french).body


@pytest.mark.parametrize(
    ("text", "kind", "fault"),
    [
        ("Dear {name}", "selected", "Unknown variable: {name}."),
        ("{rank}", "selected", "Unknown variable: {rank}."),
        ("{a} and {b.c}", "reserve", "Unknown variables: {a}, {b.c}."),
        ("{reference!r}", "reserve", "Write a variable as {name}"),
        ("{reference:>9}", "reserve", "Write a variable as {name}"),
        ("{} here", "reserve", "Unknown variable: {}."),
        ("{reference", "reserve", "A brace is open."),
        ("{reference.__class__}", "reserve", "Unknown variable: {reference.__class__}."),
    ],
)
def test_unknown_variable_is_refused_at_save_with_its_name(text, kind, fault):
    row = template(kind)
    before = row.body

    answer = as_(Role.MANAGER).post(
        url("lettertemplate", "change", row.pk), typed("Subject", "Right") | {"body_fr": text}
    )

    assert f"French: {fault}" in unescape(str(answer.context["adminform"].form.errors["body"]))
    assert answer.context["adminform"].form["body"].value() == ["Right", text]
    row.refresh_from_db()
    assert row.body == before


def test_template_is_saved_with_its_history_and_read_with_real_values():
    row, client = template(), as_(Role.MANAGER)
    body = row.body
    application = submitted(closed_call(), title="Valley of two rivers")
    address = url("lettertemplate", "change", row.pk)

    saved = client.post(address, typed("Good news: {reference}", "{title}!"))
    page = client.get(address).content.decode()

    assert saved.status_code == 302
    row.refresh_from_db()
    assert (row.subject.get("fr"), row.is_default, row.revision) == ("Good news: {reference}", False, 2)
    after, before = row.history.all()
    assert (after.history_user, after.body.get("fr")) == (client.user, "{title}!")
    assert (before.is_default, before.body) == (True, body)
    assert f"Good news: {application.reference}" in page
    assert "Valley of two rivers!" in page
    assert "Name of the person who leads the application" in page


def test_save_on_top_of_another_is_refused():
    row = template()
    address = url("lettertemplate", "change", row.pk)
    as_(Role.MANAGER).post(address, typed("First", "First"))

    answer = as_(Role.MANAGER).post(address, typed("Second", "Second"))

    assert "Somebody has saved this text since you opened it" in answer.content.decode()
    row.refresh_from_db()
    assert row.subject == {"en": "First", "fr": "First"}


@pytest.mark.parametrize("role", [*Role, None])
def test_templates_are_edited_by_managers_and_read_by_auditors(role):
    row, client = template(), as_(role)
    address = url("lettertemplate", "change", row.pk)

    page = client.get(address)
    client.post(address, typed("Changed", "Changed"))

    row.refresh_from_db()
    readers = {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
    assert (page.status_code == 200) is (role in readers)
    assert (row.subject.get("en") == "Changed") is (role is Role.MANAGER)
    assert client.post(url("lettertemplate", "delete", row.pk), {"post": "yes"}).status_code in (302, 403)
    assert LetterTemplate.objects.filter(pk=row.pk).exists()


# --- One letter, or all ------------------------------------------------------------------------------------


def test_letters_are_previewed_for_each_recipient_before_anything_is_written():
    call = closed_call()
    application = eligible(call, title="Upper Meuse")
    selection = proposed(call, {application: "reserve"})

    page = as_(Role.AUDITOR).get(url("selection", "letters", selection.pk)).content.decode()

    assert "number 1 on the reserve list" in page
    assert "Upper Meuse" in page
    assert not Message.objects.exists()


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
    sent_at = letter.created_at if status == "sent" else None
    Message.objects.filter(pk=letter.pk).update(status=status, sent_at=sent_at)

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
    lettering.release(selection_id=selection.pk, by=manager)

    mail.hold(message_id=letter_to(application).pk, by=manager)

    assert letter_to(application).status == "held"
    with pytest.raises(NotAllowed):
        mail.hold(message_id=letter_to(application).pk, by=manager)


def test_nothing_leaves_before_the_release(mailoutbox):
    selection, _applications = confirmed(["selected", "reserve", "not_selected"])

    assert mailoutbox == []
    assert set(Message.objects.values_list("status", flat=True)) == {"held"}


@pytest.mark.parametrize(
    ("status", "verb"),
    [("held", "Edit"), ("queued", "Hold"), ("failed", "Send again"), ("doubt", "Send again")],
)
def test_page_shows_the_status_of_each_letter_and_what_can_be_done(status, verb):
    selection, (application,) = confirmed(["selected"])
    Message.objects.update(status=status)

    page = as_(Role.MANAGER).get(url("selection", "letters", selection.pk)).content.decode()
    read = as_(Role.AUDITOR).get(url("selection", "letters", selection.pk)).content.decode()

    assert letter_to(application).get_status_display() in page
    assert f">{verb}<" in page
    assert f">{verb}<" not in read


@pytest.mark.parametrize("role", [*Role, None])
def test_letters_are_read_and_edited_by_their_roles_only(role):
    selection, (application,) = confirmed(["selected"])
    letter, client = letter_to(application), as_(role)

    page = client.get(url("selection", "letters", selection.pk))
    client.post(url("selection", "letter", selection.pk, letter.pk), {"subject": "X", "body": "X"})
    client.post(url("selection", "decide_one", selection.pk, "rewrite"), {"also_edited": "on"})

    assert (page.status_code == 200) is (role in {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR})
    assert LetterEdit.objects.exists() is (role is Role.MANAGER)


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


# --- What the applicants see -------------------------------------------------------------------------------


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

    lettering.release(selection_id=selection.pk, by=manager)
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
    lettering.release(selection_id=selection.pk, by=person(Role.MANAGER))

    stranger = other.members.get(role="lead").user

    assert applicants_page(application, user=stranger).status_code == 404
    assert applicants_page(application, "letter_pdf", user=stranger).status_code == 404


def test_letter_of_an_undone_selection_is_not_shown_any_more():
    selection, (application,) = confirmed(["selected"])
    lettering.release(selection_id=selection.pk, by=person(Role.MANAGER))

    confirming.undo(selection_id=selection.pk, by=person(Role.MANAGER), reason="Mistake.")

    assert applicants_page(application).status_code == 404
