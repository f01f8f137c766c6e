"""What staff read of an application: its versions, their documents and PDFs, never the working copy."""

import pytest
from django.core.files.base import ContentFile

from applications.models import Application, Document
from core.accounts.enums import Role
from tests.applications.staff_clients import as_, url
from tests.builders.applications import draft, lead_of, resubmit, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.support.applicant_forms import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_page_shows_the_submission_not_the_working_copy():
    application = submitted(closed_call(), title="As submitted")
    Application.objects.update(title="Changed since", answers={"ambition": "Secret plans"})

    page = as_(Role.MANAGER).get(url("application", "change", application.pk)).content.decode()

    assert "As submitted" in page
    assert "Two banks of one river." in page
    assert "Changed since" not in page
    assert "Secret plans" not in page


def test_page_offers_older_versions():
    application = submitted(closed_call(), title="First title")
    resubmit(application, title="Second title")
    client = as_(Role.MANAGER)

    latest = client.get(url("application", "change", application.pk)).content.decode()
    older = client.get(url("application", "change", application.pk) + "?version=1").content.decode()

    assert "Second title" in latest
    assert "First title" in older
    assert "You are reading an older version (version 1)" in older
    assert client.get(url("application", "change", application.pk) + "?version=9").status_code == 404


def test_documents_of_a_version_are_handed_out_safely_and_no_others():
    application = draft(closed_call())
    sent = document(application, "letter.pdf")
    resubmit(application)
    later = document(application, "later.pdf")
    client = as_(Role.MANAGER)

    given = client.get(url("application", "document", application.pk, sent.public_id))

    assert b"".join(given.streaming_content) == b"%PDF"
    assert 'attachment; filename="letter.pdf"' in given["Content-Disposition"]
    assert given["X-Content-Type-Options"] == "nosniff"
    assert client.get(url("application", "document", application.pk, later.public_id)).status_code == 404
    # The address that applicants have is another door to the same rule.
    door = f"/applications/{application.public_id}/documents/"
    lead = logged_in(lead_of(application))
    for reader, file, status in ((client, sent, 200), (client, later, 404), (lead, later, 200)):
        response = reader.get(f"{door}{file.public_id}/")
        assert response.status_code == status
        assert status == 404 or b"".join(response.streaming_content) == b"%PDF"


def document(application, name):
    """A stored file; its handle is closed, as after an upload."""
    row = Document(
        application=application,
        kind="other",
        name=name,
        content_type="application/pdf",
        size=4,
        sha256="0" * 64,
        uploaded_by=person(),
    )
    row.file.save(name, ContentFile(b"%PDF"))
    row.save()
    row.file.close()
    return row


def test_pdf_of_a_version_is_handed_out():
    application = submitted(closed_call())

    response = as_(Role.MANAGER).get(url("application", "pdf", application.pk, 1))

    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
