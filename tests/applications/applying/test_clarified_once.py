"""What an answer to staff says is worked out once for each row that is read, and its file says what it is."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.applying.rules import clarified
from applications.models import Application
from tests.applications.applying.test_clarified import asked_again, fresh
from tests.builders.applications import answer, lead_of
from tests.builders.experts import pdf
from tests.support.applicant_forms import logged_in

pytestmark = pytest.mark.django_db


def versions_read(act: Any) -> int:
    """Return how often submitted answers were read."""
    with CaptureQueriesContext(connection) as queries:
        act()
    read = [query["sql"] for query in queries if '"applications_submission"."snapshot"' in query["sql"]]
    return len(read)


def test_upload_reads_what_was_submitted_once():
    draft = asked_again()
    clarification = draft.clarifications.get()
    draft.clarifications.update(sections=["documents", *clarification.sections])
    client = logged_in(lead_of(draft))
    address = f"/applications/{draft.public_id}/documents/"

    def upload() -> None:
        sent = client.post(address, {"kind": "other", "file": SimpleUploadedFile("more.pdf", pdf())})
        assert sent.status_code == 302, sent.context["form"].errors

    assert versions_read(upload) == 1


def test_answer_that_was_worked_out_is_not_that_after_a_change():
    draft = asked_again()
    clarification = draft.clarifications.get()
    before = clarified(draft, clarification)
    assert before is clarified(draft, clarification)
    answer(draft, {"money": 50})
    draft.refresh_from_db()
    assert clarified(draft, clarification) is not before
    assert [part.section.slug for part in clarified(draft, clarification).opened] == ["partnership"]
    assert clarified(draft, None) is None


def text_of(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as file:
        return file.read("word/document.xml").decode()


def test_answers_as_a_file_are_those_that_would_be_sent_and_say_so():
    draft = asked_again()
    answer(Application.objects.get(pk=draft.pk), {"money": 50})
    client = logged_in(lead_of(draft))

    content = text_of(client.get(f"/applications/{draft.public_id}/answers.docx").getvalue())

    # Nobody asked about it: it is not part of the answer.
    assert "Typed later" not in content
    assert "version 2: your answer to our question, not yet sent" in content
    overview = client.get(draft.get_absolute_url()).content.decode()
    assert "Version 2: your answer to our question, not yet sent" in overview
    assert client.get(f"/applications/{draft.public_id}/answers.pdf").status_code == 200
    assert fresh(draft).status == "returned"
