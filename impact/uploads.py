"""Uploaded files: what they really are, why one is refused, and how one is handed out again."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
import zipfile
from collections.abc import Callable, Collection
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

logger = logging.getLogger(__name__)

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

# What we accept at all: name for people, endings of its file names.
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    PDF: (_("PDF"), (".pdf",)),
    PNG: (_("PNG image"), (".png",)),
    JPEG: (_("JPEG image"), (".jpg", ".jpeg")),
    DOCX: (_("Word document (DOCX)"), (".docx",)),
    XLSX: (_("Excel sheet (XLSX)"), (".xlsx",)),
    ODT: (_("OpenDocument text (ODT)"), (".odt",)),
    ODS: (_("OpenDocument sheet (ODS)"), (".ods",)),
}
# The part that only this kind of package has.
OFFICE_PARTS = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}
UNPACKED_MAX_BYTES = 200 * 1024 * 1024  # beyond it a small package is a bomb, not a document
NAME_MAX_LENGTH = 255
HEAD_BYTES = 8192


class CheckedUpload(NamedTuple):
    name: str  # without folders and control characters
    content_type: str  # by content, never as the browser says
    size: int  # bytes
    sha256: str


def check_upload(file: File, *, allowed: Collection[str]) -> CheckedUpload:
    """Return what an uploaded file is, having really parsed it.

    Args:
        file: an upload; read from its start, and left there.
        allowed: content types among `KINDS`.

    Raises:
        ValidationError: empty, too large, of another kind, renamed, broken or encrypted; in
            words for the person who chose it.
    """
    name = clean_name(file.name or "")
    _check_size(file)
    content_type = _content_type(file)
    _check_kind(file, name, content_type, allowed)
    _PARSERS[content_type](file, name)
    return CheckedUpload(name, content_type, file.size, _sha256(file))


def kinds_in_words(allowed: Collection[str]) -> str:
    """Return the names of content types for people: "PDF, PNG image"."""
    return ", ".join(str(KINDS[kind][0]) for kind in KINDS if kind in allowed)


def clean_name(name: str) -> str:
    """Return a file name in any script, without folders, control and formatting characters."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in bare if unicodedata.category(c)[0] != "C").strip()
    suffix = PurePosixPath(kept).suffix[:20]
    return f"{kept.removesuffix(suffix)[: NAME_MAX_LENGTH - len(suffix)]}{suffix}" or "file"


class FileIsGone(Http404):
    """Raised when a row names a file that the storage does not have; its text is the file's name."""


def stored_as_download(stored: FieldFile, *, name: str, content_type: str) -> FileResponse:
    """Hand out the file of a row, as `as_download`.

    Raises:
        FileIsGone: the storage does not have it any more; administrators find it in the log.
    """
    try:
        content = stored.open("rb")
    except FileNotFoundError as error:
        logger.exception("A stored file is gone: %s", stored.name)
        raise FileIsGone(name) from error
    return as_download(content, name=name, content_type=content_type)


def as_download(file: IO[bytes], *, name: str, content_type: str) -> FileResponse:
    """Hand a stored file out so that a browser saves it and never runs it on our address."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _check_size(file: File) -> None:
    if not file.size:
        raise ValidationError(_("This file is empty. Choose it again."), code="empty")
    if file.size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("This file has %(size)s; at most %(most)s are possible."),
            code="too_large",
            params={
                "size": filesizeformat(file.size),
                "most": filesizeformat(settings.UPLOAD_MAX_BYTES),
            },
        )


def _check_kind(file: File, name: str, content_type: str, allowed: Collection[str]) -> None:
    if content_type not in allowed:
        raise ValidationError(
            _("“%(name)s” is %(found)s. Choose a file of this kind: %(wanted)s."),
            code="kind",
            params={"name": name, "found": _kind_name(file, content_type), "wanted": kinds_in_words(allowed)},
        )
    label, endings = KINDS[content_type]
    if PurePosixPath(name.lower()).suffix not in endings:
        raise ValidationError(
            _("“%(name)s” is in fact a %(kind)s. Let its name end in %(ending)s and choose it again."),
            code="renamed",
            params={"name": name, "kind": label, "ending": endings[0]},
        )


def _content_type(file: File) -> str:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _package_type(file)
    found = filetype.guess(head)
    return found.mime if found else ""


def _package_type(file: File) -> str:
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
                return package.read("mimetype").decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        return "application/zip"
    finally:
        file.seek(0)
    return next((kind for kind, part in OFFICE_PARTS.items() if part in names), "application/zip")


def _kind_name(file: File, content_type: str) -> Any:
    if content_type in KINDS:
        return KINDS[content_type][0]
    found = filetype.get_type(mime=content_type) if content_type else None
    return (
        _("a file of the kind %(kind)s") % {"kind": found.extension}
        if found
        else _("of a kind that we cannot read")
    )


def _parse_pdf(file: File, name: str) -> None:
    try:
        reader = PdfReader(file)
        if reader.is_encrypted:
            raise ValidationError(
                _("“%(name)s” is protected by a password. Save it without and choose it again."),
                code="encrypted",
                params={"name": name},
            )
        if not len(reader.pages):
            raise _broken(name)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        # A damaged file breaks the parser in many ways; each means that nobody could read it.
        raise _broken(name) from error
    finally:
        file.seek(0)


def _parse_image(file: File, name: str) -> None:
    try:
        with Image.open(file, formats=["PNG", "JPEG"]) as image:
            image.verify()
        file.seek(0)
        # Checksums alone do not notice a JPEG that ends early.
        with Image.open(file, formats=["PNG", "JPEG"]) as image:
            image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError, OSError) as error:
        raise _broken(name) from error
    finally:
        file.seek(0)


def _parse_package(file: File, name: str) -> None:
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            if (
                any(part.flag_bits & 0x1 for part in parts)
                or sum(p.file_size for p in parts) > UNPACKED_MAX_BYTES
            ):
                raise _broken(name)
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                raise ValidationError(
                    _("“%(name)s” contains macros. Save it without and choose it again."),
                    code="macros",
                    params={"name": name},
                )
            if package.testzip() is not None:
                raise _broken(name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise _broken(name) from error
    finally:
        file.seek(0)


def _broken(name: str) -> ValidationError:
    return ValidationError(
        _("“%(name)s” is damaged or protected and cannot be opened. Save it anew and choose it again."),
        code="broken",
        params={"name": name},
    )


def _sha256(file: File) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


_PARSERS: dict[str, Callable[[File, str], None]] = {
    PDF: _parse_pdf,
    PNG: _parse_image,
    JPEG: _parse_image,
    DOCX: _parse_package,
    XLSX: _parse_package,
    ODT: _parse_package,
    ODS: _parse_package,
}
