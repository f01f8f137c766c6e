"""Files of questions in what is submitted: versions, staff, what is no longer asked, the disk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from applications.applying import pdf, snapshots, word
from applications.applying.actions import documents
from applications.applying.next_version import NextVersion
from applications.enums import ApplicationStatus
from applications.models import Document
from core.accounts.enums import Role
from core.privacy import retention
from core.questionnaires.actions.publishing import summary_of
from core.sections import reading
from tests.applications.applying.test_documents import pdf_bytes
from tests.applications.applying.test_files_of_questions import (
    address,
    application,
    names_in,
    renewed,
    upload,
    without_letters,
)
from tests.builders.applications import bring_to, lead_of, ready, submit
from tests.builders.calls import closed_call, open_call, while_open
from tests.builders.people import person, the_manager
from tests.builders.reviews import scoring
from tests.core.questionnaires.test_publishing import draft_of, published, question_in
from tests.support.applicant_forms import logged_in, url
from tests.support.pdf import read, words_of

pytestmark = pytest.mark.django_db


def test_each_question_lists_its_own_files_wherever_a_version_is_read(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    draft = application(has_plan=True)
    kept = upload(draft)
    upload(draft, pdf_bytes(pages=2), question="plan", name="plan.pdf")
    upload(draft, pdf_bytes(pages=3), question="documents", name="map.pdf", kind="map")

    made = snapshots.make(renewed(draft))

    assert {key: names_in(made, key) for key in ("letters", "plan", "documents")} == {
        "letters": ["letter.pdf"],
        "plan": ["plan.pdf"],
        "documents": ["map.pdf"],
    }
    assert snapshots.value(made, "letters")[0] == {
        "id": str(kept.public_id),
        "name": "letter.pdf",
        "content_type": "application/pdf",
        "size": kept.size,
        "sha256": kept.sha256,
    }
    assert word.of_draft(made, language="fr", state="")
    words = words_of(read(pdf.of_draft(made, language="en", state="")))
    assert all(name in words for name in ("letter.pdf", "plan.pdf", "map.pdf"))
    client = logged_in(lead_of(draft))
    overview = client.get(draft.get_absolute_url())
    assert {str(t["label"]): str(t["status"]) for t in overview.context["tasks"]}["Documents"] == "1"
    check = client.get(f"/applications/{draft.public_id}/check/").content.decode()
    for document in Document.objects.all():
        assert f'/documents/{document.public_id}/">{document.name}</a>' in check
    submit(draft)
    documents.remove(application_id=draft.pk, by=lead_of(draft), public_id=kept.public_id)
    submit(draft)
    before, after = (version.snapshot for version in draft.submissions.order_by("number"))
    # Without the letter the other question is not asked any more.
    assert [change.after.name for change in reading.differences(before, after, "en")] == [
        "letters",
        "readiness",
    ]
    assert "letter.pdf" in client.get(f"/applications/{draft.public_id}/versions/1/").content.decode()


def test_section_of_documents_can_need_one():
    call = open_call()

    def change(content: dict[str, Any]) -> dict[str, Any]:
        question_in(content, "documents")["required"] = True
        return content

    published(call, change)
    draft = ready(call)
    (lack,) = NextVersion(draft, None).missing
    page = logged_in(lead_of(draft)).get(url(draft, "documents")).content.decode()
    assert f'id="{lack.anchor}"' in page

    upload(draft, question="documents", kind="map")

    assert NextVersion(renewed(draft), None).missing == []


def test_file_of_a_submitted_version_is_kept_and_another_one_leaves_the_disk():
    draft = application()
    for pages in (1, 2):
        document = upload(draft, pdf_bytes(pages=pages))
        if pages == 1:
            submit(draft)
        documents.remove(application_id=draft.pk, by=lead_of(draft), public_id=document.public_id)
    Document.objects.update(removed_at=timezone.now() - timedelta(days=400))

    retention.run(names=["removed-documents"])

    listed, other = Document.objects.order_by("pk")
    assert (listed.is_in_version, listed.file_deleted_at) == (True, None)
    assert other.file_deleted_at is not None


def test_files_of_a_question_that_is_gone_stay_readable_until_they_are_removed():
    draft = application()
    document = upload(draft)
    summary = summary_of(draft_of(draft.call, without_letters))
    assert {change.key: summary.touched[change.key] for change in summary.changes}["letters"] == (1, 0)
    published(draft.call, without_letters)
    client, overview = logged_in(lead_of(draft)), draft.get_absolute_url()

    page = client.get(overview).content.decode()

    assert "No longer asked: “Letters of support”." in page
    assert f'/documents/{document.public_id}/">letter.pdf</a>' in page
    assert names_in(snapshots.make(renewed(draft)), "letters") is None
    sent = {"file": SimpleUploadedFile("b.pdf", pdf_bytes(pages=2))}
    assert "no longer asks for these files" in client.post(address(draft), sent, follow=True).content.decode()
    assert client.get(address(draft)).status_code == 404
    client.post(f"{overview}form/letters/remove/")
    assert "letter.pdf" not in client.get(overview).content.decode()
    assert not draft.documents.present().exists()


def test_database_keeps_what_a_document_is_apart_from_what_answers_a_question():
    draft = application()
    document = upload(draft)

    for values in ({"kind": "map"}, {"question": "documents"}):
        with pytest.raises(IntegrityError, match="document_kind_is_asked"), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**values)


def test_staff_read_the_files_where_they_are_asked_for_and_beside_the_criterion(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    call = closed_call()
    draft = application(call)
    document = upload(draft)
    with while_open(call):
        submit(draft)
    bring_to(draft, ApplicationStatus.ELIGIBLE)
    review = scoring(renewed(draft))
    reviewer, manager = logged_in(review.reviewer), logged_in(the_manager())

    def link(model: str, row: Any) -> str:
        return reverse(f"admin:applications_{model}_document", args=[row.pk, document.public_id])

    page = manager.get(reverse("admin:applications_application_change", args=[draft.pk])).content.decode()
    sheet = reviewer.get(reverse("admin:applications_review_score", args=[review.pk])).content.decode()

    assert page.count(link("application", draft)) == 1
    # With the answers of the application, and beside the criterion.
    assert sheet.count(link("review", review)) == 2
    assert "The answer to assess for this criterion" in sheet
    for client, address_, status in (
        (manager, link("application", draft), 200),
        (reviewer, link("review", review), 200),
        (logged_in(person(Role.REVIEWER)), link("review", review), 404),
    ):
        answered = client.get(address_)
        assert answered.status_code == status
        assert status == 404 or b"".join(answered.streaming_content).startswith(b"%PDF-")
    # One that no version lists does not exist for staff.
    Document.objects.filter(pk=document.pk).update(public_id=uuid4())
    document.refresh_from_db()
    assert manager.get(link("application", draft)).status_code == 404
