"""Questions for files that staff have thought of: asked, uploaded, hidden, submitted and taken away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications.applying import snapshots
from applications.applying.actions import documents
from applications.applying.next_version import NextVersion
from applications.enums import MemberRole
from applications.models import Application, Document
from core.sections import reading
from tests.applications.applying.test_documents import docx_bytes, pdf_bytes, png_bytes
from tests.builders.applications import answer, lead_of, member, ready, returned, submit
from tests.builders.calls import add_criteria, closed_call, open_call, while_open
from tests.builders.people import person
from tests.core.questionnaires.test_publishing import new_question, published, question_in, without
from tests.support.applicant_forms import logged_in, press_submit, send, typed, url
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db
BY_SCRIPT = {"X-Upload": "1"}
LETTERS = {
    "key": "letters",
    "kind": "files",
    "label": {"en": "Letters of support", "fr": "Lettres de soutien"},
    "required": False,
    "criterion": "need",
    "settings": {"least": 1, "most": 2, "accepts": ["pdf"]},
}


def asked_if(key: str, operator: str, value: Any = None) -> dict[str, Any]:
    clause = {"question": key, "operator": operator} | ({} if value is None else {"value": value})
    return {"join": "all", "clauses": [clause]}


def with_files(content: dict[str, Any]) -> dict[str, Any]:
    """Ask for letters, whether there is a plan, the plan, and what depends on the letters."""
    label = {"en": "The plan", "fr": "Le plan"}
    question_in(content, "readiness")["condition"] = asked_if("letters", "filled")
    content["sections"][0]["questions"] += [
        LETTERS,
        new_question("has_plan", kind="yes_no", settings={}, required=False),
        {"key": "plan", "kind": "files", "label": label, "condition": asked_if("has_plan", "is", True)},
        new_question("about_letters", required=False, condition=asked_if("letters", "filled")),
    ]
    return content


def application(call: Any = None, **answers: Any) -> Application:
    call = call or open_call()
    if not call.criteria.exists():
        add_criteria(call, {LETTERS["criterion"]: 100})
    with while_open(call):
        published(call, with_files)
        return ready(call, **answers)


def address(draft: Application, question: str = "letters") -> str:
    return f"/applications/{draft.public_id}/files/{question}/"


def upload(
    draft: Application, content: bytes | None = None, *, question: str = "letters", **more: Any
) -> Document:
    file = SimpleUploadedFile(more.pop("name", "letter.pdf"), content or pdf_bytes())
    by = more.pop("by", None) or lead_of(draft)
    return documents.add(application_id=draft.pk, by=by, question=question, file=file, **more)


def renewed(draft: Application) -> Application:
    return Application.including_tests.select_related("call").get(pk=draft.pk)


def names_in(snapshot: Any, question: str) -> list[str] | None:
    files = snapshots.value(snapshot, question)
    return None if files is None else [file["name"] for file in files]


def without_letters(content: dict[str, Any]) -> dict[str, Any]:
    for key in ("about_letters", "readiness"):
        del question_in(content, key)["condition"]
    return without(content, "letters")


def names_of(draft: Application) -> set[str]:
    return {question["name"] for question in snapshots.questions(snapshots.make(renewed(draft)))}


def reading_of(draft: Application) -> str:
    return str(reading.sections(snapshots.make(renewed(draft)), "en"))


REFUSED = {
    "another type": ("letters", "letter.docx", docx_bytes(), "Choose a file of one of these types: PDF."),
    "renamed": ("letters", "letter.pdf", png_bytes(), "is a PNG image"),
    "no file at all": ("letters", "letter.pdf", b"", "This file is empty"),
    "what is no PDF": ("letters", "letter.pdf", b"%PDF-1.4 nothing", "damaged"),
    "a password": (
        "letters",
        "letter.pdf",
        pdf_bytes(password="x"),
        "” is password-protected. Remove the password and choose it again.",
    ),
    "too large": ("letters", "letter.pdf", pdf_bytes() + b"%" * 3000, "Choose a file of up to 2.4\xa0KB."),
    "the same twice": ("letters", "again.pdf", pdf_bytes(pages=2), "already uploaded this file"),
    "hidden by an answer": (
        "plan",
        "plan.pdf",
        pdf_bytes(),
        "These files are not needed for your saved answers.",
    ),
    "unknown": ("nowhere", "a.pdf", pdf_bytes(), "no longer asks for these files"),
    "of another kind": ("title", "a.pdf", pdf_bytes(), "no longer asks for these files"),
}


def test_file_that_is_refused_is_told_why_and_nothing_changes(settings):
    """Each with and without a script."""
    settings.UPLOAD_MAX_BYTES = 2500
    draft = application()
    upload(draft, pdf_bytes(pages=2))
    draft, client = renewed(draft), logged_in(lead_of(draft))

    for name, (question, called, content, why) in REFUSED.items():
        for headers in (BY_SCRIPT, {}):
            with undone():
                sent = {"file": SimpleUploadedFile(called, content)}
                answered = client.post(address(draft, question), sent, headers=headers, follow=True)
                told = answered.json()["text"] if headers else answered.content.decode()
                assert why in told, (name, told)
                assert renewed(draft).revision == draft.revision, name
                assert Document.objects.count() == 1, name


def test_no_more_files_than_the_question_takes():
    draft, client = application(), None
    for pages in (1, 2):
        upload(draft, pdf_bytes(pages=pages))
    client = logged_in(lead_of(draft))

    sent = {"file": SimpleUploadedFile("third.pdf", pdf_bytes(pages=3))}
    told = client.post(address(draft), sent, headers=BY_SCRIPT).json()

    assert told == {
        "state": "refused",
        "text": "You can upload at most 2 files here. Remove one before you upload another one.",
    }
    page = client.get(url(draft, "territory")).content.decode()
    assert page.count("letter.pdf</a>") == 2
    assert 'value="letters"' not in page
    # The same file may answer two questions.
    answer(draft, {"has_plan": True})
    assert upload(draft, pdf_bytes(pages=1), question="plan")


def test_nobody_uploads_who_may_not_or_not_now():
    call = closed_call()
    draft = application(call)
    with while_open(call):
        upload(draft)
        reader = member(draft, MemberRole.VIEW)
        submit(draft)
    lead, stranger = lead_of(draft), person()
    sent = {"file": SimpleUploadedFile("b.pdf", pdf_bytes(pages=2))}

    def told(client: Client) -> str:
        sent["file"].seek(0)
        return client.post(address(draft), sent, headers=BY_SCRIPT).json()["text"]

    assert logged_in(stranger).post(address(draft), sent).status_code == 404
    assert logged_in(stranger).get(address(draft)).status_code == 404
    assert Client().post(address(draft), sent).status_code == 403
    assert "The deadline for changes was" in told(logged_in(lead))
    assert "You can view this application but not edit it." in told(logged_in(reader))
    returned(draft, "challenges")
    assert "You can only change the sections that we have asked about." in told(logged_in(lead))
    assert Document.objects.count() == 1


def test_file_is_taken_for_a_clarification_of_its_section_and_the_next_version_has_that_alone():
    draft = application()
    submit(draft)
    returned(draft, "territory")
    upload(draft)
    answer(draft, {"ambition": "Changed elsewhere"})

    submit(draft)

    first, second = (version.snapshot for version in draft.submissions.order_by("number"))
    assert (names_in(first, "letters"), names_in(second, "letters")) == ([], ["letter.pdf"])
    assert snapshots.value(second, "ambition") == "One network of care."


def test_page_of_the_section_lists_the_files_saves_what_is_typed_and_leads_to_them():
    draft = application()
    mine = upload(draft)
    client = logged_in(lead_of(draft))
    page = client.get(url(draft, "territory"))
    shown = page.content.decode()
    assert f'<a href="/applications/{draft.public_id}/documents/{mine.public_id}/">letter.pdf</a>' in shown
    assert "1 to 2 files. PDF. Up to 10.0 MB each." in shown
    # Enter presses the first button of a form: not one that leads away.
    assert shown.index('name="save"') < shown.index('name="to_files"')
    written = typed(page) | {"title": "Typed just now"}

    led = client.post(url(draft, "territory"), written | {"to_files": "letters"})

    assert led["Location"] == address(draft)
    assert renewed(draft).title == "Typed just now"
    files = client.get(address(draft)).content.decode()
    assert "Letters of support" in files
    assert 'name="kind"' not in files
    sent = {"file": SimpleUploadedFile("second.pdf", pdf_bytes(pages=2))}
    assert client.post(address(draft), sent)["Location"] == address(draft)
    assert client.post(url(draft, "territory"), written | {"to_files": f"letters/{mine.public_id}"})[
        "Location"
    ].endswith(f"/documents/{mine.public_id}/remove/")
    asked = client.get(f"/applications/{draft.public_id}/documents/{mine.public_id}/remove/")
    assert "Remove “letter.pdf” from the application?" in asked.content.decode()
    gone = client.post(f"/applications/{draft.public_id}/documents/{mine.public_id}/remove/")
    assert gone["Location"] == f"{url(draft, 'territory')}#id_letters"
    # From a page that is older than that, and again: nothing is undone by it.
    client.post(f"/applications/{draft.public_id}/documents/{mine.public_id}/remove/")
    late = client.post(url(draft, "territory"), written | {"to_files": f"letters/{mine.public_id}"})
    assert late["Location"] == address(draft)
    assert [file.name for file in renewed(draft).documents.present()] == ["second.pdf"]
    # What cannot be saved is shown with what is wrong, and nobody is led away from it.
    wrong = written | {"title": "x" * 5000, "to_files": "letters"}
    assert "again=" in client.post(url(draft, "territory"), wrong)["Location"]


def test_upload_by_the_script_changes_nothing_that_the_open_page_says_and_two_tabs_agree():
    draft = application()
    client = logged_in(lead_of(draft))
    first, second = (typed(client.get(url(draft, "territory"))) for _tab in range(2))

    sent = {"file": SimpleUploadedFile("letter.pdf", pdf_bytes()), "opened": first["opened"]}
    told = client.post(address(draft), sent, headers=BY_SCRIPT).json()

    assert (told["state"], told["text"], told["canAdd"]) == ("stored", "Uploaded: letter.pdf.", True)
    assert 'data-kept="1"' in told["html"]
    for tab, title in ((first, "One"), (second, "Two")):
        answered = client.post(url(draft, "territory"), tab | {"title": title}, headers={"X-Autosave": "1"})
        assert answered.json()["state"] == "saved"
    assert [file.name for file in draft.documents.present()] == ["letter.pdf"]


def test_files_of_a_question_that_is_hidden_stay_are_not_submitted_and_come_back():
    draft = application(has_plan=True)
    client = logged_in(lead_of(draft))
    missing = [lack.anchor for lack in NextVersion(renewed(draft), None).missing]
    assert missing == ["id_plan"]
    assert 'id="id_plan"' in client.get(url(draft, "territory")).content.decode()
    upload(draft, question="plan", name="plan.pdf")
    assert NextVersion(renewed(draft), None).missing == []

    send(client, draft, "territory", has_plan="no")

    assert [file.name for file in draft.documents.present()] == ["plan.pdf"]
    assert names_in(snapshots.make(renewed(draft)), "plan") is None
    assert "plan.pdf" not in reading_of(draft)
    page = client.get(address(draft, "plan")).content.decode()
    assert "These files are not needed for your saved answers." in page
    assert 'type="file"' not in page
    assert press_submit(client, draft).status_code == 302
    assert "plan.pdf" not in snapshots.canonical(draft.submissions.get().snapshot).decode()

    send(client, draft, "territory", has_plan="yes")

    assert names_in(snapshots.make(renewed(draft)), "plan") == ["plan.pdf"]


def test_later_questions_are_asked_once_there_is_a_file():
    draft = application()
    answer(draft, {"readiness": ""})
    client = logged_in(lead_of(draft))
    assert NextVersion(renewed(draft), None).missing == []
    assert {"about_letters", "readiness"}.isdisjoint(names_of(draft))

    upload(draft)

    assert {"about_letters", "readiness"} <= names_of(draft)
    assert [lack.anchor for lack in NextVersion(renewed(draft), None).missing] == ["id_readiness"]
    form = client.get(url(draft, "territory")).context["form"]
    assert "about_letters" in form.asked
    told = json.loads(form.following.for_browser)
    assert {"question": "letters", "operator": "filled", "value": None, "as": "anything"} in [
        clause for question in told for clause in question["clauses"]
    ]


def test_what_no_longer_fits_is_told_before_the_submission():
    """Staff ask for other types, for more, and for fewer, while files are there."""
    for settings, said in (
        (
            {"accepts": ["image"]},
            ("“letter.pdf” is not an accepted file type. Choose one of these types: PNG image, JPEG image."),
        ),
        ({"least": 2}, "Upload at least 2 files."),
        ({"least": 3}, "Upload at least 3 files."),
    ):
        with undone():
            draft = application()
            upload(draft)

            def change(content: dict[str, Any], settings: dict[str, Any] = settings) -> dict[str, Any]:
                question_in(content, "letters")["settings"] = settings
                return content

            published(draft.call, change)
            told = [lack.text for lack in NextVersion(renewed(draft), None).missing]
            assert told == [f"Letters of support: {said}"]
