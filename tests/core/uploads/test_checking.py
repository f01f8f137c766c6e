"""Uploaded files are what they say, or are refused with a reason."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.uploads import DOCX, JPEG, ODT, PDF, PNG, check_upload, clean_name, download_response
from tests.builders.experts import pdf
from tests.inspection.samples import somebody


def package(*names: str, mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        if mimetype:
            made.writestr("mimetype", mimetype)
        for name in names:
            made.writestr(name, "<x/>")
    return buffer.getvalue()


def image(kind: str, pixels: int = 4) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (pixels, pixels)).save(buffer, kind)
    return buffer.getvalue()


GOOD = {
    "cv.pdf": (pdf, PDF),
    "map.png": (lambda: image("PNG"), PNG),
    "photo.JPG": (lambda: image("JPEG"), JPEG),
    "letter.docx": (lambda: package("word/document.xml"), DOCX),
    "letter.odt": (lambda: package("content.xml", mimetype=ODT), ODT),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_file_is_known_by_its_content(name):
    make, kind = GOOD[name]
    content = make()

    checked = check_upload(
        SimpleUploadedFile(name, content, content_type="text/html"), allowed=[kind], by=somebody()
    )

    assert (checked.name, checked.content_type, checked.size) == (name, kind, len(content))
    assert len(checked.sha256) == 64


BAD = {
    "empty": ("cv.pdf", lambda: b"", "empty"),
    "text named pdf": ("cv.pdf", lambda: b"I am no PDF", "kind"),
    "image named pdf": ("cv.pdf", lambda: image("PNG"), "renamed"),
    "program named pdf": ("cv.pdf", lambda: b"MZ" + b"\0" * 300, "kind"),
    "pdf named docx": ("cv.docx", pdf, "renamed"),
    "cut off pdf": ("cv.pdf", lambda: pdf()[:40], "broken"),
    "pdf without a page": ("cv.pdf", lambda: pdf(pages=0), "broken"),
    "encrypted pdf": ("cv.pdf", lambda: pdf(password="secret"), "encrypted"),
    "plain archive": ("a.zip", lambda: package("a.txt"), "kind"),
    "word with macros": (
        "a.docx",
        lambda: package("word/document.xml", "word/vbaProject.bin"),
        "macros",
    ),
    "cut off image": ("a.png", lambda: image("PNG")[:40], "broken"),
    "photo that ends early": ("a.jpg", lambda: image("JPEG", 400)[:-900], "broken"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file_is_refused_with_its_reason(case):
    name, make, code = BAD[case]

    with pytest.raises(ValidationError) as refusal:
        check_upload(SimpleUploadedFile(name, make()), allowed=[PDF, DOCX, PNG, JPEG], by=somebody())

    assert refusal.value.code == code
    assert refusal.value.messages[0]


def test_too_large_file_is_refused_before_it_is_read(settings):
    settings.UPLOAD_MAX_BYTES = 10

    with pytest.raises(ValidationError) as refusal:
        check_upload(SimpleUploadedFile("cv.pdf", pdf()), allowed=[PDF], by=somebody())

    assert refusal.value.code == "too_large"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ana\\cv.pdf", "cv.pdf"),
        ("βιογραφικό.pdf", "βιογραφικό.pdf"),
        ("a\u202efdp.exe\x00.pdf", "afdp.exe.pdf"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
        ("", "file"),
        ("CON.pdf", "_CON.pdf"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("nul", "_nul"),
        ("console.pdf", "console.pdf"),
        ("program.exe. . .", "program.exe"),
        ("...", "file"),
        ("plan\r\nof\u2028the\tarea.pdf", "plan of the area.pdf"),
        ("e\u0301tude\u00ad.pdf", "étude.pdf"),
        ("\u202ecv\u2066.pdf", "cv.pdf"),
        ("نامه\u200cها.pdf", "نامه\u200cها.pdf"),
        ("flag \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f.pdf",) * 2,
    ],
)
def test_clean_name_keeps_scripts_and_drops_folders_and_controls(name, clean):
    assert clean_name(name) == clean


def test_download_is_saved_and_never_run():
    response = download_response(io.BytesIO(b"x"), name="životopis.pdf", content_type=PDF)

    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
