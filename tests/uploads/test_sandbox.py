"""The child that reads a file: it may die, hang or want too much, and the portal only says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from impact.uploads import DOCX, JPEG, PDF, PNG, check_upload, sandbox
from impact.uploads.reasons import refusal
from inspection.refusals import Reason
from tests.uploads.samples import docx, pdf, photo, png
from tests.uploads.test_packages import lying_bzip2

MEGABYTE = 1024 * 1024
DETAILS = {"address": "https://evil.example/", "width": 9, "height": 9}
# What the bombs cost, measured in a process of its own: how much more memory it and its children took at
# their highest. A child counts from what its parent had when it was started.
MEASURE = """
import json, resource, sys
from pathlib import Path
import django
django.setup()
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from impact.uploads import DOCX, PDF, PNG, check_upload

def most(who):
    return resource.getrusage(who).ru_maxrss * 1024

for path in map(Path, sys.argv[1:]):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    before = most(resource.RUSAGE_SELF)
    try:
        check_upload(file, allowed=[DOCX, PDF, PNG])
        code = ""
    except ValidationError as error:
        code = error.code
    grown = [most(who) - before for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([code, *grown]))
"""


def upload(name, content, allowed=(DOCX, PDF, PNG)):
    return check_upload(SimpleUploadedFile(name, content), allowed=allowed)


def refused(name, content):
    with pytest.raises(ValidationError) as refusal:
        upload(name, content)
    return refusal.value.code


@pytest.fixture
def _one_place(settings, monkeypatch, tmp_path):
    """A single place for a child, which no other test run knows."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings.UPLOAD_READERS = 1


def xml_that_takes_long():
    return docx(more={"word/a.xml": f"<a>{'<b/>' * 10_000_000}</a>"})


def test_child_that_takes_too_long_is_ended(settings):
    settings.UPLOAD_READER_SECONDS = 0.001

    assert refused("letter.docx", docx()) == Reason.DEMANDING


def test_child_that_calculates_too_long_is_ended(settings):
    settings.UPLOAD_READER_CPU_SECONDS = 1

    assert refused("letter.docx", xml_that_takes_long()) == Reason.DEMANDING


def test_child_that_wants_too_much_memory_is_refused_it(settings):
    settings.UPLOAD_READER_MAX_BYTES = 40 * MEGABYTE

    assert refused("letter.pdf", pdf()) == Reason.DEMANDING


def test_child_that_cannot_start_is_no_error_page(settings, tmp_path, caplog):
    """Such as an installation that is half renewed."""
    settings.BASE_DIR = tmp_path

    assert refused("letter.docx", docx()) == Reason.DEMANDING
    assert "No module named inspection" in caplog.text


@pytest.mark.usefixtures("_one_place")
def test_file_waits_for_a_place_and_not_for_ever(settings):
    settings.UPLOAD_READERS_WAIT_SECONDS = 0
    with sandbox._place():
        assert refused("letter.docx", docx()) == "busy"

    assert upload("letter.docx", docx()).content_type == DOCX


@pytest.mark.usefixtures("_one_place")
def test_many_files_at_once_all_get_their_turn():
    names = []
    files = [
        threading.Thread(target=lambda: names.append(upload("a.docx", docx()).name)) for _number in range(4)
    ]
    for each in files:
        each.start()
    for each in files:
        each.join()

    assert names == ["a.docx"] * 4


def test_child_knows_nothing_of_ours():
    """Its environment holds no keys; it can write no file and start no process."""
    question = (
        "import os, json; from inspection.limits import limit_process; "
        "limit_process(memory_bytes=10**9, cpu_seconds=5); "
        "import resource as r; "
        "print(json.dumps([dict(os.environ) and sorted(os.environ), r.getrlimit(r.RLIMIT_FSIZE)[1], "
        "r.getrlimit(r.RLIMIT_NPROC)[1], r.getrlimit(r.RLIMIT_AS)[1]]))"
    )
    command = [sys.executable, "-E", "-s", "-c", question]
    done = subprocess.run(command, cwd=django_settings.BASE_DIR, env={}, capture_output=True, check=True)

    environment, file_bytes, processes, memory = json.loads(done.stdout)
    assert set(environment) <= {"LC_CTYPE"}
    assert (file_bytes, processes, memory) == (0, 0, 10**9)


def test_file_is_left_at_its_start():
    file = SimpleUploadedFile("letter.docx", docx())
    file.read(3)

    check_upload(file, allowed=[DOCX])

    assert file.tell() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in another way")
def test_small_files_that_unpack_to_much_cost_nobody_memory(tmp_path):
    bombs = {"letter.docx": lying_bzip2(), "map.png": png(13377, 13377)}
    for name, content in bombs.items():
        assert len(content) < MEGABYTE
        (tmp_path / name).write_bytes(content)

    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *(tmp_path / name for name in bombs)],
        cwd=django_settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "impact.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    bzip2, picture = (json.loads(line) for line in done.stdout.splitlines())
    assert (bzip2[0], picture[0]) == (Reason.ARCHIVE, Reason.PIXELS)
    for _code, grown, child in (bzip2, picture):
        assert grown < 10 * MEGABYTE
        assert child < 50 * MEGABYTE


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.KIND])
def test_each_reason_has_words_of_its_own(reason, language):
    with translation.override(language):
        (text,) = refusal(reason, "plan.docx", DETAILS).messages
        others = {
            refusal(other, "plan.docx", DETAILS).messages[0]
            for other in Reason
            if other not in (reason, "kind")
        }

    assert text not in others
    assert "%(" not in text


def test_photo_named_jfif_is_an_ordinary_jpeg():
    checked = check_upload(SimpleUploadedFile("photo.jfif", photo()), allowed=[JPEG])

    assert checked.content_type == JPEG


def test_iphone_photo_is_refused_with_a_word_on_how_to_convert():
    with pytest.raises(ValidationError, match="HEIC photo.*Convert it to JPEG"):
        upload("photo.heic", b"\0\0\0\x18ftypheic" + bytes(200), allowed=[PDF, JPEG])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(200), "a file of the kind HEIC"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "a Word or Excel file"),
        (docx(), "a Word document"),
        (b"PK\x03\x04 broken", "a file of the kind ZIP"),
        (b"Dear Sir or Madam", "a file of an unknown kind"),
    ],
    ids=["heic", "doc", "docx", "zip", "text"],
)
def test_where_only_pdf_is_taken_everything_else_is_told_so(content, found):
    with pytest.raises(ValidationError, match=f"is {found}.*of one of these kinds: PDF"):
        upload("cv.pdf", content, allowed=[PDF])


def test_old_word_document_is_told_from_one_with_a_password():
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)

    assert refused("letter.docx", ole) == Reason.OLD_OFFICE
    assert refused("letter.docx", ole + "EncryptedPackage".encode("utf-16-le")) == Reason.ENCRYPTED
