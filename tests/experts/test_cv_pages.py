"""The CV over HTTP: uploaded, downloaded, replaced, and said to be missing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains

from experts.enums import ExpertStatus
from experts.models import Expert
from tests.builders.experts import make_expert, make_expert_at, pdf
from tests.builders.people import make_staff
from tests.experts.test_pages import log_in

pytestmark = pytest.mark.django_db


def test_cv_is_uploaded_downloaded_and_removed(client):
    expert = make_expert()
    log_in(client, expert)

    client.post(reverse("experts:cv"), {"cv": SimpleUploadedFile("životopis.pdf", pdf())})
    assertContains(client.get(reverse("experts:cv")), "životopis.pdf")
    response = client.get(reverse("experts:cv_file"))
    assert b"".join(response.streaming_content) == pdf()
    assert response["Content-Disposition"].startswith("attachment;")

    client.post(reverse("experts:cv_remove"))
    assert client.get(reverse("experts:cv_file")).status_code == 404


def test_broken_cv_is_refused_and_the_old_one_kept(client):
    log_in(client, make_expert())
    client.post(reverse("experts:cv"), {"cv": SimpleUploadedFile("good.pdf", pdf())})

    response = client.post(reverse("experts:cv"), {"cv": SimpleUploadedFile("bad.pdf", b"%PDF-1.7 broken")})

    assertContains(response, "is damaged")
    assert Expert.objects.get().cv_name == "good.pdf"


@pytest.mark.parametrize("who", ["owner", "staff"])
def test_cv_whose_file_vanished_is_said_to_be_missing(client, settings, caplog, who):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    log_in(client, expert)
    client.post(reverse("experts:cv"), {"cv": SimpleUploadedFile("cv.pdf", pdf())})
    expert.refresh_from_db()
    expert.cv.storage.delete(expert.cv.name)
    address = reverse("experts:cv_file")
    if who == "staff":
        client.force_login(make_staff(), backend="django.contrib.auth.backends.ModelBackend")
        address = reverse("admin:experts_expert_cv", args=[expert.pk])

    response = client.get(address)

    assertContains(response, "“cv.pdf” is on record, but the file itself is missing.", status_code=404)
    assert expert.cv.name in caplog.text
    # It can be replaced, and removed.
    log_in(client, expert)
    client.post(reverse("experts:cv"), {"cv": SimpleUploadedFile("new.pdf", pdf())})
    assert b"".join(client.get(reverse("experts:cv_file")).streaming_content).startswith(b"%PDF")
