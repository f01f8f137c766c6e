"""The matching in the administration: runs with their board, matches, pins and bans, reservations."""

from matching.staff import matches, reservations, rules, runs

__all__ = ["matches", "reservations", "rules", "runs"]
