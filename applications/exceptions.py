"""Why an applicant's action is refused."""


class NotEditable(Exception):
    """Raised when answers may not be changed now; nothing was written. Its text is for people."""
