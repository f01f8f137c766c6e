"""Why something that an applicant or staff asked for cannot be had."""

from core.history import NotAllowed


class NotEditable(Exception):
    """Raised when answers may not be changed now; nothing was written. Its text is for people."""


class PdfFailed(Exception):
    """Raised when a PDF could not be made; of a version, the failure is on record for staff."""


class AlreadyStarted(Exception):
    """Raised when the person has started an application that the page with the button did not show."""


class TooManyDrafts(NotAllowed):
    """Raised when a person has as many unfinished applications as one may have. Its text is for people."""
