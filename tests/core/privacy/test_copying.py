"""The copy of one's data when something is not as it should be."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.storage import default_storage

from core.privacy import copying
from tests.core.accounts.factories import make_person
from tests.core.privacy.people import full_person

pytestmark = pytest.mark.django_db


def test_file_that_is_missing_is_named_and_the_rest_is_there():
    person = full_person()
    document = person.memberships.get(role="lead").application.documents.get()
    default_storage.delete(document.file.name)
    target = io.BytesIO()

    copying.write_archive(person, target)

    archive = zipfile.ZipFile(target)
    found = json.loads(archive.read("data.json"))
    (missing,) = found["missing_files"]
    assert missing.startswith("documents/")
    assert missing not in archive.namelist()
    assert found["records"]


def test_kind_with_too_many_rows_says_that_there_are_more(monkeypatch):
    person = make_person()
    whole = copying.everything(person)["records"]["account.EmailAddress.user"]
    monkeypatch.setattr(copying, "MOST_ROWS", 0)  # in place of 20,000 rows

    cut = copying.everything(person)["records"]["account.EmailAddress.user"]

    assert "truncated" not in whole
    assert (cut["rows"], cut["truncated"]) == ([], True)
    assert "Write to us" in cut["note"]
