"""The matching for staff: regions with their teams, runs, matches, pins and bans, reservations."""

from matching.staff import matches, regions, reservations, rules, runs

__all__ = ["matches", "regions", "reservations", "rules", "runs"]
