"""Uploaded files: what they really are, why one is refused, how one is kept and handed out again."""

from core.uploads.checking import CheckedUpload, check_upload, check_wanted, read_table
from core.uploads.downloads import FileIsGone, download_response, stored_as_download
from core.uploads.kinds import DOCX, JPEG, ODS, ODT, PDF, PNG, XLSX, endings, kinds_in_words
from core.uploads.naming import clean_name
from inspection.cells import FORMULA_WITHOUT_VALUE

__all__ = [
    "DOCX",
    "FORMULA_WITHOUT_VALUE",
    "JPEG",
    "ODS",
    "ODT",
    "PDF",
    "PNG",
    "XLSX",
    "CheckedUpload",
    "FileIsGone",
    "download_response",
    "check_upload",
    "check_wanted",
    "clean_name",
    "endings",
    "kinds_in_words",
    "read_table",
    "stored_as_download",
]
