"""The questions of a call, and the answers of a draft, as Word files that people circulate."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.test import Client
from docx import Document

from tests.builders.applications import lead_of, member, ready, started
from tests.builders.calls import open_call
from tests.builders.people import person
from tests.core.questionnaires.test_publishing import new_question, published
from tests.support import pdf
from tests.support.applicant_forms import logged_in
from tests.support.default_form import default_form

pytestmark = pytest.mark.django_db


def words_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize(("prefix", "title"), [("", "Questions of the application"), ("/fr", "Questions du")])
def test_questions_are_a_word_file_in_the_language_of_the_reader(client, prefix, title):
    call = open_call()
    page = client.get(f"{prefix}/calls/{call.slug}/questions/").content.decode()
    address = f"{prefix}/calls/{call.slug}/questions.docx"
    assert address in page

    answer = client.get(address)
    content = answer.content

    document, text = Document(BytesIO(content)), words_of(content)
    assert title in text
    assert document.core_properties.language == (prefix.strip("/") or "en")
    if not prefix:
        assert [q.name for q in default_form().questions if str(q.label) not in text] == []
    assert len(document.tables) >= len(default_form().questions)
    assert answer["Content-Disposition"] == f'attachment; filename="{call.slug}-questions.docx"'


def test_example_of_a_good_answer_is_shown_and_named_as_one_wherever_the_questions_are_read(client):
    call, example = open_call(), "Fewer than ten minutes by tram."

    def change(content):
        content["sections"][0]["questions"].append(new_question(example={"en": example, "fr": "Un."}))
        return content

    published(call, change)
    address = f"/calls/{call.slug}/questions"

    assert re.search(
        rf"<summary>Example of a good answer<.*?{example}", only(client, f"{address}/"), re.DOTALL
    )
    paragraphs = words_of(client.get(f"{address}.docx").content).splitlines()
    assert paragraphs[paragraphs.index(example) - 1] == "Example of a good answer"
    in_pdf = pdf.words_of(pdf.read(client.get(f"{address}.pdf").content))
    assert f"Example of a good answer: {example}" in " ".join(in_pdf.split())


def only(client: Client, address: str) -> str:
    """Return a page with the one example that is on it."""
    page = client.get(address).content.decode()
    assert page.count("Example of a good answer") == 1
    return page


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_draft_is_a_file_for_its_members_alone(ending):
    application = ready(title="Upper <Rhine> & co", ambition="Line one\nLine two 日本")
    address = f"/applications/{application.public_id}/answers.{ending}"

    answer = logged_in(member(application, "view")).get(address)
    content = b"".join(answer.streaming_content)

    assert answer["Cache-Control"] == "private, no-store"
    if ending == "docx":
        text = words_of(content)
        for words in (
            "Upper <Rhine> & co",
            "Line one",
            "Line two 日本",
            "draft, not submitted",
            "Town of FRF11",
        ):
            assert words in text
    else:
        assert content.startswith(b"%PDF")
    assert logged_in(person()).get(address).status_code == 404
    assert logged_in(lead_of(application)).get(f"{address}x").status_code == 404


def test_empty_draft_is_a_file_as_well():
    application = started()
    for ending in ("docx", "pdf"):
        answer = logged_in(lead_of(application)).get(
            f"/applications/{application.public_id}/answers.{ending}"
        )
        assert answer.status_code == 200
