"""Every door by which a file comes in: what is damaged or dangerous gets a sentence, never an error page."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.models import Document
from core.accounts.enums import Role
from experts.models import Expert
from tests.builders.applications import lead_of, started
from tests.builders.calls import closed_call
from tests.builders.experts import make_expert
from tests.builders.people import person as staff_person
from tests.core.uploads.test_fuzz import KINDS, mutations
from tests.inspection.samples import pdf, verdict, xlsx
from tests.inspection.test_packages import lying_bzip2, renamed_macro
from tests.support.applicant_forms import logged_in
from tests.support.ours import python_files

pytestmark = pytest.mark.django_db
TIMES = 6
ROOT = django_settings.BASE_DIR


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def refused(kind: str, times: int) -> list[bytes]:
    """Damaged files that no door may let in."""
    damaged = (content for content in mutations(kind, 400) if verdict(content).reason)
    return [content for content, _number in zip(damaged, range(times), strict=False)]


@pytest.mark.parametrize("kind", ["docx", "xlsx", "odt", "pdf", "png", "jpg"])
def test_documents_say_what_is_wrong(kind):
    application = started()
    client = logged_in(lead_of(application))

    for content in refused(kind, TIMES // 3):
        file = SimpleUploadedFile(f"a.{kind}", content)
        page = client.post(f"/applications/{application.public_id}/documents/", {"kind": "map", "file": file})
        assert page.status_code == 200
        assert '<a href="#id_file">' in page.content.decode()

    assert not Document.objects.exists()


def test_cv_says_what_is_wrong():
    expert = make_expert()
    client = logged_in(expert.user)
    given = [*refused("pdf", TIMES // 2), lying_bzip2(), pdf(user_password="secret")]

    for content in given:
        page = client.post(reverse("experts:cv"), {"cv": SimpleUploadedFile("cv.pdf", content)})
        assert page.status_code == 200
        assert '<a href="#id_cv">' in page.content.decode()

    assert Expert.objects.get(pk=expert.pk).cv == ""


def test_import_of_criteria_says_what_is_wrong():
    """159 of 417 damaged sheets gave an error page once."""
    call = closed_call()
    client = logged_in(staff_person(Role.MANAGER))
    address = reverse("admin:applications_call_criteria", args=[call.pk])
    before = list(call.criteria.values_list("code", flat=True))

    for content in [*mutations("xlsx", TIMES * 2), lying_bzip2(), renamed_macro(), xlsx()]:
        page = client.post(address, {"file": SimpleUploadedFile("criteria.xlsx", content)})
        assert page.status_code == 200
        assert page.context_data["form"].errors or page.context_data["errors"] or page.context_data["preview"]

    assert list(call.criteria.values_list("code", flat=True)) == before


def test_only_the_child_reads_files_of_others():
    """Whoever adds a door uses `check_upload` or `read_table`; whoever adds a parser adds it to the child."""
    parses = re.compile(r"\b(?:zipfile|tarfile|PIL|pypdf|load_workbook|pillow_heif|defusedxml)\b")
    asks = re.compile(r"\bforms\.(?:FileField|ImageField)\(")
    others = [
        # The child itself.
        ROOT / "inspection",
        # Unpacks the browser of the tests, whose checksum it knows.
        ROOT / "impact" / "local",
        # Only packs: what the portal holds about a person.
        ROOT / "core" / "privacy" / "copying.py",
    ]
    files = [path for path in python_files() if not any(path.is_relative_to(place) for place in others)]
    sources = {path: path.read_text() for path in files}

    assert [path for path, text in sources.items() if parses.search(text)] == []
    assert {str(path.relative_to(ROOT)) for path, text in sources.items() if asks.search(text)} == {
        "applications/reviewing/staff/criteria.py",
        "applications/applying/forms/documents.py",
        # JSON of staff, of two megabytes at most, read by Python itself.
        "core/questionnaires/staff/files.py",
        "experts/forms.py",
        "impact/pages/showcase.py",
    }


def test_every_kind_has_damaged_samples():
    assert all(refused(kind, 1) for kind in KINDS if kind != "csv")
