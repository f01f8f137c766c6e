"""What we accept at all, in words for people."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Any

import filetype
from django.utils.translation import gettext_lazy as _

from core.phrases import StrOrPromise
from inspection.kinds import DOCX, HEIC, JPEG, ODS, ODT, OLD_OFFICE, PDF, PNG, XLSX

__all__ = ["DOCX", "HEIC", "JPEG", "ODS", "ODT", "PDF", "PNG", "XLSX"]

# Content type → name for people, with its article, endings of its file names.
KINDS: dict[str, tuple[StrOrPromise, StrOrPromise, tuple[str, ...]]] = {
    PDF: (_("PDF"), _("a PDF"), (".pdf",)),
    PNG: (_("PNG image"), _("a PNG image"), (".png",)),
    JPEG: (_("JPEG image"), _("a JPEG image"), (".jpg", ".jpeg", ".jfif", ".jpe")),
    DOCX: (_("Word document (DOCX)"), _("a Word document (DOCX)"), (".docx",)),
    XLSX: (_("Excel spreadsheet (XLSX)"), _("an Excel spreadsheet (XLSX)"), (".xlsx",)),
    ODT: (_("OpenDocument text (ODT)"), _("an OpenDocument text (ODT)"), (".odt",)),
    ODS: (_("OpenDocument spreadsheet (ODS)"), _("an OpenDocument spreadsheet (ODS)"), (".ods",)),
}

# What a question for files may accept, as staff choose it: code → name, content types.
FAMILIES: dict[str, tuple[Any, frozenset[str]]] = {
    "pdf": (_("PDF"), frozenset({PDF})),
    "word": (_("Text document (Word, OpenDocument)"), frozenset({DOCX, ODT})),
    "excel": (_("Excel spreadsheet"), frozenset({XLSX})),
    "image": (_("Image (PNG, JPEG)"), frozenset({PNG, JPEG})),
}


def of_families(codes: Collection[str]) -> frozenset[str]:
    """Return the content types of some families; of all of them if none is named."""
    return frozenset().union(
        *(types for code, (_name, types) in FAMILIES.items() if code in codes or not codes)
    )


def kinds_in_words(allowed: Collection[str]) -> str:
    """Return the names of content types for people: "PDF, PNG image"."""
    return ", ".join(str(KINDS[kind][0]) for kind in KINDS if kind in allowed)


def endings(allowed: Collection[str]) -> list[str]:
    """Return the endings of names that files of these content types have."""
    return [ending for kind in KINDS if kind in allowed for ending in KINDS[kind][2]]


def has_ending(name: str, kind: str) -> bool:
    """Whether a name ends as those of its kind do."""
    return PurePosixPath(name.lower()).suffix in KINDS[kind][2]


def found_in_words(kind: str) -> StrOrPromise:
    """Return what a file is, as the end of "this is …"."""
    if kind in KINDS:
        return KINDS[kind][1]
    if kind == OLD_OFFICE:
        return _("a Word or Excel file")
    known = filetype.get_type(mime=kind) if kind else None
    if known:
        return _("a file of type %(kind)s") % {"kind": known.extension.upper()}
    return _("a file of an unknown type")
