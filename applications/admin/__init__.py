"""Calls, applications, reviews, selection and pilot regions, for staff."""

from applications.admin import applications, calls, letters, pilots, ranking, reviews, selection

__all__ = ["applications", "calls", "letters", "pilots", "ranking", "reviews", "selection"]
