"""What PDFs look like, in Typst; the modules `pdf` of the rooms fill it in."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from applications.exceptions import PdfFailed
from core.typesetting import compiled

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent


def compiled_or_failed(template: str, data: dict[str, Any], at: datetime) -> bytes:
    """Return the PDF of a template in this folder.

    Raises:
        PdfFailed: it could not be made.
    """
    try:
        return compiled(TEMPLATES / template, data, at)
    except Exception as error:  # whatever broke, who asked for it has the page
        logger.exception("A PDF of %s could not be made", template)
        raise PdfFailed from error
