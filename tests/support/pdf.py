"""PDFs as their readers find them: the words, and what a screen reader needs."""

from __future__ import annotations

import io

from pypdf import PdfReader


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words_of(reader: PdfReader) -> str:
    """Return the text of all pages: one blank between words."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def assert_accessible(reader: PdfReader, *, language: str, title: str) -> None:
    """Fail unless it declares PDF/UA and keeps to it: tagged, with headings, a title shown, a language."""
    root = reader.trailer["/Root"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == title
    assert {"/H1", "/P"} <= _tags(root["/StructTreeRoot"])


def _tags(element: object) -> set[str]:
    """Return the names of the tags at and below an element of the tree."""
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        return set().union(*(_tags(child) for child in element))
    if not isinstance(element, dict):
        return set()
    below = _tags(element["/K"]) if "/K" in element else set()
    return below | ({element["/S"]} if "/S" in element else set())
