"""Handing a stored file out again."""

from __future__ import annotations

import logging
from typing import IO

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

logger = logging.getLogger(__name__)


class FileIsGone(Http404):
    """Raised when a row names a file that the storage does not have; its text is the file's name."""


def stored_as_download(stored: FieldFile, *, name: str, content_type: str) -> FileResponse:
    """Hand out the file of a row, as `download_response`.

    Raises:
        FileIsGone: the storage does not have it any more; administrators find it in the log.
    """
    try:
        content = stored.open("rb")
    except FileNotFoundError as error:
        logger.exception("A stored file is gone: %s", stored.name)
        raise FileIsGone(name) from error
    return download_response(content, name=name, content_type=content_type)


def download_response(file: IO[bytes], *, name: str, content_type: str) -> FileResponse:
    """Hand a stored file out so that a browser saves it and never runs it on our address."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
