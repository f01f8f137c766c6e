"""Why an action of the matching refuses; each text is for people."""


class NothingToDo(Exception):
    """Raised when there is nothing to compute, confirm, end or lift."""


class OutOfDate(Exception):
    """Raised when what a run proposed cannot stand any more."""
