"""Why an applicant's action is refused."""

from impact.history import NotAllowed


class NotEditable(Exception):
    """Raised when answers may not be changed now; nothing was written. Its text is for people."""


class TooManyDrafts(NotAllowed):
    """Raised when a person has as many unfinished applications as one may have. Its text is for people."""
