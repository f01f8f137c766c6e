"""Calls, applications, reviews and selection, for staff."""

from applications.admin import applications, calls, forms
from applications.reviewing.staff import ranking, reviews
from applications.selecting.staff import letters, selection

__all__ = ["applications", "calls", "forms", "letters", "ranking", "reviews", "selection"]
