"""The child that reads a file: it may die, hang or want too much, and the portal only says so."""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import threading

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from core.uploads import DOCX, JPEG, ODS, ODT, PDF, PNG, check_upload, checking, read_table, sandbox
from core.uploads.reasons import refusal
from inspection.refusals import Reason
from tests.inspection.samples import ALL_KINDS, docx, odf, pdf, photo, png, somebody, xlsx
from tests.inspection.test_packages import lying_bzip2

MEGABYTE = 1024 * 1024
DETAILS = {"address": "https://evil.example/", "width": 9, "height": 9}
# What the bombs cost, measured in a process of its own: how much more memory it and its children took at
# their highest. A child counts from what its parent had when it was started.
MEASURE = """
import json, resource, sys
from pathlib import Path
from types import SimpleNamespace
import django
django.setup()
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from core.uploads import DOCX, PDF, PNG, check_upload

def most(who):
    return resource.getrusage(who).ru_maxrss * 1024

for path in map(Path, sys.argv[1:]):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    before = most(resource.RUSAGE_SELF)
    try:
        check_upload(file, allowed=[DOCX, PDF, PNG], by=SimpleNamespace(pk=path.name))
        code = ""
    except ValidationError as error:
        code = error.code
    grown = [most(who) - before for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([code, *grown]))
"""


def upload(name, content, allowed=(DOCX, PDF, PNG), by=None):
    return check_upload(SimpleUploadedFile(name, content), allowed=allowed, by=by or somebody())


def refused(name, content, by=None):
    with pytest.raises(ValidationError) as refusal:
        upload(name, content, by=by)
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
        threading.Thread(target=lambda: names.append(upload("a.docx", docx()).name)) for _number in range(3)
    ]
    for each in files:
        each.start()
    for each in files:
        each.join()

    assert names == ["a.docx"] * 3


def test_person_has_one_file_read_and_one_waiting_and_others_are_served(settings):
    """One person could hold all places, and everybody else was told that the portal is busy."""
    settings.UPLOAD_READERS_WAIT_SECONDS = 0
    one, other = somebody(), somebody()

    with sandbox._turn_of(str(one.pk)):
        assert refused("letter.docx", docx(), by=one) == "busy"
        settings.UPLOAD_READERS_WAIT_SECONDS = 1000
        with sandbox._closing(sandbox._free_place([f"person-{one.pk}-next"])):
            assert refused("letter.docx", docx(), by=one) == "busy"
        assert upload("letter.docx", docx(), by=other).content_type == DOCX

    assert upload("letter.docx", docx(), by=one).content_type == DOCX


@pytest.mark.usefixtures("_one_place")
def test_only_a_quarter_of_the_threads_waits_for_a_place(settings):
    threads = runpy.run_path(str(django_settings.BASE_DIR / "gunicorn.conf.py"))["threads"]
    assert threads >= 4 * settings.UPLOAD_READERS_WAITING
    assert settings.UPLOAD_READERS_WAIT_SECONDS <= 3
    outcomes = []

    with contextlib.ExitStack() as waiting:
        for _thread in range(settings.UPLOAD_READERS_WAITING):
            assert sandbox._waiting.acquire(blocking=False)
            waiting.callback(sandbox._waiting.release)
        # Nobody else is reading: whoever need not wait is served.
        outcomes.append(upload("letter.docx", docx()).name)
        with sandbox._place():
            settings.UPLOAD_READERS_WAIT_SECONDS = 1000
            outcomes.append(refused("letter.docx", docx()))

    assert outcomes == ["letter.docx", "busy"]


def test_person_who_sends_file_after_file_is_asked_to_wait():
    by, other = somebody(), somebody()

    def code(person):
        with pytest.raises(ValidationError) as refusal:
            check_upload(SimpleUploadedFile("a.pdf", b"no PDF"), allowed=[PDF], by=person)
        return refusal.value

    codes = [code(by).code for _try in range(checking.OF_A_PERSON.most)]

    assert set(codes) == {"kind"}
    assert code(by).code == "too_many"
    assert "Choose this one again in" in code(by).messages[0]
    assert code(other).code == "kind"
    with pytest.raises(ValidationError, match="many files in a short time"):
        read_table(SimpleUploadedFile("a.csv", b"Code"), by=by)


FIRST = "import os, runpy, sys; exec(sys.argv.pop(1)); runpy.run_module('inspection', run_name='__main__')"
# Python itself may lie where only root may read.
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
AS_NOBODY += [f"--{kind}-caps=-all,+dac_read_search" for kind in ("inh", "ambient")]


