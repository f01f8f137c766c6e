"""Why the newsletter refuses; the texts are for people."""


class BrokenLink(Exception):
    """Raised for a link that we did not write, or whose address is deleted."""


class ExpiredLink(Exception):
    """Raised for a link of ours that is too old."""
