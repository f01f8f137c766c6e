"""Calls, applications, reviews, selection and pilot regions, for staff."""

from applications.admin import applications, calls, forms
from applications.reviewing.staff import ranking, reviews
from applications.selecting.staff import letters, pilots, selection

__all__ = ["applications", "calls", "forms", "letters", "pilots", "ranking", "reviews", "selection"]
