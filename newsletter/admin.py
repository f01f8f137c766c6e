"""The newsletter in the administration."""

from newsletter.staff import lists

__all__ = ["lists"]
