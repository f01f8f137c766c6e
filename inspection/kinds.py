"""The kinds of files, known by their content and never by their name."""

from __future__ import annotations

import filetype

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"
ZIP = "application/zip"
HEIC = "image/heic"
# Word, Excel and PowerPoint until 2003, and every Office file that a password protects.
OLD_OFFICE = "application/x-ole-storage"

ZIP_START = b"PK\x03\x04"
OLE_START = bytes.fromhex("d0cf11e0a1b11ae1")
PROGRAM_START = b"MZ"  # of Windows
PDF_WITHIN = 1024  # bytes; programs put a few before a PDF
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
HEAD_BYTES = 8192


def kind_by_start(content: bytes) -> str:
    """Return the kind that the first bytes promise, `ZIP` for every package, "" if unknown."""
    head = content[:HEAD_BYTES]
    if head.startswith(ZIP_START):
        return ZIP
    if head.startswith(OLE_START):
        return OLD_OFFICE
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return HEIC
    found = filetype.guess(head)
    if found and found.mime in (PNG, JPEG):
        return str(found.mime)
    if b"%PDF-" in head[:PDF_WITHIN]:
        return PDF
    return str(found.mime) if found else ""
