"""Documents on the disk: counted while they lie there, deleted after their time, and orphans with them."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.applying.actions import documents
from applications.applying.actions.drafts import withdraw
from applications.enums import DocumentKind, MemberRole
from applications.models import Application, Document
from core.files import tasks as file_tasks
from core.privacy import retention
from core.uploads import orphans
from tests.applications.applying.test_documents import add, pdf_bytes
from tests.applications.selecting.test_selection_races import at_once
from tests.builders.applications import lead_of, member, ready, started, submit
from tests.builders.calls import open_call
from tests.builders.people import person
from tests.support.applicant_forms import logged_in

ONE = len(pdf_bytes(pages=1)) + 40


def sized(number: int) -> bytes:
    """A PDF of always the same size, and never the same content."""
    return pdf_bytes() + f"\n%{number:08}".encode().ljust(ONE - len(pdf_bytes()))


def remove(document: Document) -> None:
    documents.remove(
        application_id=document.application_id,
        by=lead_of(document.application),
        public_id=document.public_id,
    )


def is_on_disk(document: Document) -> bool:
    return document.file.storage.exists(document.file.name)


@pytest.fixture
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.django_db
def test_removed_documents_count_as_long_as_they_lie_on_the_disk(settings):
    settings.UPLOAD_TOTAL_MAX_BYTES, settings.UPLOAD_KEPT_TIMES_TOTAL = ONE, 3
    application = started()
    for number in range(3):
        remove(add(application, content=sized(number)))

    with pytest.raises(ValidationError, match="Documents that you removed count for 30 days") as refusal:
        add(application, content=sized(3))

    assert refusal.value.code == "too_much_kept"
    assert application.documents.count() == 3


@pytest.mark.django_db
def test_documents_of_one_person_count_across_applications(settings):
    settings.UPLOAD_PERSON_MAX_BYTES = 2 * ONE
    lead = person()
    for number in range(2):
        add(started(lead=lead), content=sized(number))
    third = started(lead=lead)

    with pytest.raises(ValidationError, match="across all your applications.") as refusal:
        add(third, content=sized(2))

    assert refusal.value.code == "too_much_of_person"
    assert add(third, content=sized(2), by=member(third, MemberRole.EDIT))


@pytest.mark.django_db(transaction=True)
def test_uploads_at_once_do_not_exceed_the_limits(settings):
    settings.UPLOAD_TOTAL_MAX_BYTES = 2 * ONE
    application = started()

    outcomes = at_once(*(lambda n=n: add(application, content=sized(n)) for n in range(4)))

    assert (
        sorted(type(outcome).__name__ for outcome in outcomes) == ["Document"] * 2 + ["ValidationError"] * 2
    )
    assert sum(each.size for each in application.documents.all()) == 2 * ONE


@pytest.mark.django_db(transaction=True)
def test_uploads_at_once_to_several_applications_do_not_exceed_the_limit_of_a_person(settings):
    settings.UPLOAD_PERSON_MAX_BYTES = 2 * ONE
    lead = person()
    applications = [started(lead=lead) for _number in range(4)]

    outcomes = at_once(
        *(lambda a=a, n=n: add(a, content=sized(n), by=lead) for n, a in enumerate(applications))
    )

    assert (
        sorted(type(outcome).__name__ for outcome in outcomes) == ["Document"] * 2 + ["ValidationError"] * 2
    )


@pytest.mark.django_db
def test_removed_document_leaves_the_disk_after_its_time_and_its_row_stays():
    application = started()
    document = add(application)
    remove(document)
    Document.objects.update(removed_at=timezone.now() - timedelta(days=29))
    retention.run(names=["removed-documents"])
    assert is_on_disk(document)

    Document.objects.update(removed_at=timezone.now() - timedelta(days=31))
    retention.run(names=["removed-documents"])
    retention.run(names=["removed-documents"])

    document.refresh_from_db()
    assert not is_on_disk(document)
    assert document.file_deleted_at is not None
    assert not application.documents.on_disk().exists()
    address = f"/applications/{application.public_id}/documents/{document.public_id}/"
    assert logged_in(lead_of(application)).get(address).status_code == 404


@pytest.mark.django_db
def test_document_of_a_submitted_version_is_never_deleted():
    application = ready()
    document = add(application)
    submit(application)
    remove(document)
    Document.objects.update(removed_at=timezone.now() - timedelta(days=400))

    retention.run(names=["removed-documents"])

    document.refresh_from_db()
    assert is_on_disk(document)
    assert document.file_deleted_at is None


@pytest.mark.django_db
def test_versions_are_read_once_for_documents_that_they_list():
    application = ready()
    document = add(application)
    submit(application)
    remove(document)
    Document.objects.update(removed_at=timezone.now() - timedelta(days=400))
    retention.run(names=["removed-documents"])

    with CaptureQueriesContext(connection) as queries:
        retention.run(names=["removed-documents"])

    assert [query["sql"] for query in queries if "submission" in query["sql"]] == []
    with pytest.raises(IntegrityError, match="document_in_version_is_kept"), transaction.atomic():
        Document.objects.update(file_deleted_at=timezone.now())


@pytest.mark.django_db
def test_one_night_judges_a_part_and_the_next_ones_the_rest():
    removed = [add(started(), content=sized(number)) for number in range(3)]
    for document in removed:
        remove(document)
    Document.objects.update(removed_at=timezone.now() - timedelta(days=31))

    left = []
    for _night in range(2):
        retention.run(names=["removed-documents"], most=2)
        left.append(sum(map(is_on_disk, removed)))

    assert left == [1, 0]


@pytest.mark.django_db
def test_database_keeps_the_file_of_a_document_that_is_listed():
    document = add(started())

    with pytest.raises(IntegrityError, match="document_deleted_was_removed"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(file_deleted_at=timezone.now())


@pytest.mark.usefixtures("_own_folder")
@pytest.mark.django_db
def test_file_whose_transaction_was_rolled_back_is_found_and_deleted():
    kept = add(started(), content=sized(1))
    with transaction.atomic():
        lost = add(started(), content=sized(2))
        transaction.set_rollback(True)
    older = time.time() - orphans.AGE_SECONDS - 60
    for document in (kept, lost):
        os.utime(document.file.path, (older, older))
    young = lost.file.storage.save("documents/ab/young", ContentFile(b"x"))

    file_tasks.remove_orphans()

    assert (is_on_disk(kept), is_on_disk(lost)) == (True, False)
    assert kept.file.storage.exists(young)


@pytest.mark.usefixtures("_own_folder")
@pytest.mark.django_db
def test_files_of_another_database_are_not_taken_for_orphans(settings, caplog):
    older = time.time() - orphans.AGE_SECONDS - 60
    folder = Path(settings.MEDIA_ROOT) / "documents"
    folder.mkdir()
    for number in range(orphans.FEW + 1):
        (folder / str(number)).write_bytes(b"x")
        os.utime(folder / str(number), (older, older))

    assert orphans.remove_orphans() == 0

    assert len(list(folder.iterdir())) == orphans.FEW + 1
    assert "have no row: none is deleted" in caplog.text


@pytest.mark.usefixtures("_own_folder")
@pytest.mark.django_db
def test_orphans_are_looked_for_in_batches_and_deleted_in_several_nights(settings, monkeypatch):
    monkeypatch.setattr(orphans, "BATCH", 2)
    monkeypatch.setattr(orphans, "MAX_IN_A_NIGHT", 3)
    folder = Path(settings.MEDIA_ROOT) / "documents"
    kept = add(started(), content=sized(1))
    older = time.time() - orphans.AGE_SECONDS - 60
    os.utime(kept.file.path, (older, older))
    for number in range(5):
        (folder / str(number)).write_bytes(b"x")
        os.utime(folder / str(number), (older, older))

    with CaptureQueriesContext(connection) as queries:
        assert [orphans.remove_orphans() for _night in range(3)] == [3, 2, 0]

    asked = [query["sql"] for query in queries if "documents/" in query["sql"]]
    assert max(query.count("'documents/") for query in asked) == 2
    assert is_on_disk(kept)


@pytest.mark.usefixtures("_own_folder")
@pytest.mark.django_db
def test_file_that_goes_while_orphans_are_looked_for_is_no_error(settings):
    folder = Path(settings.MEDIA_ROOT) / "documents"
    folder.mkdir()
    # Its entry is there and it is not, as when it is deleted between the two looks.
    (folder / "gone").symlink_to(folder / "nowhere")

    assert orphans.remove_orphans() == 0


@pytest.mark.parametrize("kept", list(orphans.file_fields()), ids=lambda kept: str(kept[1]))
def test_each_field_that_stores_files_has_a_folder_of_its_own(kept):
    folders = [field.upload_to.folder for _model, field in orphans.file_fields()]

    assert folders.count(kept[1].upload_to.folder) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("in_call", "in_all", "calls"), [(2, 9, 1), (9, 2, 2)], ids=["one call", "several"])
def test_drafts_of_a_person_are_limited_and_the_page_says_so(settings, in_call, in_all, calls):
    settings.DRAFTS_IN_CALL_MAX, settings.DRAFTS_MAX = in_call, in_all
    lead = person()
    drafts = [started(call, lead=lead) for call in [open_call() for _call in range(calls)] * (2 // calls)]
    client = logged_in(lead)
    address = reverse("applications:start", args=[drafts[-1].call.slug])
    form = {"key": uuid4(), "known": " ".join(str(draft.public_id) for draft in drafts)}

    refused = client.post(address, form)

    assert refused.status_code == 200
    assert "You already lead 2 unfinished applications" in refused.content.decode()
    assert Application.objects.drafts_led_by(lead).count() == 2

    withdraw(application_id=drafts[0].pk, by=lead)

    assert client.post(address, form).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_starts_at_once_do_not_exceed_the_limit(settings):
    settings.DRAFTS_IN_CALL_MAX = 2
    call, lead = open_call(), person()

    outcomes = at_once(*(lambda: started(call, lead=lead) for _start in range(4)))

    names = sorted(type(outcome).__name__ for outcome in outcomes)
    assert names == ["Application"] * 2 + ["TooManyDrafts"] * 2


@pytest.mark.django_db
def test_upload_without_room_says_so_beside_the_field(settings):
    settings.UPLOAD_PERSON_MAX_BYTES = 10
    application = started()
    given = {"kind": DocumentKind.MAP, "file": SimpleUploadedFile("map.pdf", pdf_bytes())}

    page = logged_in(lead_of(application)).post(f"/applications/{application.public_id}/documents/", given)

    assert "Ask somebody else who works on the application" in page.content.decode()
    assert '<a href="#id_file">' in page.content.decode()
