"""Documents: stored at once, refused in words, removed only on request, read by few."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pypdf import PdfWriter

from applications.applying import snapshots
from applications.applying.actions import documents
from applications.enums import DocumentKind, MemberRole
from applications.exceptions import NotEditable
from applications.models import Application, Document
from core.accounts.enums import Role
from tests.builders.applications import lead_of, member, ready, started, submit
from tests.builders.people import person
from tests.builders.people import person as staff_person
from tests.support.applicant_forms import logged_in, save

pytestmark = pytest.mark.django_db


def pdf_bytes(*, password="", pages=1):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def png_bytes():
    content = io.BytesIO()
    Image.new("RGB", (3, 3)).save(content, "PNG")
    return content.getvalue()


def docx_bytes():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<document/>")
    return content.getvalue()


def add(application, name="map.pdf", content=None, **more):
    file = SimpleUploadedFile(name, pdf_bytes() if content is None else content)
    given = {"by": lead_of(application), "kind": DocumentKind.MAP} | more
    return documents.add(application_id=application.pk, file=file, **given)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", pdf_bytes()), ("Карта Łódź.PNG", png_bytes()), ("letter.docx", docx_bytes())],
)
def test_add_stores_the_file_under_a_random_name(name, content):
    application = started()
    document = add(application, name, content)
    assert (document.name, document.size) == (name, len(content))
    assert document.file.read() == content
    document.file.close()
    assert document.file.name == f"documents/{document.public_id.hex[:2]}/{document.public_id.hex}"
    application.refresh_from_db()
    assert application.revision == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("text.pdf", b"not a pdf"),
        ("broken.pdf", pdf_bytes()[:60]),
        ("secret.pdf", pdf_bytes(password="x")),
        ("renamed.pdf", png_bytes()),
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("program.png", b"MZ" + b"\0" * 200),
    ],
)
def test_add_refuses_what_cannot_be_read_as_what_it_claims(name, content):
    application = started()
    with pytest.raises(ValidationError):
        add(application, name, content)
    assert not Document.objects.exists()
    application.refresh_from_db()
    assert application.revision == 0


def test_add_refuses_the_same_file_twice():
    application = started()
    content = pdf_bytes()
    add(application, content=content)
    with pytest.raises(ValidationError, match="already uploaded this file"):
        add(application, "again.pdf", content)


def test_add_refuses_more_than_fits_together(settings):
    application = started()
    settings.UPLOAD_TOTAL_MAX_BYTES = len(pdf_bytes()) + 10
    add(application)
    with pytest.raises(ValidationError, match="Remove a document to make room."):
        add(application, content=pdf_bytes(pages=2))


def test_add_by_a_reader_or_a_stranger_is_refused():
    application = started()
    with pytest.raises(NotEditable):
        add(application, by=member(application, MemberRole.VIEW))
    with pytest.raises(Application.DoesNotExist):
        add(application, by=person())
    assert not Document.objects.exists()


def test_remove_keeps_the_file_for_the_version_that_lists_it():
    application = ready()
    document = add(application)
    before = submit(application).submission
    documents.remove(application_id=application.pk, by=lead_of(application), public_id=document.public_id)
    after = submit(application).submission
    assert [len(snapshots.value(s.snapshot, "documents")) for s in (before, after)] == [1, 0]
    with document.file.open("rb") as file:
        assert file.read(5) == b"%PDF-"


def test_documents_survive_every_save_of_a_section():
    application = started()
    document = add(application)
    save(application, "territory", {"title": "Upper Rhine"})
    assert list(application.documents.present()) == [document]


def test_upload_over_http_stores_or_says_why_and_keeps_the_kind():
    application = started()
    client = logged_in(lead_of(application))
    address = f"/applications/{application.public_id}/documents/"
    broken = {"kind": "map", "file": SimpleUploadedFile("map.pdf", b"not a pdf")}
    page = client.post(address, broken).content.decode()
    assert "map.pdf" in page
    assert '<a href="#id_file">' in page
    assert page.count("checked") == 1
    good = {"kind": "map", "file": SimpleUploadedFile("map.pdf", pdf_bytes())}
    assert client.post(address, good).status_code == 302
    assert "map.pdf" in client.get(address).content.decode()
    assert "Choose a file." in client.post(address, {"kind": "map"}).content.decode()


def test_remove_over_http_asks_first():
    application = started()
    document = add(application)
    client = logged_in(lead_of(application))
    address = f"/applications/{application.public_id}/documents/{document.public_id}/remove/"
    assert "permanently deleted after 30 days" in client.get(address).content.decode()
    assert application.documents.present().count() == 1
    client.post(address)
    assert application.documents.present().count() == 0
    assert client.get(address).status_code == 404


def test_download_is_safe_and_only_for_those_who_may_read():
    application = ready()
    document = add(application, "Карта.pdf")
    address = f"/applications/{application.public_id}/documents/{document.public_id}/"
    answer = logged_in(lead_of(application)).get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert Client().get(address).status_code == 302
    assert logged_in(person()).get(address).status_code == 404


@pytest.mark.parametrize(
    ("role", "before", "after"),
    [
        (Role.MANAGER, 404, 200),
        (Role.AUDITOR, 404, 200),
        (Role.REVIEWER, 404, 404),
        (Role.COMMUNICATIONS, 404, 404),
    ],
)
def test_staff_read_documents_of_submitted_applications_only(settings, role, before, after):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    application = ready()
    document = add(application)
    client = logged_in(staff_person(role))
    address = f"/applications/{application.public_id}/documents/{document.public_id}/"
    assert client.get(address).status_code == before
    submit(application)
    answer = client.get(address)
    assert answer.status_code == after
    answer.close()


@pytest.mark.parametrize("role", [None, Role.MANAGER], ids=["applicant", "staff"])
def test_document_whose_file_vanished_is_said_to_be_missing(settings, caplog, role):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    application = ready()
    document = add(application, "Map.pdf")
    submit(application)
    document.file.storage.delete(document.file.name)
    client = logged_in(staff_person(role) if role else lead_of(application))

    answer = client.get(f"/applications/{application.public_id}/documents/{document.public_id}/")

    assert answer.status_code == 404
    assert "“Map.pdf” is on record, but the file itself is missing." in answer.content.decode()
    assert document.file.name in caplog.text