def test_rows_of_a_table_are_cleaned_as_what_is_typed():
    """Composed, one kind of line end, nothing invisible; our exports' apostrophe is another's matter."""
    (row,) = read_table(
        SimpleUploadedFile("a.csv", '"e\u0301\u200b","a\r\nb","\u202eabc","\ufeff x"'.encode()), by=somebody()
    )
    (same,) = read_table(
        SimpleUploadedFile("a.xlsx", xlsx([["e\u0301\u200b", "a\u2028b", "\u202eabc", "\ufeff x"]])),
        by=somebody(),
    )

    assert row == same[:4] == ["é", "a\nb", "abc", "x"]


@pytest.fixture
def start_children(monkeypatch):
    """Has children started by another command, made of the usual one."""
    start = subprocess.Popen

    def use(change):
        monkeypatch.setattr(
            sandbox.subprocess, "Popen", lambda command, **given: start(change(command), **given)
        )

    return use


@pytest.fixture
def first(start_children):
    """Has children run something else first, as a library may."""
    return lambda code: start_children(lambda command: [*command[:3], "-c", FIRST, code, command[-1]])


@pytest.mark.parametrize("times", [1, 1000], ids=["a line", "more than a pipe holds"])
def test_warning_of_a_library_makes_no_sound_file_damaged(times, first, caplog):
    caplog.set_level("INFO")
    first(f"os.write(2, b'libpng warning: what a profile' * {times} * 100)")

    assert upload("letter.docx", docx()).content_type == DOCX
    (line,) = [record.getMessage() for record in caplog.records if "libpng" in record.getMessage()]
    assert len(line) < sandbox.ERRORS_KEPT_BYTES + 100


def test_child_that_answers_without_end_is_ended(first):
    first("exec('while True: os.write(1, b\"x\" * 65536)')")

    assert refused("letter.docx", docx()) == Reason.DEMANDING


FILES = {
    "a.pdf": pdf,
    "a.docx": docx,
    "a.xlsx": xlsx,
    "a.odt": lambda: odf(ODT),
    "a.ods": lambda: odf(ODS),
    "a.png": lambda: photo("PNG"),
    "a.jpg": photo,
}


@pytest.fixture
def _as_nobody(start_children):
    """Has children run as somebody else, as in a container: no limit of processes binds root."""
    if os.getuid() == 0:
        start_children(lambda command: [*AS_NOBODY, *command])


@pytest.mark.usefixtures("_as_nobody")
@pytest.mark.parametrize("name", FILES)
def test_every_kind_is_read_by_somebody_who_is_not_root(name):
    assert upload(name, FILES[name](), allowed=ALL_KINDS).name == name


@pytest.mark.usefixtures("_as_nobody")
@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", lambda: b"Code;Weight"), ("a.xlsx", lambda: xlsx([["Code", "Weight"]]))]
)
def test_tables_are_read_by_somebody_who_is_not_root(name, content):
    file = SimpleUploadedFile(name, content())

    (row,) = read_table(file, by=somebody())

    assert row[:2] == ["Code", "Weight"]


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

    check_upload(file, allowed=[DOCX], by=somebody())

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
    checked = check_upload(SimpleUploadedFile("photo.jfif", photo()), allowed=[JPEG], by=somebody())

    assert checked.content_type == JPEG


def test_iphone_photo_is_refused_with_a_word_on_how_to_convert():
    with pytest.raises(ValidationError, match="HEIC photo.*export it as JPEG"):
        upload("photo.heic", b"\0\0\0\x18ftypheic" + bytes(200), allowed=[PDF, JPEG])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(200), "a file of type HEIC"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "a Word or Excel file"),
        (docx(), "a Word document"),
        (b"PK\x03\x04 broken", "a file of type ZIP"),
        (b"Dear Sir or Madam", "a file of an unknown type"),
    ],
    ids=["heic", "doc", "docx", "zip", "text"],
)
def test_where_only_pdf_is_taken_everything_else_is_told_so(content, found):
    with pytest.raises(ValidationError, match=f"is {found}.*of one of these types: PDF"):
        upload("cv.pdf", content, allowed=[PDF])


def test_old_word_document_is_told_from_one_with_a_password():
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)

    assert refused("letter.docx", ole) == Reason.OLD_OFFICE
    assert refused("letter.docx", ole + "EncryptedPackage".encode("utf-16-le")) == Reason.ENCRYPTED
