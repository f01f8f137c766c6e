"""Calls, applications, reviews, selection and pilot regions, for staff."""

from applications.admin import applications, calls, pilots, ranking, reviews, selection

__all__ = ["applications", "calls", "pilots", "ranking", "reviews", "selection"]
