"""The copy of one's data when something is not as it should be."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile

import pytest
from django.core.files.storage import default_storage

from core.privacy import copying, registry
from core.privacy.registry import HeldPart, StoredFile
from tests.builders.people import make_person
from tests.core.privacy.people import full_person

pytestmark = pytest.mark.django_db


def test_file_that_is_missing_is_named_and_the_rest_is_there():
    person = full_person()
    document = person.memberships.get(role="lead").application.documents.get()
    default_storage.delete(document.file.name)

    archive = zipfile.ZipFile(io.BytesIO(b"".join(copying.archive_of(person))))

    found = json.loads(archive.read("data.json"))
    (missing,) = found["missing_files"]
    assert missing.startswith("documents/")
    assert missing not in archive.namelist()
    assert found["records"]


def test_kind_with_too_many_rows_says_that_there_are_more(monkeypatch):
    person = make_person()
    whole = copying.everything(person)["records"]["account.EmailAddress.user"]
    monkeypatch.setattr(copying, "MAX_ROWS", 0)  # in place of 20,000 rows

    cut = copying.everything(person)["records"]["account.EmailAddress.user"]

    assert "truncated" not in whole
    assert (cut["rows"], cut["truncated"]) == ([], True)
    assert "Write to us" in cut["note"]


def test_archive_is_nowhere_as_a_whole(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    person = make_person()
    big = StoredFile("documents/big.pdf", lambda: io.BytesIO(b"x" * 5_000_000))
    other = big._replace(path="documents/other.pdf")
    monkeypatch.setattr(registry, "parts", lambda: (HeldPart(files=lambda _person: [big, other]),))

    pieces = list(copying.archive_of(person))

    assert max(len(piece) for piece in pieces) < 2 * copying.PIECE_BYTES
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert archive.testzip() is None
    assert [info.file_size for info in archive.infolist()][1:3] == [5_000_000] * 2
