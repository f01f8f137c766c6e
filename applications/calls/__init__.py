"""Calls: their pages, their clock, and the check whether one may apply."""
