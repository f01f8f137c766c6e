"""The PDF of a version: every answer, partner and checksum, as PDF/UA in the language of the application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import tasks
from applications.applying import pdf as pdfs
from applications.applying.actions import documents
from applications.models import Application, Submission, SubmissionPdf
from core.accounts.enums import Role
from impact.demo.clock import at
from tests.applications.applying.test_documents import add, pdf_bytes
from tests.builders.applications import lead_of, ready, submit
from tests.builders.people import make_staff
from tests.support import pdf

pytestmark = pytest.mark.django_db


def words_of(submission: Submission) -> str:
    return pdf.words_of(pdf.read(pdfs.of_submission(submission)))


def test_pdf_is_accessible_and_holds_every_answer():
    title = "*#_$ Łódź Ελλάδα Україна"
    submission = submit(ready(title=title, territory_description="Line one\nLine two")).submission

    with pdfs.ensure(submission).file.open("rb") as file:
        reader = pdf.read(file.read())

    pdf.assert_accessible(reader, language="en", title=title)
    words = pdf.words_of(reader)
    for expected in (title, "Line two", "We vote.", "Bas-Rhin (FRF11)", "Town of FRF11", "ana@town.example"):
        assert expected in words, expected


def test_pdf_holds_the_checksum_of_the_version_and_of_each_of_its_documents():
    application = ready()
    kept = add(application, "Карта.pdf")
    removed = add(application, "old.pdf", pdf_bytes(pages=2))
    first = submit(application).submission
    documents.remove(application_id=application.pk, by=lead_of(application), public_id=removed.public_id)
    later = add(application, "new.pdf", pdf_bytes(pages=3))
    second = submit(application).submission

    # Lines are broken inside of long checksums.
    before, after = ("".join(words_of(version).split()) for version in (first, second))

    assert [first.sha256 in before, second.sha256 in after] == [True, True]
    sums = [document.sha256 for document in (kept, removed, later)]
    assert len(set(sums)) == 3
    assert [checksum in before for checksum in sums] == [True, True, False]
    assert [checksum in after for checksum in sums] == [True, False, True]
    assert [name in before for name in ("Карта.pdf", "old.pdf", "new.pdf")] == [True, True, False]


def test_pdf_follows_the_language_of_the_application():
    application = ready()
    Application.objects.filter(pk=application.pk).update(language="fr")
    reader = pdf.read(pdfs.of_submission(submit(application).submission))
    pdf.assert_accessible(reader, language="fr", title="Upper Rhine")
    assert "Nom du territoire transfrontalier" in pdf.words_of(reader)


def test_sweep_makes_the_oldest_missing_pdfs_and_leaves_the_rest_to_the_next(monkeypatch):
    monkeypatch.setattr(tasks, "PDFS_IN_A_SWEEP", 2)
    first, second, third, fourth = (submit(ready()).submission for _version in range(4))
    read_already = pdfs.ensure(first)

    tasks.sweep()
    assert set(SubmissionPdf.objects.values_list("submission", flat=True)) == {first.pk, second.pk, third.pk}
    tasks.sweep()
    made = SubmissionPdf.objects.in_bulk(field_name="submission_id")
    assert set(made) == {first.pk, second.pk, third.pk, fourth.pk}
    assert made[first.pk] == read_already
    with made[fourth.pk].file.open("rb") as file:
        assert "".join(words_of(fourth).split()) == "".join(pdf.words_of(pdf.read(file.read())).split())


def test_pdf_that_cannot_be_made_keeps_no_other_waiting(monkeypatch):
    monkeypatch.setattr(tasks, "PDFS_IN_A_SWEEP", 2)
    bad = [submit(ready(title="Cannot be set")).submission for _version in range(3)]
    good = submit(ready()).submission

    with failing("Cannot be set"):
        tasks.sweep()
        tasks.sweep()

    assert [made.submission for made in SubmissionPdf.objects.all()] == [good]
    assert [version.pdf_failures.count() for version in bad] == [1, 1, 1]
    assert bad[0].pdf_failures.get().error == "RuntimeError: typst"


def test_pdf_that_failed_is_tried_less_and_less_often_and_then_given_up():
    version = submit(ready(title="Cannot be set")).submission
    start, tried_after = timezone.now(), []

    with failing("Cannot be set"):
        for minutes in range(0, 24 * 60, 5):
            with at(start + timedelta(minutes=minutes)):
                tasks.sweep()
            if version.pdf_failures.count() > len(tried_after):
                tried_after.append(minutes)

    assert tried_after == [0, 5, 20, 85, 450]


def test_staff_are_told_of_a_pdf_that_could_not_be_made(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    version = submit(ready(title="Cannot be set")).submission
    fail(version, times=4)
    client.force_login(make_staff(Role.MANAGER))
    label = "versions whose PDF could not be created"
    assert label not in client.get("/admin/").content.decode()

    fail(version, times=1)

    assert label in client.get("/admin/").content.decode()
    page = client.get("/admin/applications/application/", {"pdf": "failed"})
    assert [row.pk for row in page.context["cl"].result_list] == [version.application_id]


def test_reader_is_told_that_the_pdf_could_not_be_made_and_still_has_the_page(client):
    version = submit(ready(title="Cannot be set")).submission
    address = reverse("applications:version_pdf", args=[version.application.public_id, 1])
    client.force_login(lead_of(version.application))

    with failing("Cannot be set"):
        # Who asks again and again uses up none of the tries that are left.
        for _press in range(8):
            page = client.get(address, follow=True)

    assert page.redirect_chain[-1][0].endswith("/versions/1/")
    assert "The PDF could not be created." in page.content.decode()
    assert version.pdf_failures.count() == 1


def test_staff_reader_is_told_that_the_pdf_could_not_be_made(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    version = submit(ready(title="Cannot be set")).submission
    client.force_login(make_staff(Role.MANAGER))

    with failing("Cannot be set"):
        page = client.get(
            reverse("admin:applications_application_pdf", args=[version.application_id, 1]), follow=True
        )

    assert "The PDF could not be created." in page.content.decode()


def fail(version: Submission, *, times: int) -> None:
    for _time in range(times):
        version.pdf_failures.create(error="RuntimeError: typst")


@contextmanager
def failing(title: str) -> Iterator[None]:
    """Let typst fail on a version of this title, and on no other."""
    setting = pdfs.compiled

    def compiled(template: Path, data: dict[str, Any], at: Any) -> bytes:
        if data["title"] == title:
            raise RuntimeError("typst")
        return setting(template, data, at)

    with mock.patch.object(pdfs, "compiled", compiled):
        yield
